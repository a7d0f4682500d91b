"""Looks at what commands print as a person does, on terminals of several widths, and as programs do, through pipes.

usage: terminal.py PROGRAM RUN HOSTILE

Runs in the folder with the database.
"""

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import unicodedata

program, run, hostile = sys.argv[1:4]


def columns(text):
    """How many columns a line takes, by Unicode's own words."""
    return sum(0 if unicodedata.category(one) in ("Mn", "Me", "Cf") else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def on_terminal(arguments, width, **variables):
    """What is printed on a terminal of `width` columns."""
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "CI", "COLUMNS")}
    environment.update({"TERM": "xterm-256color", **variables})
    child = subprocess.Popen([program, *arguments], stdin=subprocess.DEVNULL, stdout=inner, stderr=subprocess.DEVNULL, env=environment)
    os.close(inner)
    shown = b""
    while True:
        try:
            more = os.read(outer, 65536)
        except OSError:
            break
        if not more:
            break
        shown += more
    os.close(outer)
    assert child.wait() == 0, (arguments, shown[-400:])
    return shown.decode().replace("\r\n", "\n")


def piped(arguments, **variables):
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True, env={**os.environ, **variables}).stdout


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def check(what, holds, told=""):
    assert holds, f"{what}: {told}"
    print("ok", what)


best = piped(["traces", "list", "--run", run, "--candidate", "c1", "--limit", "1", "--json"])
trace = re.search(r'"trace":(\d+)', best)[1]
tables = [["runs", "list"], ["runs", "show", run], ["traces", "list"], ["traces", "list", "--run", run]]
pages = [["traces", "show", trace], ["traces", "show", trace, "--waterfall"], ["traces", "show", hostile], ["traces", "show", hostile, "--waterfall"], ["traces", "diff", trace, hostile]]
for command in tables + pages:
    for width in (80, 120):
        lines = plain(on_terminal(command, width)).splitlines()
        # A prompt is told whole, whatever its length: its lines are the diff's.
        long = [line for line in lines if columns(line) > width and not line.startswith(("  - ", "  + "))]
        check(f"{' '.join(command)} fits {width} columns", lines and not long, long[:2])
for command in tables + pages:
    shown = piped(command)
    check(f"{' '.join(command)} has no colours and no controls in a pipe", not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown))
    check(f"{' '.join(command)} has none where nobody wants them", "\x1b" not in on_terminal(command, 80, NO_COLOR="1"))
    check(f"{' '.join(command)} says on a terminal what only a terminal obeys by itself", not re.search(r"\x1b(?!\[[0-9;]*m)|[\u202a-\u202e\u2066-\u2069]", on_terminal(command, 80)))
obeyed = re.compile(r"\x1b|[\u202a-\u202e\u2066-\u2069]")
bad = "\x1b[2J\u202e"
child = subprocess.run([program, "runs", "show", bad], capture_output=True, text=True)
check("what an error quotes is shown, not obeyed", child.returncode == 1 and "␛[2J" in child.stderr and not obeyed.search(child.stderr), child.stderr)
text = lambda value: {"stringValue": value}
span = {"traceId": "7" * 32, "spanId": "8" * 16, "name": bad, "kind": 1, "startTimeUnixNano": "1", "endTimeUnixNano": "2", "attributes": [{"key": "output.value", "value": text(bad)}]}
with open("hostile.otlp.json", "w") as file:
    json.dump({"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {"name": bad}, "spans": [span]}]}]}, file)
shown = piped(["import", "otlp", "hostile.otlp.json"])
check("neither is what an import tells", "␛[2J" in shown and not obeyed.search(shown), shown)
check("a terminal has colours", "\x1b[" in on_terminal(["runs", "show", run], 80))
check("what goes into a pipe is never cut", "…" not in piped(["runs", "show", run]), piped(["runs", "show", run]))
told = piped(["traces", "show", trace])
check("a trace says whose it is, and what was expected", run in told and "example " in told and "expected: " in told, told[:400])
history = piped(["runs", "show", run])
check("a run has its history as bars, and its verdict", re.search("validation  [▁▂▃▄▅▆▇█]{2,}", history) and "PROMOTE" in history, history)
rows = plain(on_terminal(["traces", "show", trace, "--waterfall"], 80)).splitlines()
place = next(index for index, row in enumerate(rows) if "↳" in row)
check("a model call stands below the operation that made it", "reply" in rows[place - 1] and rows[place].index("↳") > len(rows[place - 1]) - len(rows[place - 1].lstrip()) - 1, rows)
