import Evaluation
import Foundation
import LanguageModels
import Synchronization
import Testing
import TraceGraph

@testable import Workflows

/// Speakers of the protocol without the module, so that every message is in sight.
@Suite("The program protocol")
struct ProgramProtocolTests {
    /// Reads requests, and says what `body` prints with `say`.
    private static func speaker(_ hello: String = #"{"type":"hello","protocol":1}"#, _ body: String) -> String {
        """
        import json, os, sys, time, threading
        requests = os.fdopen(int(os.environ["OPTRACE_REQUESTS_FD"]), "rb")
        reports = int(os.environ["OPTRACE_REPORTS_FD"])
        def say(message):
            os.write(reports, (message if isinstance(message, str) else json.dumps(message)).encode() + b"\\n")
        say('''\(hello)''')
        for line in requests:
            message = json.loads(line)
            run = message["run"]
            if message["type"] != "run":
                continue
        \(body.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n"))
        """
    }

    private static let echo = """
        say({"type": "node", "run": run, "node": 0, "kind": "input", "name": "x", "value": message["inputs"]["x"]})
        say({"type": "node", "run": run, "node": 1, "name": "twice", "operation": "add", "doc": "Adds.", "location": "a:1",
             "inputs": {"left": 0, "right": 0}, "value": 2 * message["inputs"]["x"], "start": 1000, "duration": 500})
        say({"type": "output", "run": run, "node": 1})
        """

    private static let yaml = """
        name: w
        inputs: { x: integer }
        program: { command: [python3, app.py], timeout: 120s }
        """

    @Test("nodes come with their operation, inputs by name, place and time")
    func nodes() async throws {
        try await ProgramBench.run(["app.py": Self.speaker("{\"type\":\"hello\",\"protocol\":1}", Self.echo)]) {
            bench in
            let trace = try await bench.trace(Self.yaml, ["x": 21])
            #expect(trace.ending == "42")
            #expect(trace.nodes.map(\.name) == ["x:0", "twice:0"])
            #expect(trace.inputs(of: "twice") == ["left=x:0", "right=x:0"])
            let node = try #require(trace.result)
            #expect(node.operation == Operation(name: "add", documentation: "Adds.", location: "a:1"))
            #expect(node.start >= 1000 && (400...600).contains(node.duration), "\(node.start) \(node.duration)")
        }
    }

    @Test("parameters carry the candidate's values and are nodes of the graph")
    func parameters() async throws {
        let hello =
            #"{"type":"hello","protocol":1,"parameters":[{"name":"k","kind":"integer","value":2,"range":[1,9]}]}"#
        let body = """
            k = message["parameters"]["k"]
            say({"type": "node", "run": run, "node": 0, "kind": "parameter", "name": "k", "value": k})
            say({"type": "node", "run": run, "node": 1, "name": "y", "inputs": {"k": 0}, "value": k * message["inputs"]["x"]})
            say({"type": "output", "run": run, "node": 1})
            """
        let yaml = Self.yaml + "\nparameters: { k: { kind: integer, value: 3, range: [1, 9] } }"
        try await ProgramBench.run(["app.py": Self.speaker(hello, body)]) { bench in
            let trace = try await bench.trace(yaml, ["x": 10], candidate: ["k": 5])
            #expect(trace.ending == "50")
            #expect(trace.parameters.map { trace[$0].base } == ["k"])
            #expect(try await bench.trace(yaml, ["x": 10]).ending == "30")
            let wrong = try await bench.trace(yaml.replacing("k:", with: "kk:"), ["x": 10])
            #expect(wrong.ending.contains("declares no parameter 'kk'; it declares k"))
            let other = try await bench.trace(
                yaml.replacing("kind: integer, value: 3", with: "kind: number, value: 3"), ["x": 10])
            #expect(other.ending.contains("'k' is a integer in the program and a number in the workflow file"))
        }
    }

    @Test("a failure is a failure node with the line marked, and the run's failure")
    func failures() async throws {
        let body = #"""
            say({"type": "node", "run": run, "node": 0, "kind": "input", "name": "x", "value": 1})
            say({"type": "failure", "run": run, "node": 1, "name": "f", "inputs": {"x": 0},
                 "error": {"type": "ValueError", "message": "no", "source": "a = 1\nb = c\n", "line": 2}})
            say({"type": "failed", "run": run, "node": 1,
                 "error": {"type": "ValueError", "message": "no", "source": "a = 1\nb = c\n", "line": 2}})
            """#
        try await ProgramBench.run(["app.py": Self.speaker("{\"type\":\"hello\",\"protocol\":1}", body)]) { bench in
            let trace = try await bench.trace(Self.yaml, ["x": 1])
            let failure = try #require(trace.result)
            #expect(trace.outcome == .failed(failure.id))
            #expect(failure.name == "f:0" && failure.kind == .failure)
            #expect(failure.value == "(ValueError) no\n  1 | a = 1\n> 2 | b = c")
            #expect(trace.inputs(of: "f") == ["x=x:0"])
        }
    }

    @Test(
        "whoever does not keep to the protocol is told what was wrong",
        arguments: [
            ("", "say('hello there')", "in 'hello there'"),
            ("", "say({'type': 'nod', 'run': run})", "there is no message of type 'nod'"),
            ("", "say({'type': 'node', 'run': run, 'node': 3, 'name': 'a'})", "node 3 came where node 0 was next"),
            (
                "", "say({'type': 'node', 'run': run, 'node': 0, 'name': 'a', 'inputs': {'x': 7}})",
                "the input 'x' of 'a' is node 7, which is not there yet"
            ),
            ("", "say({'type': 'output', 'run': run, 'node': 0})", "the run ends with node 0, which is not there"),
            (#"{"type":"hello","protocol":2}"#, "pass", "speaks version 2 of the protocol, this Optrace version 1"),
            (#"{"type":"hi"}"#, "pass", "its first message is 'hi', expected 'hello'"),
            (
                #"{"type":"hello","protocol":1,"parameters":[{"name":"k","kind":"bool","value":1}]}"#, "pass",
                "the parameter 'k' is of the unknown kind 'bool'"
            ),
        ])
    func violations(_ hello: String, _ body: String, _ message: String) async throws {
        let hello = hello.isEmpty ? #"{"type":"hello","protocol":1}"# : hello
        try await ProgramBench.run(["app.py": Self.speaker(hello, body)]) { bench in
            let trace = try await bench.trace(Self.yaml, ["x": 1])
            #expect(trace.outcome.name == "failed")
            #expect(trace.ending.contains(message), "\(trace.ending)")
        }
    }

    @Test("a program that ends without a word, or is not there, says why")
    func silence() async throws {
        try await ProgramBench.run(["app.py": "import sys\nsys.exit('my configuration is missing')"]) { bench in
            let trace = try await bench.trace(Self.yaml, ["x": 1])
            #expect(trace.ending.contains("ended with status 1 before it said 'hello': my configuration is missing"))
            let missing = try await bench.trace(Self.yaml.replacing("python3", with: "pythonn"), ["x": 1])
            #expect(missing.ending.contains("there is no program 'pythonn'"))
        }
        try await ProgramBench.run(["app.py": "print('done')"]) { bench in
            let trace = try await bench.trace(Self.yaml, ["x": 1])
            #expect(trace.ending.contains("a program has to call optrace.serve"))
        }
    }

    @Test("noise on standard output does no harm, and is shown when the program dies")
    func noise() async throws {
        let body = """
            print("noise " * 200000)
            sys.stdout.flush()
            if message["inputs"]["x"] < 0:
                print("cannot go on")
                sys.stdout.flush()
                os._exit(3)
            """
        let app = Self.speaker("{\"type\":\"hello\",\"protocol\":1}", body + "\n" + Self.echo)
        try await ProgramBench.run(["app.py": app]) { bench in
            #expect(try await bench.trace(Self.yaml, ["x": 1]).ending == "2")
            let dead = try await bench.trace(Self.yaml, ["x": -1])
            #expect(dead.ending.contains("ended with status 3 while it worked on this example alone"))
            #expect(dead.ending.contains("cannot go on"))
            #expect(dead.ending.count < 64 << 10)
            #expect(try await bench.trace(Self.yaml, ["x": 2]).ending == "4")
        }
    }

    @Test("a program that hangs is killed in time; the examples beside it come to their end")
    func hanging() async throws {
        let body = """
            if message["inputs"]["x"] == 0:
                continue
            """
        let app = Self.speaker("{\"type\":\"hello\",\"protocol\":1}", body + "\n" + Self.echo)
        try await ProgramBench.run(["app.py": app]) { bench in
            let workflow = try bench.workflow(Self.yaml.replacing("120s", with: "5s"))
            let endings = try await withThrowingTaskGroup(of: (Int, String).self) { group in
                for x in 0..<4 {
                    group.addTask {
                        let trace = await workflow.run(
                            Candidate(values: [:]), on: Example(id: "\(x)", fields: ["x": .integer(x)]), repetition: 0)
                        return (x, trace.ending)
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            #expect(endings[0]?.contains("worked on one example for more than 5.0 s and was killed") == true)
            #expect((1..<4).map { endings[$0] } == ["2", "4", "6"])
        }
    }

    /// A clock that stands still until it is set, or until somebody sleeps.
    private final class Clock: Sendable {
        private let state = Mutex((now: Duration.seconds(50), sleeps: [Duration]()))

        var sleeps: [Duration] { state.withLock(\.sleeps) }

        func set(_ seconds: Int) { state.withLock { $0.now = .seconds(50 + seconds) } }

        var time: Timekeeper {
            Timekeeper(
                now: { self.state.withLock(\.now) },
                sleep: { duration in
                    try Task.checkCancellation()
                    self.state.withLock { state in
                        state.now += duration
                        state.sleeps.append(duration)
                    }
                    await Task.yield()
                })
        }
    }

    @Test("only a program's own work counts against its time, not the waits for replies")
    func workingTime() {
        let clock = Clock()
        let time = WorkingTime(limit: .seconds(10), time: clock.time)
        func left(at seconds: Int) -> Duration {
            clock.set(seconds)
            return time.left
        }
        #expect(left(at: 4) == .seconds(6))
        time.pause()
        clock.set(5)
        time.pause()
        #expect(left(at: 900) == .seconds(6))
        time.goOn()
        #expect(left(at: 950) == .seconds(6), "one call is still unanswered")
        clock.set(1_000)
        time.goOn()
        #expect(left(at: 1_001) == .seconds(5))
        #expect(left(at: 1_006) == .zero)
    }

    @available(macOS 26.0, *)
    @Test("while a call is unanswered nobody looks whether time has run out; after it, what is left is waited for")
    func waitingForReplies() async throws {
        let clock = Clock()
        let time = WorkingTime(limit: .seconds(10), time: clock.time)
        clock.set(4)
        time.pause()
        time.pause()
        let ending = Task.immediate { try await time.end() }
        clock.set(900)
        time.goOn()
        #expect(clock.sleeps.isEmpty)
        time.goOn()
        try await ending.value
        #expect(clock.sleeps == [.seconds(6)])

        let other = WorkingTime(limit: .seconds(10), time: clock.time)
        other.pause()
        let waiting = Task.immediate { try await other.end() }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(clock.sleeps.count == 1)
    }

    @Test("a program's call falls back to the models of its role")
    func fallbacks() async throws {
        let body = """
            say({"type": "call", "run": run, "call": 0, "model": "task", "settings": {},
                 "messages": [{"role": "user", "content": "hi"}]})
            reply = json.loads(requests.readline())
            say({"type": "node", "run": run, "node": 0, "name": "y", "value": reply["text"], "calls": [0]})
            say({"type": "output", "run": run, "node": 0})
            """
        let model = ScriptedReplies { request in
            var reply = ChatReply(text: "ok")
            reply.answeredBy = request.fallbacks.first
            return reply
        }
        try await ProgramBench.run(["app.py": Self.speaker("{\"type\":\"hello\",\"protocol\":1}", body)]) { bench in
            let yaml = Self.yaml + "\nmodels: { task: [scripted:a, scripted:b] }"
            let trace = try await bench.trace(yaml, ["x": 1], model: model)
            #expect(trace.ending == "ok")
            #expect(model.requests.map { $0.fallbacks.map(\.description) } == [["scripted:b"]])
            #expect(trace.calls.map(\.model) == ["scripted:b"])
        }
    }

    @Test("what a program no longer reads is not waited for")
    func deaf() async throws {
        let isSending = await withCheckedContinuation { (continuation: CheckedContinuation<Bool?, Never>) in
            // A thread of its own, as its mask is changed: what is written to nobody must not end the tests.
            Thread {
                var signals = sigset_t()
                sigemptyset(&signals)
                sigaddset(&signals, SIGPIPE)
                pthread_sigmask(SIG_BLOCK, &signals, nil)
                let launch = ChildLaunch(command: ["/bin/sh", "-c", "exit 0"], environment: [:])
                guard let child = try? ChildProcess(launch) else { return continuation.resume(returning: nil) }
                _ = child.reap()
                var exchange = ProgramExchange(with: child)
                exchange.send(Array("one\n".utf8))
                exchange.send(Array("two\n".utf8))
                continuation.resume(returning: exchange.isSending)
            }.start()
        }
        #expect(isSending == false)
    }

    @Test("an example that kills its process is found; no other is lost")
    func poison() async throws {
        let body = """
            if message["inputs"]["x"] == 13:
                os.kill(os.getpid(), 9)
            """
        let app = Self.speaker("{\"type\":\"hello\",\"protocol\":1}", body + "\n" + Self.echo)
        try await ProgramBench.run(["app.py": app]) { bench in
            let endings = try await Self.run(bench.workflow(Self.yaml), examples: 60)
            for x in 0..<60 where x != 13 { #expect(endings[x] == "\(2 * x)") }
            #expect(endings[13]?.contains("was ended by signal 9 while it worked on this example alone") == true)
        }
    }

    @Test("a thousand examples through one process lose nothing when it is killed half-way")
    func killed() async throws {
        let body = """
            with open("pids", "a") as file:
                file.write(str(os.getpid()) + "\\n")
            if message["inputs"]["x"] == 500 and not os.path.exists("killed"):
                open("killed", "w").close()
                os.kill(os.getpid(), 9)
            """
        let app = Self.speaker("{\"type\":\"hello\",\"protocol\":1}", body + "\n" + Self.echo)
        try await ProgramBench.run(["app.py": app]) { bench in
            let endings = try await Self.run(bench.workflow(Self.yaml), examples: 1000)
            #expect(endings.count == 1000)
            for x in 0..<1000 { #expect(endings[x] == "\(2 * x)") }
            let pids = try String(contentsOf: bench.folder.appending(path: "pids"), encoding: .utf8)
            // The one that was killed, the one after it, and the one for what might have killed it.
            #expect(Set(pids.split(separator: "\n")).count <= 3)
        }
    }

    private static func run(_ workflow: Workflow, examples: Int) async throws -> [Int: String] {
        await withTaskGroup(of: (Int, String).self) { group in
            for x in 0..<examples {
                group.addTask {
                    let trace = await workflow.run(
                        Candidate(values: [:]), on: Example(id: "\(x)", fields: ["x": .integer(x)]), repetition: 0)
                    return (x, trace.ending)
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    @Test("mistakes in the file are told with their places")
    func mistakes() {
        #expect(
            WorkflowFixture.problems("name: w\nprogram: python3 app.py") == [
                "2:10: expected a list such as [python3, app.py] for 'program', found the text 'python3 app.py'; no shell takes part"
            ])
        #expect(
            WorkflowFixture.problems("name: w\nprogram: [a]\nsteps: { a: { command: [b] } }\noutput: $a").first
                == "3:1: the workflow has 'steps' and 'program'; expected one (a step may be a program)")
        #expect(
            WorkflowFixture.problems(
                "name: w\nsteps: { a: { program: [b], parametrs: [c], with: {} } }\noutput: $a"
            ).first?.contains("unknown key 'parametrs' in a program step, did you mean 'parameters'?") == true)
    }

    @Test("a program that is there and cannot be read is a mistake with its place; folders and other words are none")
    func unreadable() throws {
        struct Denied: Error, CustomStringConvertible { let description = "permission denied" }
        func problems(_ words: String) -> [String] {
            do throws(WorkflowFileError) {
                return try WorkflowFile(
                    yaml: "name: w\nprogram: \(words)", path: "flows/w.yaml", environment: [:],
                    files: SourceFiles { path in
                        switch path {
                        case "flows/app.py": throw Denied()
                        case "flows/data": throw SourceFiles.IsFolder()
                        default: nil
                        }
                    }
                ).warnings.map(\.description)
            } catch {
                return error.problems.map(\.description)
            }
        }
        #expect(
            problems("[python3, app.py]").first?.hasPrefix(
                "flows/w.yaml:2:20: app.py cannot be read: permission denied;") == true)
        #expect(problems("[python3, -m, data]").allSatisfy { !$0.contains("cannot be read") })
    }
}
