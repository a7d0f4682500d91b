import LanguageModels
import TestFuzzing
import Testing
import TraceGraph

@testable import Workflows

/// What programs of the protocol say, mutated: each message is taken, or is a fault with words for it, and what was taken
/// becomes a sound recording.
@Suite("Fuzzed programs", .timeLimit(Fuzz.patience)) struct ProgramFuzzTests {
    static let messages = [
        #"{"type": "node", "run": 1, "node": 0, "name": "text", "kind": "input", "value": "x"}"#,
        #"{"type": "node", "run": 1, "node": 1, "name": "p", "kind": "parameter", "value": "v"}"#,
        #"{"type": "scope", "run": 1, "scope": 0, "name": "s"}"#,
        #"{"type": "node", "run": 1, "node": 2, "name": "r", "operation": "f", "doc": "d", "location": "a.py:3", "inputs": {"a": 0, "b": 1}, "scope": 0, "start": 5, "duration": 17, "calls": [0], "value": [1, 2.5, null]}"#,
        #"{"type": "failure", "run": 1, "node": 3, "name": "q", "inputs": {"r": 2}, "error": {"type": "ValueError", "message": "no", "source": "a\nb\nc", "line": 2}}"#,
        #"{"type": "call", "run": 1, "call": 0, "model": "task", "messages": [{"role": "user", "content": "hi"}], "settings": {"temperature": 0}}"#,
        #"{"type": "output", "run": 1, "node": 2}"#,
        #"{"type": "failed", "run": 1, "node": 3, "error": {"type": "E", "message": "m", "detail": "d"}}"#,
    ]

    static let words = [
        "\"type\"", "\"node\"", "\"run\"", "\"scope\"", "\"inputs\"", "\"value\"", "\"start\"", "\"duration\"",
        "\"calls\"",
        "\"error\"", "\"line\"", "\"source\"", "\"kind\"", "\"failure\"", "\"parent\"", "{", "}", "[", "]", ":", ",",
    ]

    @Test("messages in any order become a sound trace") func messages() async throws {
        var mutator = Mutator(corpus: Self.messages, words: Self.words, seed: 31)
        for _ in Fuzz.cases(600) {
            var report = ProgramReport()
            var lines = Self.messages.map { Array($0.utf8) }
            for _ in 0...mutator.below(3) {
                let place = mutator.below(lines.count)
                // Only a part of the story is mutated, so that what follows it is taken.
                if mutator.below(4) > 0 { lines[place] = mutator.input() } else { lines.remove(at: place) }
            }
            for line in lines { take(line, into: &report) }
            let end = report.end
            let trace = await Trace.record { [report] in
                guard let intake = NodeIntake() else { throw CancellationError() }
                let nodes = ProgramRecord(inputs: [:], parameters: [:], calls: [:], start: 3).write(
                    report, to: intake, inside: nil)
                guard case .output(let node)? = end else { throw CancellationError() }
                return intake.traced(report.nodes[node].value, at: nodes[node])
            }
            #expect(trace.nodes.count >= report.nodes.count)
            for node in trace.nodes {
                #expect(node.start >= 0 && node.duration >= 0)
                #expect(node.inputs.allSatisfy { $0.node.index < node.id.index })
            }
        }
    }

    private func take(_ line: [UInt8], into report: inout ProgramReport) {
        guard let value = try? Value(json: String(decoding: line, as: UTF8.self)) else { return }
        do throws(ProgramMessage.Fault) {
            switch try ProgramMessage(value) {
            case .node(_, let node, _): try report.take(node)
            case .scope(_, let number, let name, let parent): try report.open(number, name: name, parent: parent)
            case .call(_, let call): #expect(!call.messages.isEmpty)
            case .output(_, let node): try report.finish(.output(node: node))
            case .failed(_, let node, let failure): try report.finish(.failed(node: node, failure))
            }
        } catch {
            #expect(!error.what.isEmpty)
        }
    }

    @Test("greetings are understood, or refused with a reason") func greetings() {
        let corpus = [
            #"{"type": "hello", "protocol": 1, "name": "app", "doc": "Does.", "parameters": [{"name": "p", "kind": "text", "value": "v", "constraint": "keep {x}"}, {"name": "n", "kind": "number", "value": 0.5, "range": [0, 1]}, {"name": "c", "kind": "choice", "value": "a", "options": ["a", "b"]}], "inputs": [{"name": "text", "kind": "text", "default": "x"}], "models": ["task"], "concurrency": 2}"#
        ]
        let words = [
            "\"parameters\"", "\"kind\"", "\"range\"", "\"options\"", "\"value\"", "\"flag\"", "\"integer\"",
            "\"code\"",
            "\"examples\"", "\"entry\"", "\"language\"", "{", "}", "[", "]", ":", ",",
        ]
        Fuzz.run("greetings", 3_000, Mutator(corpus: corpus, words: words, seed: 32)) { bytes, _ in
            guard let value = try? Value(json: String(decoding: bytes, as: UTF8.self)) else { return }
            do throws(ProgramError) {
                let greeting = try ProgramGreeting(value)
                #expect(Set(greeting.parameters.map(\.name)).count == greeting.parameters.count)
            } catch {
                #expect(!"\(error)".isEmpty)
            }
        }
    }

    @Test("a time beyond all measure is a fault of the program's", arguments: ["start", "duration"])
    func times(_ field: String) throws {
        for time in ["9223372036854775807", "-1", "-9223372036854775808"] {
            let line =
                #"{"type": "node", "run": 1, "node": 0, "name": "f", "value": 1, "\#(field)": \#(time)}"#
            let fault = #expect(throws: ProgramMessage.Fault.self) { try ProgramMessage(try Value(json: line)) }
            #expect(fault?.what.contains("no time in nanoseconds") == true)
        }
    }
}
