import Evaluation
import Foundation
import LanguageModels
import Testing
import TraceGraph
import TraceStore

@Suite("Removing")
struct RemovingTests {
    /// Keeps a reply of `size` bytes at `seconds` after the fixed time.
    private func keep(_ index: Int, at seconds: Double, in folder: TemporaryFolder, size: Int = 1) throws {
        let store = try TraceStore(path: folder.database, clock: .at(seconds))
        var request = SampleRun.request
        request.seed = index
        try store.completions.keep(
            ChatReply(text: String(repeating: "x", count: size)), to: request, key: request.key)
    }

    private func isKept(_ index: Int, in store: TraceStore) throws -> Bool {
        var request = SampleRun.request
        request.seed = index
        return try store.completions.reply(for: request.key) != nil
    }

    @Test("prunes replies by age")
    func age() throws {
        let folder = try TemporaryFolder()
        for index in 0..<4 { try keep(index, at: Double(index), in: folder) }
        let store = try folder.store()
        let removal = try store.pruneCompletions(olderThan: StoreClock.at(2).now())
        #expect(removal.entries == 2)
        #expect(removal.values == 2)
        #expect(try (0..<4).map { try isKept($0, in: store) } == [false, false, true, true])
    }

    @Test("prunes the oldest replies down to a size")
    func size() throws {
        let folder = try TemporaryFolder()
        for index in 0..<4 { try keep(index, at: Double(index), in: folder, size: 10_000) }
        let store = try folder.store()
        let before = try store.statistics()
        let removal = try store.pruneCompletions(maximumBytes: before.completionBytes / 2)
        let after = try store.statistics()
        #expect(removal.bytes == before.completionBytes - after.completionBytes)
        #expect(after.completionBytes <= before.completionBytes / 2)
        #expect(try (0..<4).map { try isKept($0, in: store) } == [false, false, true, true])
        #expect(after.fileBytes < before.fileBytes)
    }

    @Test("leaves replies that a trace or a note refers to, unless told otherwise")
    func referenced() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        try store.journal(SampleRun.record(), [SampleRun.baseline(), SampleRun.step()])
        try store.completions.keep(SampleRun.reply, to: SampleRun.request, key: SampleRun.request.key)
        try store.completions.keep(SampleRun.answer, to: SampleRun.question, key: SampleRun.question.key)
        try store.completions.keep(SampleRun.answer, to: SampleRun.secondQuestion, key: SampleRun.secondQuestion.key)
        try store.completions.keep(SampleRun.judgement, to: SampleRun.judgeRequest, key: SampleRun.judgeRequest.key)
        try keep(1, at: 0, in: folder)
        #expect(try store.statistics().referencedCompletions == 4)
        let removal = try store.clearCompletions()
        #expect(removal.entries == 1 && removal.kept == 4)
        for request in [
            SampleRun.request, SampleRun.question, SampleRun.secondQuestion, SampleRun.judgeRequest,
        ] { #expect(try store.completions.reply(for: request.key) != nil) }
        #expect(try store.pruneCompletions(maximumBytes: 0).entries == 0)
        #expect(try store.clearCompletions(includingReferenced: true).entries == 4)
        #expect(try store.completions.reply(for: SampleRun.request.key) == nil)
        #expect(try store.verify().problems == [])
    }

    @Test("a run takes all of it away and nothing else")
    func run() throws {
        let store = try TemporaryFolder().store()
        try store.completions.keep(SampleRun.reply, to: SampleRun.request, key: SampleRun.request.key)
        try store.save(SampleRun.trace(SampleRun.worse), workflow: "alone")
        let alone = try store.statistics()
        let first = try store.journal(SampleRun.record(), [SampleRun.baseline(), SampleRun.step()])
        try store.journal(SampleRun.record(), [SampleRun.baseline()], SampleRun.conclusion(StoredRunsTests.verdict))
        try store.deleteRun(try #require(first.run))
        #expect(try store.runs().map(\.label) == ["triage-1a2b3c4d#2"])
        #expect(try store.traces().count == 3)
        #expect(try store.verify().problems == [])
        try store.deleteRun(store.run(named: "latest").id)
        var after = try store.statistics()
        after.fileBytes = alone.fileBytes
        #expect(after == alone)
        #expect(try store.completions.reply(for: SampleRun.request.key) != nil)
        expect(.unknownRun) { try store.deleteRun(1) }
    }

    @Test("traces leaves the scores of their evaluations")
    func traces() throws {
        let store = try TemporaryFolder().store()
        try store.journal(SampleRun.record(), [SampleRun.baseline()])
        let filter = TraceFilter(run: try store.run(named: "latest").id)
        let scores = try store.evaluations(filter).map(\.score)
        #expect(try store.deleteTraces(TraceFilter(example: "e1")).entries == 1)
        #expect(try store.deleteTraces([999]).entries == 0)
        #expect(try store.evaluations(filter).map(\.score) == scores)
        #expect(try store.evaluations(filter).map { $0.trace == nil } == [true, false])
        #expect(try store.verify().problems == [])
    }

    @Test("in one store is noticed by another that has seen the values")
    func elsewhere() throws {
        let folder = try TemporaryFolder()
        let (one, other) = (try folder.store(), try folder.store())
        let trace = try SampleRun.trace(SampleRun.better)
        let id = try one.save(trace, workflow: "w")
        try other.deleteTraces([id])
        try other.save(SampleRun.trace(SampleRun.worse, reply: "something else"), workflow: "w")
        #expect(try one.trace(id: one.save(trace, workflow: "w")).account == trace.account)
        #expect(try one.verify().problems == [])
    }

    @Test("never gives a number of a trace or a run to another")
    func numbers() throws {
        let store = try TemporaryFolder().store()
        let trace = try SampleRun.trace(SampleRun.better)
        let first = try store.save(trace, workflow: "w")
        try store.deleteTraces(.all)
        #expect(try store.save(trace, workflow: "w") > first)
    }
}
