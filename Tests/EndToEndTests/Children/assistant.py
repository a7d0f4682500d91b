"""Talks to `optrace mcp` as an assistant's client does.

usage: assistant.py PROGRAM WORKFLOW
"""

import json
import subprocess
import sys

program, workflow = sys.argv[1:3]


class Client:
    def __init__(self, *options):
        self.process = subprocess.Popen([program, "mcp", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.number = 0

    def send(self, message):
        self.process.stdin.write((message if isinstance(message, str) else json.dumps(message)) + "\n")
        self.process.stdin.flush()

    def read(self):
        return json.loads(self.process.stdout.readline())

    def ask(self, method, **parameters):
        self.number += 1
        self.send({"jsonrpc": "2.0", "id": self.number, "method": method, "params": parameters})
        answer = self.read()
        assert answer["jsonrpc"] == "2.0" and answer["id"] == self.number, answer
        return answer

    def call(self, tool, **arguments):
        answer = self.ask("tools/call", name=tool, arguments=arguments)
        assert "result" in answer, answer
        result = answer["result"]
        assert result["content"][0]["type"] == "text"
        return result

    def data(self, tool, **arguments):
        result = self.call(tool, **arguments)
        assert not result["isError"], result
        return result["structuredContent"]

    def end(self):
        self.process.stdin.close()
        assert self.process.wait(60) == 0


def check(what, holds, told=""):
    assert holds, f"{what}: {told}"
    print("ok", what)


client = Client("--max-calls", "400")
hello = client.ask("initialize", protocolVersion="2025-03-26", capabilities={}, clientInfo={"name": "test", "version": "1"})["result"]
check("the revision asked for is spoken", hello["protocolVersion"] == "2025-03-26" and hello["serverInfo"]["name"] == "optrace")
check("an unknown revision is answered with a known one", client.ask("initialize", protocolVersion="1999-01-01")["result"]["protocolVersion"] == "2025-06-18")
client.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
check("a ping is answered", client.ask("ping")["result"] == {})
tools = {tool["name"]: tool for tool in client.ask("tools/list")["result"]["tools"]}
check("the tools are there", {"list_runs", "show_run", "compare_candidates", "list_traces", "show_trace", "diff_traces", "validate_workflow", "evaluate_workflow", "start_optimization", "follow_optimization", "stop_optimization"} <= set(tools))
check("each has a schema", all(tool["inputSchema"]["type"] == "object" for tool in tools.values()))

client.send("this is no JSON")
check("what is no JSON is refused", client.read()["error"]["code"] == -32700)
client.send({"id": 5, "method": "ping"})
check("what is no JSON-RPC is refused", client.read()["error"]["code"] == -32600)
check("an unknown method is refused", client.ask("resources/list")["error"]["code"] == -32601)
check("an unknown tool is refused", client.ask("tools/call", name="rm", arguments={})["error"]["code"] == -32602)
check("an unknown argument is refused", client.ask("tools/call", name="list_runs", arguments={"x": 1})["error"]["code"] == -32602)
check("a missing one, too", client.ask("tools/call", name="show_trace", arguments={})["error"]["code"] == -32602)
check("a wrong kind, too", client.ask("tools/call", name="show_trace", arguments={"trace": "one"})["error"]["code"] == -32602)

sound = client.data("validate_workflow", workflow=workflow)
check("a workflow is validated", sound["sound"] is True, sound)
outside = client.call("validate_workflow", workflow="../../etc/passwd")
check("files outside the root are refused", outside["isError"] and "outside" in outside["content"][0]["text"], outside)
scored = client.data("evaluate_workflow", workflow=workflow, limit=4)
check("a workflow is evaluated", scored["result"]["examples"] == 4 and len(scored["lost_points"]) == 4, scored)
lost = scored["lost_points"][0]
check("what lost points says on what, and why", "sentence" in lost["fields"] and "expected" in lost["feedback"]["accuracy"], lost)
check("the hold-out is the gate's alone", "error" in client.ask("tools/call", name="evaluate_workflow", arguments={"workflow": workflow, "split": "holdout"}))
check("a number below the least is refused", "takes 1 or more" in client.ask("tools/call", name="evaluate_workflow", arguments={"workflow": workflow, "limit": 0})["error"]["message"])
never = client.call("start_optimization", workflow=workflow, optimizer="nonsense")
check("what can never start is told at once, without how commands are used", never["isError"] and "nonsense" in never["content"][0]["text"] and "Usage" not in never["content"][0]["text"], never)
absent = client.call("start_optimization", workflow="none.yaml")
check("so is a file that is not there", absent["isError"] and "none.yaml" in absent["content"][0]["text"], absent)
option = client.call("show_run", run="--help")
check("an argument is never an option", option["isError"], option)

job = client.data("start_optimization", workflow=workflow)["job"]
known, events = 0, []
for _ in range(200):
    news = client.data("follow_optimization", job=job, after=known, wait_seconds=30)
    events += news["events"]
    known = news["after"]
    if not news["running"]:
        break
check("an optimization is followed to its end", news["result"]["verdict"]["decision"] == "promote" if isinstance(news["result"]["verdict"], dict) else "promote" in str(news["result"]["verdict"]), news)
check("event by event", [event["event"] for event in events][:2] == ["started", "baseline"] and len(events) == known, events[:2])
check("under the server's budget", events[0]["budget"]["calls"] == 400, events[0])

runs = client.data("list_runs")["runs"]
check("runs are listed", len(runs) == 1 and runs[0]["verdict"] == "promote", runs)
shown = client.data("show_run")
check("a run is shown", shown["best"] == "c1" and len(shown["candidates"]) == 2, shown)
comparison = client.data("compare_candidates", before="latest:c0", after="latest")
check("candidates are compared", comparison["changes"][0]["parameter"] == "instruction", comparison)
traces = client.data("list_traces", run="latest", candidate="c1", split="validation")["traces"]
check("traces are listed", traces and all(trace["candidate"] == "c1" for trace in traces))
trace = client.data("show_trace", trace=traces[0]["trace"], max_characters=5)
check("a trace is shown, long values cut", any("left_out" in node for node in trace["nodes"]), trace)
node = client.data("show_trace", trace=traces[0]["trace"], node="instruction:0")
check("a node is shown whole", len(node["nodes"]) == 1 and "sunny or rainy" in node["nodes"][0]["value"], node)
before = client.data("list_traces", run="latest", candidate="c0", example=traces[0]["example"])["traces"][0]["trace"]
diff = client.data("diff_traces", before=before, after=traces[0]["trace"])
check("two traces are compared", diff["changed"] > 0 and diff["changes"][0]["origin"] is True)
check("whose trace it is", trace["run"] and trace["split"] == "validation" and trace["fields"]["expected"], trace)
nowhere = client.call("show_trace", trace=traces[0]["trace"], node="zz:0")
check("a node that is not there is told with those there are", nowhere["isError"] and "instruction:0" in nowhere["content"][0]["text"], nowhere)
everything = client.data("list_traces", run="latest", limit=500)["traces"]
check("executions of the hold-out are not listed", everything and not [one for one in everything if one["split"] == "holdout"])
hidden = max(one["trace"] for one in everything) + 1
kept = client.call("show_trace", trace=hidden)
check("nor shown", kept["isError"] and "hold-out" in kept["content"][0]["text"], kept)
check("nor compared", client.call("diff_traces", before=hidden, after=traces[0]["trace"])["isError"])
check("nor in a comparison of candidates", not [one for one in comparison["examples"] if one["split"] == "holdout"])
again = json.loads(subprocess.run([program, "replay", str(hidden), "--set", "mood:0=grey", "--json"], check=True, capture_output=True, text=True).stdout)
number = max(json.loads(line)["trace"] for line in subprocess.run([program, "traces", "list", "--json", "--limit", "1"], check=True, capture_output=True, text=True).stdout.splitlines())
check("a run again of one of them is not shown either", client.call("show_trace", trace=number)["isError"] and number > hidden, again)
check("nor listed", number not in [one["trace"] for one in client.data("list_traces", limit=500)["traces"]])
missing = client.call("show_trace", trace=99999)
check("what is not there is said", missing["isError"] and "no trace 99999" in missing["content"][0]["text"], missing)
check("so is an unknown job", client.call("follow_optimization", job="job-9")["isError"])
client.end()

reader = Client("--read-only")
names = {tool["name"] for tool in reader.ask("tools/list")["result"]["tools"]}
check("a reader's server runs nothing", "show_run" in names and not names & {"evaluate_workflow", "start_optimization", "stop_optimization"}, names)
check("and refuses to", "error" in reader.ask("tools/call", name="start_optimization", arguments={"workflow": workflow}))
reader.end()

open_one = Client("--read-only", "--show-holdout")
check("where the server's owner says so, they are", open_one.data("show_trace", trace=hidden)["split"] == "holdout")
open_one.end()
for options in (["--root", "/no/such/folder"], ["--database", workflow]):
    refused = subprocess.run([program, "mcp", *options], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    check(f"a server that could not work does not start: {options[0]}", refused.returncode != 0 and refused.stderr.strip(), refused)
