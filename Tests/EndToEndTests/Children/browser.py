"""A headless Chromium, driven over its own protocol with nothing but Python's standard library."""

import base64
import json
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import time
import urllib.request


def program():
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome", "chrome"]
    return next((found for name in names if name and (found := shutil.which(name))), None)


class Socket:
    """The client's side of RFC 6455, texts alone."""

    def __init__(self, address):
        host, path = address.removeprefix("ws://").split("/", 1)
        name, port = host.split(":")
        self.socket = socket.create_connection((name, int(port)), 300)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        self.rest = b""
        while b"\r\n\r\n" not in self.rest:
            self.rest += self.socket.recv(4096)
        self.rest = self.rest.split(b"\r\n\r\n", 1)[1]

    def take(self, count):
        while len(self.rest) < count:
            more = self.socket.recv(1 << 16)
            if not more:
                raise ConnectionError("the browser closed the connection")
            self.rest += more
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def send(self, text):
        content, mask = text.encode(), os.urandom(4)
        size = len(content)
        head = bytes([0x81]) + (
            bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + struct.pack(">H", size) if size < 65536
            else bytes([0x80 | 127]) + struct.pack(">Q", size))
        pattern = (mask * (size // 4 + 1))[:size]
        masked = (int.from_bytes(content, "big") ^ int.from_bytes(pattern, "big")).to_bytes(size, "big")
        self.socket.sendall(head + mask + masked)

    def receive(self):
        whole = b""
        while True:
            first, second = self.take(2)
            size = second & 0x7F
            if size == 126:
                size = struct.unpack(">H", self.take(2))[0]
            elif size == 127:
                size = struct.unpack(">Q", self.take(8))[0]
            content = self.take(size)
            if first & 0x0F in (8, 9, 10):
                continue
            whole += content
            if first & 0x80:
                return whole.decode()


class Browser:
    def __init__(self, width=1280, height=860):
        self.folder = tempfile.mkdtemp(prefix="optrace-browser-")
        self.process = subprocess.Popen(
            [program(), "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
             "--disable-background-networking", "--disable-dev-shm-usage", "--remote-debugging-port=0",
             f"--user-data-dir={self.folder}", f"--window-size={width},{height}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port_file = os.path.join(self.folder, "DevToolsActivePort")
        deadline = time.monotonic() + 180
        while not os.path.exists(port_file) or not open(port_file).read().strip():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError("the browser did not start")
            time.sleep(0.05)
        port = open(port_file).read().split()[0]
        while not (pages := [page for page in json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json")) if page["type"] == "page"]):
            if time.monotonic() > deadline:
                raise RuntimeError("the browser shows no page")
            time.sleep(0.05)
        self.socket = Socket(pages[0]["webSocketDebuggerUrl"])
        self.number = 0
        #: What the page complained of: exceptions, console errors, refusals of the policy.
        self.complaints = []
        #: Addresses outside this machine that were asked for.
        self.requests = []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.receive())
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.note(message)

    def note(self, message):
        method, parameters = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.complaints.append(parameters["exceptionDetails"].get("exception", {}).get("description", "exception"))
        elif method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            self.complaints.append(parameters["entry"]["text"])
        elif method == "Page.javascriptDialogOpening":
            self.complaints.append("a dialog opened: " + parameters.get("message", ""))
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])

    def run(self, script):
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", str(answer)))
        return answer["result"].get("value")

    def until(self, condition, seconds=180):
        """Waits for a JavaScript expression to hold; its value."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                value = self.run(f"(() => {{ try {{ const v = {condition}; return v instanceof Node ? true : v; }} catch (e) {{ return null; }} }})()")
            except RuntimeError as error:
                # A page that is being loaded anew answers from then on.
                if "navigated" not in str(error):
                    raise
                value = None
            if value:
                return value
            if time.monotonic() > deadline:
                raise RuntimeError(f"never came true: {condition}\n" + (self.run("document.body.innerText") or "")[:2000])
            time.sleep(0.02)

    def open(self, address):
        self.call("Page.navigate", url=address)

    def go(self, fragment):
        """Within the page; until what it names is shown."""
        # The page says which address it is ready with: one that was still on its way to another place is not taken for it.
        wanted = self.run(f"""(() => {{
            delete document.body.dataset.ready;
            const before = location.hash;
            location.hash = {json.dumps(fragment)};
            if (location.hash === before) window.dispatchEvent(new HashChangeEvent("hashchange"));
            return location.hash || "#/";
        }})()""")
        self.until(f"document.body.dataset.ready === {json.dumps(wanted)}")

    def key(self, name):
        self.run(f"document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {{key: {json.dumps(name)}, bubbles: true, cancelable: true}}))")

    def press(self, name, shift=False):
        """A key of the keyboard, as the browser itself gets it: it moves the focus, follows links, opens lists."""
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "PageDown": 34, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        text = {"Enter": "\r"}.get(name, name if len(name) == 1 else None)
        told = {"key": name, "windowsVirtualKeyCode": codes.get(name, ord(name.upper()[0])), "modifiers": 8 if shift else 0}
        self.call("Input.dispatchKeyEvent", type="keyDown", **told, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **told)

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def pdf(self):
        return base64.b64decode(self.call("Page.printToPDF", printBackground=False)["data"])

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
