import Evaluation
import Foundation
import LanguageModels
import Optimization
import Testing
import TraceGraph
import TraceStore

@Suite("The list of traces")
struct TraceListingTests {
    @Test("shows origin, outcome, score and spend, the newest first")
    func summaries() throws {
        let store = try TemporaryFolder().store()
        let first = try store.save(
            SampleRun.trace(SampleRun.better), workflow: "triage", example: SampleRun.example("e1"), split: "holdout",
            repetition: 2, score: 0.5)
        let second = try store.save(SampleRun.trace(SampleRun.worse, fails: true), workflow: "other")
        let list = try store.traces()
        #expect(list.map(\.id) == [second, first])
        let summary = try #require(list.last)
        #expect(summary.run == nil)
        #expect(summary.workflow == "triage")
        #expect(summary.candidate == SampleRun.better.id)
        #expect(summary.example == "e1")
        #expect(summary.split == "holdout")
        #expect(summary.repetition == 2)
        #expect(summary.outcome == "completed")
        #expect(summary.score == 0.5)
        #expect(summary.nodes == 3)
        #expect(summary.usage == SampleRun.reply.usage)
        #expect(summary.duration == 6_000)
        #expect(summary.created == StoreClock.fixed.now())
        #expect(list.first?.outcome == "failed")
    }

    @Test("can be narrowed by each of its columns and in length")
    func filters() throws {
        let store = try TemporaryFolder().store()
        try store.journal(SampleRun.record(), [SampleRun.baseline(), SampleRun.step()])
        let outside = try store.save(SampleRun.trace(.init(values: [:]), fails: true), workflow: "other")
        let run = try store.run(named: "latest").id
        #expect(try store.traces(TraceFilter(run: run)).count == 5)
        #expect(try store.traces(TraceFilter(run: run, step: 1)).count == 3)
        #expect(try store.traces(TraceFilter(run: run, candidate: SampleRun.better.id)).count == 2)
        #expect(try store.traces(TraceFilter(example: "e1")).count == 2)
        #expect(try store.traces(TraceFilter(split: "train")).map(\.outcome) == ["failed"])
        #expect(try store.traces(TraceFilter(workflow: "other")).map(\.id) == [outside])
        #expect(try store.traces(TraceFilter(failed: true)).count == 2)
        #expect(try store.traces(TraceFilter(failed: false)).count == 4)
        #expect(try store.traces(limit: 2).map(\.id).first == outside)
        #expect(try store.traces(limit: 2).count == 2)
    }

    @Test("has evaluations made outside runs")
    func evaluations() throws {
        let store = try TemporaryFolder().store()
        let evaluation = try SampleRun.evaluation(SampleRun.better, on: "e1", score: 0.25).evaluation
        let ids = try store.save([evaluation], workflow: "triage", split: "holdout")
        let stored = try #require(try store.evaluations(.all).first)
        #expect(stored.trace == ids.first)
        #expect(stored.scores == evaluation.scores)
        #expect(stored.example == evaluation.example)
        #expect(stored.score == 0.25)
        #expect(try store.trace(id: ids[0]).account == evaluation.trace.account)
    }
}
