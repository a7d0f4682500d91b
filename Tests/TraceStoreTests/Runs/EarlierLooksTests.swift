import Evaluation
import Optimization
import Testing
import TraceGraph
import TraceStore

@Suite("Earlier looks at a hold-out")
struct EarlierLooksTests {
    private let examples = ["h1", "h2"].map(Self.example)

    private static func example(_ id: String) -> Example {
        Example(id: id, fields: ["message": .text("message of \(id)")])
    }

    /// A run whose gate looked at examples, as far as it has come.
    @discardableResult
    private func look(
        at examples: [Example], as name: String, in store: TraceStore, split: String = "holdout"
    ) throws -> StoredRuns {
        let journal = store.journal()
        try journal.begin(SampleRun.record(name))
        var step = try SampleRun.baseline()
        step.evaluations = try examples.map { example in
            var evaluation = try SampleRun.evaluation(SampleRun.space.seed, on: example.id, score: 1, split: split)
            evaluation.evaluation.example = example
            return evaluation
        }
        try journal.commit(step)
        return journal
    }

    private func begin(_ name: String, in store: TraceStore) throws -> StoredRuns {
        let journal = store.journal()
        try journal.begin(SampleRun.record(name))
        return journal
    }

    @Test("are other runs that tested some of the same examples, each once")
    func counted() throws {
        let store = try TemporaryFolder().store()
        #expect(try begin("first-0", in: store).earlierLooks(at: examples) == .none)
        try look(at: [examples[0]], as: "first-1", in: store)
        try look(at: examples, as: "second-1", in: store)
        try look(at: examples, as: "second-1", in: store)
        try look(at: [Self.example("other")], as: "third-1", in: store)
        try look(at: examples, as: "fourth-1", in: store, split: "validation")
        let looks = try begin("fifth-1", in: store).earlierLooks(at: examples)
        #expect(looks == HoldoutLooks(runs: ["first-1", "second-1"], scored: 0) && looks.next == 3)
        #expect(try begin("sixth-1", in: store).earlierLooks(at: []) == .none)
    }

    @Test("do not count the run itself, and a repetition finds what its first attempt found")
    func repeated() throws {
        let store = try TemporaryFolder().store()
        try look(at: examples, as: "first-1", in: store)
        #expect(try look(at: examples, as: "second-1", in: store).earlierLooks(at: examples).runs == ["first-1"])
        try look(at: examples, as: "third-1", in: store)
        #expect(try begin("second-1", in: store).earlierLooks(at: examples).runs == ["first-1"])
        #expect(try begin("first-1", in: store).earlierLooks(at: examples) == .none)
        #expect(try begin("fourth-1", in: store).earlierLooks(at: examples).next == 4)
    }

    @Test("are told from what eval scored")
    func scored() throws {
        let store = try TemporaryFolder().store()
        var evaluation = try SampleRun.evaluation(SampleRun.space.seed, on: "h1", score: 1).evaluation
        evaluation.example = examples[0]
        for split in ["holdout", "all", "validation"] {
            _ = try store.save([evaluation], workflow: "triage", split: split)
        }
        #expect(try begin("a-1", in: store).earlierLooks(at: examples) == HoldoutLooks(runs: [], scored: 1))
        #expect(throws: StoreError.self) { try store.journal().earlierLooks(at: examples) }
    }
}
