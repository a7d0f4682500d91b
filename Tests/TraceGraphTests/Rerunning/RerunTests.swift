import Synchronization
import Testing
@testable import TraceGraph

/// How often each operation ran.
private final class Counts: Sendable {
    private let counts = Guarded<[String: Int]>([:])

    var all: [String: Int] { counts.withLock { $0 } }

    func add(_ name: String) { counts.withLock { $0[name, default: 0] += 1 } }
}

/// Three operations in a row beside a fourth, counted as they run.
private struct Pipeline: Sendable {
    @Parameter("tone") var tone = "polite"
    let counts = Counts()

    var runs: [String: Int] { counts.all }

    func run(_ text: String) async throws -> Traced<String> {
        let input = Traced(text, name: "text")
        let draft = traced("draft", input) { text in
            counts.add("draft")
            return "\(text)!"
        }
        let polished = try await traced("polish", draft, $tone) { draft, tone in
            await Task.yield()
            counts.add("polish")
            return "\(tone): \(draft)"
        }
        let length = traced("length", input) { text in
            counts.add("length")
            return text.count
        }
        return traced("join", polished, length) { polished, length in
            counts.add("join")
            return "\(polished) (\(length))"
        }
    }
}

@Suite("Trace: running again on a recording")
struct RerunTests {
    private let pipeline = Pipeline()

    private func id(_ name: String, in trace: Trace) throws -> NodeID { try #require(trace.node(named: name)).id }

    @Test("an operation that moved to another line of the program is the same")
    func moved() async throws {
        let trace = await Trace.record { traced("draft", Traced("a", name: "text")) { $0 + "!" } }
        let again = try await trace.rerun {
            traced("draft", Traced("a", name: "text")) { text in
                Issue.record("ran")
                return text
            }
        }
        #expect(again.reused.count == 1 && again.result?.value == "a!")
        #expect(again.result?.operation?.location != trace.result?.operation?.location)
    }

    @Test("with nothing changed nothing runs, and the trace is the same")
    func unchanged() async throws {
        let trace = await Trace.record { try await pipeline.run("hello") }
        let again = try await trace.rerun { try await pipeline.run("hello") }
        #expect(pipeline.runs == ["draft": 1, "polish": 1, "length": 1, "join": 1])
        #expect(again.reused.count == 4)
        #expect(again.nodes.map(\.name) == trace.nodes.map(\.name))
        #expect(again.nodes.map(\.value) == trace.nodes.map(\.value))
        #expect(again.nodes.map(\.inputs) == trace.nodes.map(\.inputs))
        #expect(again.outcome == trace.outcome)
    }

    @Test("with another parameter only what is downstream of it runs")
    func parameter() async throws {
        let trace = await Trace.record { try await pipeline.run("hello") }
        let again = try await trace.rerun(Candidate(values: ["tone": "curt"])) { try await pipeline.run("hello") }
        #expect(pipeline.runs == ["draft": 1, "polish": 2, "length": 1, "join": 2])
        #expect(again.result?.value == "curt: hello! (5)")
    }

    @Test("a node that is given a value keeps it, and what reads it runs")
    func setting() async throws {
        let trace = await Trace.record { try await pipeline.run("hello") }
        let draft = try id("draft", in: trace)
        let again = try await trace.rerun(setting: [draft: "HI"]) { try await pipeline.run("hello") }
        #expect(pipeline.runs == ["draft": 1, "polish": 2, "length": 1, "join": 2])
        #expect(again.result?.value == "polite: HI (5)")
        #expect(again.reused.values.contains(draft))
    }

    @Test("where a change comes to the same result, what follows is answered again")
    func cutOff() async throws {
        let trace = await Trace.record { try await pipeline.run("hello") }
        let again = try await trace.rerun { try await pipeline.run("hallo") }
        // Another text of the same length: only the join's first input differs.
        #expect(pipeline.runs == ["draft": 2, "polish": 2, "length": 2, "join": 2])
        #expect(again.result?.value == "polite: hallo! (5)")
        let same = try await trace.rerun(setting: [try id("draft", in: trace): "hello!"]) {
            try await pipeline.run("hello")
        }
        #expect(same.reused.count == 4)
    }

    @Test("an operation to run anew runs with all that follows, even when it gives the same")
    func anew() async throws {
        let trace = await Trace.record { try await pipeline.run("hello") }
        let again = try await trace.rerun(anew: [try id("polish", in: trace)]) { try await pipeline.run("hello") }
        #expect(pipeline.runs == ["draft": 1, "polish": 2, "length": 1, "join": 2])
        #expect(again.result?.value == trace.result?.value)
    }

    @Test("equal operations answer in the order they occurred")
    func occurrences() async throws {
        let numbers = Guarded([3, 1, 4, 1, 5])
        let samples = {
            let seed = Traced("seed", name: "seed")
            let drawn = (0..<5).map { _ in traced("sample", seed) { _ in numbers.withLock { $0.removeFirst() } } }
            return traced("all", inputs: drawn.map { $0.input() }) { drawn.map(\.value) }
        }
        let trace = await Trace.record { samples() }
        let again = try await trace.rerun { samples() }
        #expect(again.result?.value == [3, 1, 4, 1, 5])
    }

    @Test("what failed runs again, and results that cannot be read back are run")
    func failures() async throws {
        struct Opaque: Sendable { let number: Int }
        let attempts = Guarded(0)
        let body = { () throws -> Traced<Int> in
            let box = traced("box", Traced(2, name: "x")) { number in
                attempts.withLock { $0 += 1 }
                return Opaque(number: number)
            }
            return try traced("open", box) { box in
                if attempts.withLock({ $0 }) == 1 { throw NoMessage() }
                return box.number
            }
        }
        let trace = await Trace.record { try body() }
        #expect(trace.outcome.name == "failed")
        let again = try await trace.rerun { try body() }
        #expect(again.reused.isEmpty)
        #expect(again.result?.value == 2)
    }

    @Test("roots and nodes of other traces are refused with the reason")
    func refusals() async throws {
        let trace = await Trace.record { try await pipeline.run("hello") }
        await #expect(throws: TraceError.self) {
            try await trace.rerun(setting: [NodeID(0): "x"]) { try await pipeline.run("hello") }
        }
        await #expect(throws: TraceError.self) {
            try await trace.rerun(anew: [NodeID(99)]) { try await pipeline.run("hello") }
        }
    }

    @Test("generated programs: a rerun gives what a plain run gives, whatever was changed", arguments: 0..<100)
    func law(seed: Int) async throws {
        var random = TestRandom(seed)
        let steps = (0..<(1 + Int.random(in: 0..<20, using: &random))).map { _ in
            (Int.random(in: 0..<1_000, using: &random), Int.random(in: 0..<1_000, using: &random))
        }
        @Sendable func program(_ start: Int) -> Traced<Int> {
            var values = [Traced(start, name: "start"), Traced(7, name: "seven")]
            for (left, right) in steps {
                values.append(
                    traced("step", values[left % values.count], values[right % values.count]) { ($0 * 3 + $1) % 11 })
            }
            return values[values.count - 1]
        }
        let trace = await Trace.record { program(1) }
        for start in 1...4 {
            let again = try await trace.rerun { program(start) }
            let plain = await Trace.record { program(start) }
            #expect(again.nodes.map(\.value) == plain.nodes.map(\.value))
            #expect(again.nodes.map(\.name) == plain.nodes.map(\.name))
        }
    }
}
