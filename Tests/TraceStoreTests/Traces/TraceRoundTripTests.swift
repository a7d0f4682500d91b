import Evaluation
import Foundation
import Testing
import TraceGraph
import TraceStore

@Suite("A stored trace")
struct TraceRoundTripTests {
    @Test("reads back as it was, whatever it holds", arguments: 0..<24)
    func roundTrip(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        var generated = GeneratedTrace(seed: seed)
        let traces = try (0..<4).map { _ in try generated.trace() }
        let ids = try traces.map { try store.save($0, workflow: "w") }
        try store.close()
        let again = try folder.store()
        for (trace, id) in zip(traces, ids) { #expect(try again.trace(id: id).account == trace.account) }
        #expect(try again.verify().problems == [])
    }

    @Test("of a recorded program reads back with its graph, parameters and scopes")
    func recorded() async throws {
        let store = try TemporaryFolder().store()
        let trace = await Trace.record(Candidate(values: ["instruction": "Say it."])) {
            traced("shout", Traced("hello", name: "message")) { $0.uppercased() }
        }
        let id = try store.save(trace, workflow: "shout")
        #expect(try store.trace(id: id).account == trace.account)
    }

    @Test("keeps each distinct value once, also over traces and stores")
    func values() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let trace = try SampleRun.trace(SampleRun.space.seed)
        try store.save(trace, workflow: "triage")
        let once = try store.statistics().values
        try store.save(trace, workflow: "triage")
        try store.close()
        let again = try folder.store()
        try again.save(trace, workflow: "triage")
        #expect(try again.statistics().values == once)
        #expect(try again.statistics().traces == 3)
    }

    @Test("is not there until it is saved")
    func unknown() throws {
        let store = try TemporaryFolder().store()
        expect(.unknownTrace) { try store.trace(id: 1) }
    }

    @Test("can receive feedback later, after what it has")
    func feedback() throws {
        let store = try TemporaryFolder().store()
        let trace = try SampleRun.trace(.init(values: [:]))
        let id = try store.save(trace, workflow: "triage")
        let item = Feedback(on: NodeID(2), "too short", scores: ["style": 0.5])
        try store.give(item, toTrace: id)
        #expect(try store.trace(id: id).feedback == trace.feedback + [item])
        expect(.unknownTrace) {
            try store.give(Feedback(on: NodeID(3), "nobody"), toTrace: id)
        }
        expect(.unknownTrace) { try store.give(item, toTrace: id + 1) }
    }

    @Test("nested too deep is refused and leaves nothing behind")
    func tooDeep() throws {
        let store = try TemporaryFolder().store()
        let deep = (0..<600).reduce(Value.null) { value, _ in .list([value]) }
        let trace = try Trace(
            nodes: [NodeDraft(base: "x", ordinal: 0, kind: .input, operation: nil, inputs: [], value: deep)],
            operations: [], candidate: Candidate(values: [:]), outcome: .completed(NodeID(0)), duration: 0)
        expect(.unstorable) { try store.save(trace, workflow: "w") }
        #expect(try store.statistics().traces == 0)
        // What the failed transaction had seen must not be taken for stored.
        try store.save(SampleRun.trace(.init(values: [:])), workflow: "w")
        #expect(try store.verify().problems == [])
    }

    @Test("as deep as JSON may be nested reads back")
    func deep() throws {
        let store = try TemporaryFolder().store()
        let deep = (0..<499).reduce(Value.null) { value, _ in .list([value]) }
        let trace = try Trace(
            nodes: [NodeDraft(base: "x", ordinal: 0, kind: .input, operation: nil, inputs: [], value: deep)],
            operations: [], candidate: Candidate(values: [:]), outcome: .completed(NodeID(0)), duration: 0)
        #expect(try store.trace(id: store.save(trace, workflow: "w")).account == trace.account)
    }
}
