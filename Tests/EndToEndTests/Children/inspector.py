"""Looks at the pages of `optrace view` as a reader does, in a real browser.

usage: inspector.py PROGRAM WORKFLOW RUN HOSTILE LARGE [FOLDER]

HOSTILE and LARGE are the numbers of traces; screenshots, and what was seen when, are put into FOLDER. Runs in the folder with the database.
"""

import http.client
import json
import os
import subprocess
import sys
import time
import urllib.parse

import browser

program, workflow, run, hostile, large = sys.argv[1:6]
folder = sys.argv[6] if len(sys.argv) > 6 else None
begun = time.monotonic()
server = subprocess.Popen([program, "view", "--no-open", "--workflow", workflow], stdout=subprocess.PIPE, stderr=open("view.log", "w"), text=True)
link = server.stdout.readline().strip()
address = urllib.parse.urlparse(link)
token = urllib.parse.parse_qs(address.query)["token"][0]


def check(what, holds, told=""):
    assert holds, f"{what}: {told}"
    line = f"{time.monotonic() - begun:7.1f} s  ok {what}"
    print(line)
    if folder:
        print(line, file=open(f"{folder}/course.txt", "a"))


def get(path, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", address.port)
    connection.putrequest("GET", path, skip_host=True)
    for name, value in {"Host": f"127.0.0.1:{address.port}", **headers}.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def doors():
    key = {"Authorization": f"Bearer {token}"}
    answer, body = get("/api/runs", **key)
    check("the token lets in", answer.status == 200 and b"mood" in body)
    check("nothing may be loaded from elsewhere", "default-src 'none'" in answer.headers["Content-Security-Policy"])
    check("without the token nobody comes in", get("/api/runs")[0].status == 401 and get("/")[0].status == 401)
    check("nor with a wrong one", get("/api/runs", Authorization="Bearer " + "0" * 64)[0].status == 401)
    check("nor under another name", get("/api/runs", **key, Host=f"evil.example:{address.port}")[0].status == 403)
    check("nor from another site", get("/api/runs", **key, Origin="http://evil.example")[0].status == 403)
    check("nor from a page of another site", get("/api/runs", **key, Sec_Fetch_Site="cross-site")[0].status == 403)
    answer, _ = get("/?token=" + token)
    check("the link leaves a cookie that scripts cannot read",
          answer.status == 302 and "HttpOnly; SameSite=Strict" in answer.headers["Set-Cookie"])
    check("what is not there is said", get("/api/trace?id=99999", **key)[0].status == 404)
    endless = json.loads(get("/api/traces?workflow=endless", **key)[1])["traces"][0]["id"]
    answer, body = get(f"/api/node?id={endless}&node=0", **key)
    check("times beyond all bounds are added up", answer.status == 200 and json.loads(body)["replay"]["ns"] == 2**63 - 1, body)
    check("what makes no sense is said", get("/api/trace?id=x", **key)[0].status == 400)
    connection = http.client.HTTPConnection("127.0.0.1", address.port)
    connection.request("HEAD", "/", headers=key)
    connection.getresponse().read()
    connection.request("GET", "/api/runs", headers=key)
    check("the answer to HEAD has no body", json.loads(connection.getresponse().read())["runs"])
    connection.close()
    answer, body = get(f"/export?trace={hostile}&format=html", **key)
    check("exports are files to keep", "attachment" in answer.headers["Content-Disposition"] and b"<script" not in body)
    for line in (b"GARBAGE\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: -4\r\n\r\n", b"\x00" * 50_000):
        connection = http.client.HTTPConnection("127.0.0.1", address.port)
        connection.connect()
        connection.sock.settimeout(10)
        try:
            connection.sock.sendall(line)
            connection.sock.shutdown(1)
            connection.sock.recv(100)
        except OSError:
            pass
        connection.close()
    check("garbage does not end the server", get("/api/runs", **key)[0].status == 200)


def shot(page, name):
    if folder:
        page.screenshot(f"{folder}/{name}.png")


def pages(page):
    page.open(link)
    page.until("document.body && document.body.dataset.ready")
    check("the key does not stay in the address", "token" not in page.run("location.href"))
    check("runs and traces are listed", page.run("document.querySelectorAll('tbody tr').length") > 5)

    # A trace: outline, graph, drawer, keys
    page.go("#/?split=holdout&candidate=c1")
    number = page.run("[...document.querySelectorAll('a[href^=\"#/trace/\"]')].find((a) => /c1.*holdout/.test(a.closest('tr').textContent)).textContent")
    page.go(f"#/trace/{number}")
    shapes = page.run("document.querySelectorAll('svg .vertex').length")
    check("the graph has three shapes", shapes >= 4 and page.run(
        "['operation','value','parameter'].every((s) => document.querySelector('svg .vertex.' + s))"))
    page.run("document.querySelector('.rows').focus()")
    for _ in range(3):
        page.key("j")
    page.until("document.querySelector('.drawer h1')")
    picked = page.run("new URLSearchParams(location.hash.split('?')[1]).get('n')")
    check("keys select, and the selection is in the address", picked and page.run("document.querySelectorAll('svg .vertex.pick').length") == 1)
    page.run("[...document.querySelectorAll('svg .vertex')].find((v) => v.textContent.includes('reply') && v.textContent.includes('tokens')).dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    page.until("document.querySelector('.drawer h1').textContent.includes('reply') && document.querySelector('.drawer details')")
    check("the model call is told as it was sent", "the request exactly as sent" in page.run("document.querySelector('.drawer').textContent"))
    check("its system message is text", "sunny or rainy" in page.run("document.querySelector('.drawer').textContent"))
    shot(page, "trace")
    there = page.run("location.hash")
    page.go("#/")
    page.go(there)
    page.until("document.querySelector('.drawer details')")
    check("a link leads back to the selection", page.run("document.querySelectorAll('svg .vertex.pick').length") == 1)

    # Parameter history with a word diff
    page.run("[...document.querySelectorAll('svg .vertex.parameter')].find((v) => v.textContent.includes('instruction')).dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    page.until("document.querySelector('.drawer .words')")
    check("a parameter has its history", "History of this parameter" in page.run("document.querySelector('.drawer').textContent"))

    # The run, the comparison
    page.go("#/run/" + urllib.parse.quote(run, safe=""))
    text = page.run("document.body.innerText")
    check("the run page has its verdict", "PROMOTE" in text and page.run("document.querySelectorAll('.point').length") >= 2)
    told = json.loads(get("/api/run?run=" + urllib.parse.quote(run, safe=""), Authorization=f"Bearer {token}")[1])
    known = [(c["candidate"], c["scores"]["validation"], c["tokens"]) for c in told["candidates"] if "validation" in c["scores"]]
    unbeaten = {a for a, score, tokens in known if not any(s >= score and t <= tokens and (s, t) != (score, tokens) for _, s, t in known)}
    drawn = page.run("[...document.querySelectorAll('svg.front .point.parameter')].map((g) => g.dataset.candidate)")
    check("the front is of those that none beats", len(known) >= 2 and set(drawn) == unbeaten and len(drawn) == len(unbeaten), (drawn, known))
    everyone = page.run("[...document.querySelectorAll('svg.front .point')].map((g) => g.dataset.candidate)")
    check("and all are points", sorted(everyone) == sorted(name for name, _, _ in known), everyone)
    reference, ordered = told["expense"]["reference"], sorted((tokens, score) for name, score, tokens in known if name in unbeaten)
    area = sum(((ordered[i + 1][0] if i + 1 < len(ordered) else reference[1]) - tokens) * (score - reference[0]) for i, (tokens, score) in enumerate(ordered))
    check("with the hypervolume that they reach", abs(told["expense"]["hypervolume"] - area) < 1e-6 * max(1, area) and "hypervolume" in text, (told["expense"], area))
    check("and its parts", all(part in text for part in ("History", "Candidates", "Timeline", "Credit", "Log", "Score against expense")), text)
    page.run("[...document.querySelectorAll('svg .vertex')].find((v) => v.dataset.id === 'c1').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    page.until("document.querySelector('#candidate .words')")
    check("a candidate is picked", "c=c1" in page.run("location.hash"))
    shot(page, "run")
    page.go(f"#/compare?a={urllib.parse.quote(run + ':c0', safe='')}&b={urllib.parse.quote(run + ':c1', safe='')}")
    page.until("document.querySelector('svg.by-change .changed')")
    check("two candidates are compared by words and by graphs", page.run("document.querySelectorAll('ins').length > 0 && document.querySelectorAll('del').length > 0"))
    sides = page.run("""(() => { const words = document.querySelector('main .words'), without = (tag) => { const copy = words.cloneNode(true); copy.querySelectorAll(tag).forEach((one) => one.remove()); return copy.textContent.trim(); }; return [without('ins'), without('del')]; })()""")
    check("the word diff holds the old text and gives the new", sides == ["What do you make of this?", "Answer with one word: sunny or rainy."], sides)
    differences = page.run("[...document.querySelectorAll('.examples span.worse, .examples span.better')].map((s) => Number(s.textContent.replace(/[▲▼ +]/g, '').replace('−', '-')))")
    check("the worst regression is first", differences and differences == sorted(differences), differences)
    check("with the interval of the difference", "95 % interval" in page.run("document.querySelector('main table').textContent"))
    page.until("document.querySelector('.pair pre')")
    told = page.run("document.querySelector('.pair').textContent")
    check("an example shows what went in, what was expected, and what came out of both", all(part in told for part in ("sentence", "expected", "before: c0", "after: c1", "word by word")), told)
    page.run("document.activeElement.blur()")
    page.key("j")
    page.until("location.hash.includes('example=')")
    picked = page.run("location.hash")
    page.key("j")
    page.until(f"location.hash !== {json.dumps(picked)}")
    check("keys go from example to example, and the address has it", "example=" in page.run("location.hash"))
    page.run("[...document.querySelectorAll('.examples button')].find((b) => b.textContent === 'gains first').click()")
    check("the greatest gain can come first", "the greatest gain first" in page.run("document.querySelector('.examples').textContent"))
    page.run("document.querySelector('select[aria-label=\"the one after\"]').value = 'c0'; document.querySelector('select[aria-label=\"the one after\"]').dispatchEvent(new Event('change'))")
    page.until("document.querySelector('main').textContent.includes('no parameter')")
    check("another candidate can be chosen", "c0" in page.run("decodeURIComponent(location.hash)").split("b=")[1])
    shot(page, "compare")

    # Credit, once somebody has asked for it: the page of the run has it without being loaded anew
    page.go("#/run/" + urllib.parse.quote(run, safe=""))
    check("what was not asked for is said", "was not tested" in page.run("document.body.innerText"))
    page.until("document.getElementById('live').textContent.startsWith('live')")
    subprocess.run([program, "credit", run], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    page.until("document.body.innerText.includes('Lost without the change')")
    check("credit is shown", page.run("document.querySelectorAll('meter').length > 0") and page.run("document.body.innerText.includes('instruction')"))
    check("there is a bar a step", page.run("document.querySelectorAll('svg.timeline rect').length") >= 3)
    check("the interval is drawn", page.run("document.querySelectorAll('.verdict svg.interval').length") == 1)
    page.run("document.activeElement.blur()")
    page.key("j")
    page.until("location.hash.includes('c=c')")
    check("keys go from candidate to candidate", page.until("document.querySelectorAll('tr.pick').length === 1"))
    page.run("document.querySelector('select[aria-label=\"Which events\"]').value = 'decisions'; document.querySelector('select[aria-label=\"Which events\"]').dispatchEvent(new Event('change'))")
    page.until("document.querySelector('.log tr.accepted') && ![...document.querySelectorAll('.log tr')].some((r) => r.className === 'proposed')")
    check("the log can be narrowed", "log=decisions" in page.run("location.hash"))
    shot(page, "run-live")

    # What changes while a list is open waits for it, and comes when it is closed, by whatever closes it
    for how in ("document.querySelector('select[aria-label=\"Which events\"]').dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}))",
                "document.querySelector('h1').dispatchEvent(new MouseEvent('mousedown', {bubbles: true}))"):
        page.until("document.getElementById('live').textContent.startsWith('live · updated')")
        page.run("document.querySelector('select[aria-label=\"Which events\"]').dispatchEvent(new MouseEvent('mousedown', {bubbles: true}))")
        subprocess.run([program, "run", workflow, "--input", "sentence=Day 5 was bright."], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        page.until("document.getElementById('live').textContent.includes('waits while text is marked or a list is open')")
        page.run(how)
        page.until("document.getElementById('live').textContent.startsWith('live · updated')")
    check("what waited for a list comes when it is closed", True)
    page.go(f"#/compare?a={urllib.parse.quote(run + ':c0', safe='')}&b={urllib.parse.quote(run + ':c1', safe='')}")
    page.until("document.querySelector('.pair pre')")
    page.run("(() => { const box = document.querySelector('input[type=checkbox]'); box.focus(); box.click(); })()")
    subprocess.run([program, "run", workflow, "--input", "sentence=Day 5 was bright."], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    page.run("document.getElementById('live').textContent = ''")
    page.until("document.getElementById('live').textContent.startsWith('live · updated')")
    check("a box that has the focus holds nothing up, and keeps it", page.run("document.activeElement.type === 'checkbox' && document.activeElement.checked"))

    # A long run is unfolded by itself: the next one begins folded
    for name in ("long-a#1", "long-b#1"):
        page.go("#/run/" + urllib.parse.quote(name, safe=""))
        buttons = page.run("[...document.querySelectorAll('button')].map((b) => b.textContent)")
        check(f"{name} begins with its newest candidates and events", "all 221 candidates" in buttons and "50 earlier" in buttons, buttons)
        page.run("[...document.querySelectorAll('button')].find((b) => b.textContent === '50 earlier').click()")
        page.run("[...document.querySelectorAll('button')].find((b) => b.textContent === 'all 221 candidates').click()")
        page.until("document.querySelectorAll('tr[data-key^=\"candidate \"]').length === 221")
        check("and shows all that is asked for", page.run("document.querySelectorAll('.log tbody tr').length") == 450)

    # A list that is long: search, order, pages
    page.go("#/?workflow=many")
    check("a page of a long list says how long it is", "of 250" in page.run("document.body.innerText"))
    page.run("(() => { const i = document.querySelector('input[type=search]'); i.value = 'needle'; i.dispatchEvent(new Event('input')); })()")
    page.until("document.body.innerText.includes('2 traces')")
    check("the search finds what was said inside of traces, and is in the address", "q=needle" in page.run("location.hash"))
    page.go("#/?workflow=many")
    page.run("[...document.querySelectorAll('th button')].find((b) => b.textContent.startsWith('score')).click()")
    page.until("document.querySelector('th[aria-sort]') && document.querySelector('th[aria-sort]').textContent.includes('score')")
    lowest = page.run("[...document.querySelectorAll('main section:last-of-type tbody tr')].slice(0, 3).map((r) => r.textContent)")
    check("the lowest score can come first", all("0.000" in row for row in lowest), lowest)
    page.run("[...document.querySelectorAll('button')].find((b) => b.textContent === 'next ›').click()")
    page.until("document.body.innerText.includes('101 to 200 of 250')")
    check("there is a next page", "from=100" in page.run("location.hash"))
    page.run("document.activeElement.blur()")
    page.key("j")
    check("keys go from row to row", page.run("document.activeElement.tagName === 'A'"))

    # What would do harm is text
    page.go(f"#/trace/{hostile}")
    page.until("document.querySelectorAll('svg .vertex').length")
    for index in range(page.run("document.querySelectorAll('.row').length")):
        page.run(f"delete document.querySelector('.drawer').dataset.node; document.querySelectorAll('.row')[{index}].dispatchEvent(new MouseEvent('click', {{bubbles: true}}))")
        page.until("document.querySelector('.drawer').dataset.node && document.querySelector('.drawer h1')")
    check("hostile text makes no element", page.run("document.querySelectorAll('main script, main img, main iframe, svg script, svg a').length") == 0)
    check("and is shown", page.run("document.body.textContent.includes('<script>')"))
    check("nothing ran", page.run("window.harmed === undefined"))
    check("nothing turns the reading direction, names and titles of windows included", page.run("!/[\\u202a-\\u202e\\u2066-\\u2069\\u001b]/.test(document.documentElement.textContent + document.title + [...document.querySelectorAll('[title], [aria-label]')].map((one) => one.title + one.getAttribute('aria-label')).join(''))"))

    # A value of five megabytes: shown as far as it can be read, whole where it is asked for, and not cut by a replay
    vast = json.loads(get("/api/traces?workflow=vast", Authorization=f"Bearer {token}")[1])["traces"][0]["id"]
    page.go(f"#/trace/{vast}")
    page.run("[...document.querySelectorAll('svg .vertex.value')][0].dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    page.until("document.querySelector('.drawer .value')")
    told = page.run("document.querySelector('.drawer').textContent")
    check("a value of megabytes is shown in part, and that is said", "4,800,000 bytes left out" in told and page.run("document.querySelector('.drawer .value').textContent.length") == 200_000)
    check("it is not offered for a change that would cut it", not page.run("document.querySelector('.drawer textarea')") and "too long to be changed here" in told)
    check("an export has all of it", len(get(f"/export?trace={vast}&format=json", Authorization=f"Bearer {token}")[1]) > 5_000_000)

    # Ten thousand nodes
    started = time.monotonic()
    page.go(f"#/trace/{large}")
    page.until("document.querySelectorAll('svg .vertex').length")
    shown = time.monotonic() - started
    check("ten thousand nodes are a few shapes", page.run("document.querySelectorAll('svg .vertex').length") < 20)
    page.run("document.querySelector('.fold').click()")
    check("rows are drawn as far as they are seen", page.run("document.querySelectorAll('.row').length") < 200)
    times = []
    page.run("document.querySelector('.rows').focus()")
    for _ in range(12):
        started = time.monotonic()
        before = page.run("location.hash")
        page.key("j")
        page.until(f"location.hash !== {json.dumps(before)}")
        page.until("document.querySelector('.row.pick')")
        times.append(time.monotonic() - started)
    page.key("f")
    page.until("document.querySelector('.drawer h2') && document.querySelector('.drawer h2').textContent.startsWith('Failure')")
    check("the next failure is a key away", page.run("document.querySelectorAll('.row.bad').length") > 0)
    page.run("[...document.querySelectorAll('svg .vertex.folded')][0].dispatchEvent(new MouseEvent('dblclick', {bubbles: true}))")
    page.until("document.querySelectorAll('svg .vertex').length > 20")
    check("a fold opens on demand", "open=f" in page.run("location.hash"))
    print(f"first paint {shown * 1000:.0f} ms, selection {sorted(times)[len(times) // 2] * 1000:.0f} ms")
    shot(page, "large")

    # Live: another process writes
    page.go("#/")
    highest = "Math.max(...[...document.querySelectorAll('a[href^=\"#/trace/\"]')].map((a) => Number(a.textContent)))"
    known = page.until(f"{highest} > 0 && {highest}")
    page.until("document.getElementById('live').textContent.startsWith('live')")
    subprocess.run([program, "run", workflow, "--input", "sentence=Day 7 was bright."], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    newest = page.until(f"{highest} > {known} && {highest}")
    check("the page keeps up with what others write", newest > int(large), newest)

    # A run that another process does is followed from its first moment to its verdict
    rows = page.run("document.querySelectorAll('tr[data-key^=\"run \"]').length")
    other = subprocess.Popen([program, "optimize", workflow, "--seed", "11"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    page.until(f"document.querySelectorAll('tr[data-key^=\"run \"]').length > {rows}")
    name = page.run("document.querySelector('tr[data-key^=\"run \"] a').textContent")
    page.go("#/run/" + urllib.parse.quote(name, safe=""))
    page.until("document.querySelector('.verdict b').textContent === 'PROMOTE'", 300)
    check("a run is followed to its verdict", page.run("document.querySelectorAll('.point').length") >= 2)
    other.wait()
    check("and ends well", other.returncode == 0, other.returncode)

    # A trace of that run: a value of a parameter is changed, what comes of it is scored, the page of the old one knows
    rows = json.loads(get(f"/api/traces?run={urllib.parse.quote(name, safe='')}&candidate=c0&split=validation", Authorization=f"Bearer {token}")[1])["traces"]
    source = rows[0]["id"]
    page.go(f"#/trace/{source}")
    page.run("[...document.querySelectorAll('svg .vertex.parameter')].find((v) => v.textContent.includes('instruction')).dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    page.until("document.querySelector('.drawer textarea')")
    check("the estimate is of calls, tokens and dollars", all(word in page.run("document.querySelector('.estimate').textContent") for word in ("1 call,", "tokens", "$")))
    page.run("document.querySelector('.drawer textarea').value = 'Answer with one word: sunny or rainy.'; [...document.querySelectorAll('.drawer button')].find((b) => b.textContent === 'replay').click()")
    page.until(f"location.hash.includes('against={source}') && document.querySelector('svg .vertex.changed')")
    check("what was replayed is scored", "score 1.000" in page.run("document.querySelector('.head').textContent"), page.run("document.querySelector('.head').textContent"))
    check("and is told from others", "what it was run again on" in page.run("document.querySelector('select[aria-label=\"Compare with\"]').textContent"))
    shot(page, "replayed")
    page.go(f"#/trace/{source}")
    before = page.run("document.querySelectorAll('select[aria-label=\"Compare with\"] option').length")
    check("the page of the old one knows the new one", "run again" in page.run("document.querySelector('select[aria-label=\"Compare with\"]').textContent"))
    subprocess.run([program, "replay", str(source), "--set", "sentence=Day 9 was bright."], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    check("the page of a trace keeps up too", page.until(f"document.querySelectorAll('select[aria-label=\"Compare with\"] option').length > {before}"))

    # Replay with another value
    page.go(f"#/trace/{newest}")
    page.run("[...document.querySelectorAll('svg .vertex.value')][0].dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    page.until("document.querySelector('.drawer textarea')")
    check("the estimate comes first", "operations run again" in page.run("document.querySelector('.estimate').textContent"))
    page.run("document.querySelector('.drawer textarea').value = 'Day 8 was wet and grey.'; [...document.querySelectorAll('.drawer button')].find((b) => b.textContent === 'replay').click()")
    page.until(f"location.hash.includes('against={newest}') && document.querySelector('svg .vertex.changed')")
    check("a changed value is replayed and compared", int(page.run("location.hash.match(/trace.(\\d+)/)[1]")) > newest)
    shot(page, "replay")
    page.call("Emulation.setEmulatedMedia", media="print")
    page.until("[...document.querySelectorAll('nav.outline, .tools, textarea')].every((part) => getComputedStyle(part).display === 'none')")
    check("shapes are on paper too, what is for the hand alone is not", page.run("[...document.querySelectorAll('svg .outline')].every((shape) => getComputedStyle(shape).display !== 'none')"))
    page.call("Emulation.setEmulatedMedia", media="")
    pdf = page.pdf()
    check("a page prints", pdf.startswith(b"%PDF") and len(pdf) > 5_000)
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    check("dark where the system is", page.until("getComputedStyle(document.body).backgroundColor === 'rgb(13, 17, 23)'"))
    shot(page, "dark")

    # From the list to a replay with nothing but the keyboard
    page.go("#/")
    page.press("/")
    for letter in "bright":
        page.press(letter)
    page.until("location.hash.includes('q=bright') && document.querySelector('main section:last-of-type tbody tr')")
    page.press("Escape")
    for _ in range(60):
        page.press("j")
        if page.run("(document.activeElement.getAttribute('href') || '').startsWith('#/trace/')"):
            break
    started = page.run("document.activeElement.getAttribute('href')")
    page.press("Enter")
    page.until(f"location.hash === {json.dumps(started)} && document.body.dataset.ready === location.hash")
    for _ in range(20):
        picked = page.run("location.hash")
        page.press("j")
        page.until(f"document.querySelector('.drawer h1') && location.hash !== {json.dumps(picked)}")
        node = page.run("new URLSearchParams(location.hash.split('?')[1]).get('n')")
        page.until("document.querySelector('.drawer').dataset.node")
        if page.run("document.querySelector('.drawer .facts').textContent.startsWith('input') && Boolean(document.querySelector('.drawer textarea'))"):
            break
    check("keys alone lead from the list to a node", node and started, (started, node))
    page.press("r")
    check("and into its value", page.run("document.activeElement.tagName") == "TEXTAREA")
    for letter in "So ":
        page.press(letter)
    check("which is written in, not obeyed as keys", page.run("document.activeElement.value").count("So ") == 1, page.run("document.activeElement.value"))
    page.press("Tab")
    check("the next thing is to run it", page.run("document.activeElement.textContent") == "replay" and page.run("getComputedStyle(document.activeElement).outlineStyle") == "solid")
    page.press("Enter")
    page.until("location.hash.includes('against=') && document.querySelector('svg .vertex.changed')")
    check("which Enter does", started.split("/")[-1] in page.run("location.hash"))
    there = page.run("location.hash")
    page.run("document.activeElement.blur()")
    for _ in range(120):
        page.press("Tab")
        if page.run("document.activeElement.className") == "skip":
            break
    page.press("Enter")
    check("the content is a key away, and no other page", page.run("document.activeElement.id") == "main" and page.run("location.hash") == there, page.run("location.hash"))
    page.press("?")
    page.until("document.querySelector('dialog[open]')")
    page.press("Escape")
    check("the list of keys opens and closes", page.until("!document.querySelector('dialog[open]')"))
    page.press("g")
    page.until("document.body.dataset.ready === '#/'")
    outside = [url for url in page.requests if urllib.parse.urlparse(url).netloc != address.netloc and not url.startswith(("data:", "about:"))]
    check("nothing was asked of anyone else", not outside, outside)
    check("the browser has nothing to complain of", not page.complaints, page.complaints)

    # What cannot be followed says so, and follows again once it can
    page.go("#/")
    os.rename("cache/optrace.sqlite", "cache/away.sqlite")
    page.run("location.reload()")
    check("a page that does not follow along says so", page.until("document.getElementById('live').textContent.startsWith('not live: ')"))
    deadline = time.monotonic() + 120
    while "pages do not follow along" not in open("view.log").read() and time.monotonic() < deadline:
        time.sleep(0.1)
    check("and the terminal does, once", open("view.log").read().count("pages do not follow along") == 1, open("view.log").read())
    os.rename("cache/away.sqlite", "cache/optrace.sqlite")
    check("it follows again by itself", page.until("document.getElementById('live').textContent.startsWith('live')"))


try:
    doors()
    page = browser.Browser()
    try:
        pages(page)
    finally:
        page.close()
finally:
    server.terminate()
    server.wait(120)
check("the server ends in good order", server.returncode == 0, server.returncode)
