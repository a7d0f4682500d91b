"""Sends traces to `optrace import otlp --listen` as exporters do, and as they do when something is wrong.

usage: telemetry.py PROGRAM WORKFLOW
"""

import gzip
import http.client
import json
import re
import signal
import subprocess
import sys
import zlib

program, workflow = sys.argv[1:3]


def check(what, holds, told=""):
    assert holds, f"{what}: {told}"
    print("ok", what)


class Receiver:
    def __init__(self, *more):
        self.process = subprocess.Popen(
            [program, "import", "otlp", "--listen", "0", "--workflow", workflow, "--json", *more],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/v1/traces", line)
        check("says where it listens", found and "OTEL_EXPORTER_OTLP_ENDPOINT=" in line, line)
        self.port = int(found.group(1))

    def send(self, body, path="/v1/traces", method="POST", headers=None, chunks=False):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        given = {"Content-Type": "application/json"} if headers is None else headers
        connection.request(method, path, body=iter(body) if chunks else body, headers=given, encode_chunked=chunks)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, content

    def end(self, interrupt=False):
        if interrupt:
            self.process.send_signal(signal.SIGINT)
        output, errors = self.process.communicate()
        check("ends well", self.process.returncode == 0, f"{self.process.returncode} {errors}")
        return [json.loads(line) for line in output.splitlines()], errors


def span(trace, name, parent="", system=None, output=None, place=0):
    attributes = []
    if system:
        attributes += [("gen_ai.request.model", "small"), ("gen_ai.system_instructions", system)]
    if output:
        attributes.append(("output.value", output))
    return {
        "traceId": trace, "spanId": trace[:8] + name, "parentSpanId": parent and trace[:8] + parent, "name": name,
        "startTimeUnixNano": str(10 + place), "endTimeUnixNano": str(20 + place),
        "attributes": [{"key": key, "value": {"stringValue": value}} for key, value in attributes],
    }


def request(*spans):
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": list(spans)}]}]}).encode()


receiver = Receiver("--traces", "4")
status, content = receiver.send(request(span("a" * 32, "ask", "top", "Answer briefly.", "Ada")))
check("takes JSON", (status, content) == (200, b"{}"), (status, content))
packed = {"Content-Type": "application/json; charset=utf-8", "Content-Encoding": "gzip"}
status, _ = receiver.send(gzip.compress(request(span("a" * 32, "top", output="Ada", place=9))), headers=packed)
check("takes gzip", status == 200, status)
status, _ = receiver.send(
    zlib.compress(request(span("b" * 32, "top", output="x"))), headers={**packed, "Content-Encoding": "deflate"})
check("takes deflate", status == 200, status)
whole = request(span("c" * 32, "top", output="y"))
status, _ = receiver.send([whole[:20], whole[20:]], chunks=True)
check("takes chunks", status == 200, status)

for what, expected, given in [
    ("another path", 404, dict(body=whole, path="/v1/metrics")),
    ("another method", 405, dict(body=None, method="GET")),
    ("another type", 415, dict(body=whole, headers={"Content-Type": "text/plain"})),
    ("another coding", 415, dict(body=whole, headers={**packed, "Content-Encoding": "br"})),
    ("a page in a browser", 403, dict(body=whole, headers={**packed, "Origin": "http://evil.example"})),
    ("another host", 403, dict(body=whole, headers={**packed, "Host": "evil.example"})),
    ("no JSON", 400, dict(body=b"{")),
    ("no protobuf", 400, dict(body=b"\x0a\xff", headers={"Content-Type": "application/x-protobuf"})),
    ("no gzip", 400, dict(body=b"plain", headers=packed)),
    ("a bomb", 400, dict(body=gzip.compress(bytes(80 << 20)), headers=packed)),
    ("a body beyond bounds", 413, dict(body=b"", headers={"Content-Type": "application/json", "Content-Length": str(1 << 40)})),
]:
    status, content = receiver.send(**given)
    check(f"{what} is {expected}", status == expected, (status, content))

# A protobuf request of one span without a parent: resourceSpans, scopeSpans, span with ids and a name.
def field(number, content):
    return bytes([number << 3 | 2, len(content)]) + content


inner = field(1, b"d" * 16) + field(2, b"e" * 8) + field(5, b"top")
status, content = receiver.send(
    field(1, field(2, field(2, inner))), headers={"Content-Type": "application/x-protobuf"})
check("takes protobuf", (status, content) == (200, b""), (status, content))
lines, errors = receiver.end()
check("four traces are kept", [line["workflow"] for line in lines] == ["answers"] * 4, lines)
check("spans of two requests are one trace", lines[0]["nodes"] == 3 and lines[0]["calls"] == 1, lines[0])

receiver = Receiver()
receiver.send(request(span("f" * 32, "ask", "top", "Answer at length.", "Bob")))
lines, errors = receiver.end(interrupt=True)
check("Ctrl-C keeps what has come", len(lines) == 1, lines)
check("what is missing is told", "the outermost span of 1 trace has not come" in errors, errors)
