import Evaluation
import Foundation
import Interchange
import TraceGraph
import Testing

@Suite("Reports of a run")
struct RunReportTests {
    /// A seed and a winner on three examples: one got better, one worse, one has no score with the winner.
    private var run: RecordedRun {
        let (seed, winner) = (Candidate(id: .seed, values: [:]), Candidate(id: Candidate.ID(1), values: [:]))
        func trial(_ candidate: Candidate) -> RecordedRun.Trial {
            RecordedRun.Trial(
                candidate: candidate, step: candidate.id == .seed ? 0 : 1, intent: nil, rationale: nil,
                fate: candidate.id == .seed ? nil : "accepted", fateReason: "", scores: ["validation": 0.5],
                evaluations: ["validation": 3])
        }
        func result(_ candidate: Candidate, _ example: String, _ score: Double?) -> RecordedRun.Result {
            RecordedRun.Result(
                step: 1, candidate: candidate.id, example: Example(id: example, fields: [:]), split: "validation",
                repetition: 0, scores: score.map { ["ndcg": Score($0)] } ?? [:], score: score, trace: nil,
                duration: 1_500_000_000)
        }
        var run = RecordedRun(
            name: "search", attempt: 1, workflow: "search", optimizer: "random", seed: 0, status: "finished",
            reason: nil, best: winner.id, verdict: nil, spend: .none, paid: nil, seconds: 6, started: .distantPast,
            parameters: ParameterSpace(), trials: [trial(seed), trial(winner)],
            results: [
                result(seed, "better", 0.2), result(winner, "better", 0.9), result(seed, "worse", 0.8),
                result(winner, "worse", 0.7), result(seed, "none", 0.5), result(winner, "none", nil),
            ], events: [])
        run.steps = [
            RecordedRun.Step(number: 0, spend: Usage(calls: 3, promptTokens: 0, completionTokens: 0), seconds: 0...2),
            RecordedRun.Step(number: 1, spend: Usage(calls: 5, promptTokens: 0, completionTokens: 0), seconds: 2...6),
        ]
        run.credit = [
            "ablation": [["name": "k1 <b>", "effect": 0.25, "interval": [0.1, 0.4], "n": 3, "reason": nil]],
            "interchange": [],
        ]
        return run
    }

    @Test("JUnit: the winner's tests; a failure where it got worse, whatever is still missing to the highest score")
    func junit() {
        let check = XMLCheck(run.junit)
        #expect(check.elements.count { $0.name == "testcase" } == 3)
        #expect(check.elements.count { $0.name == "failure" } == 1 && check.elements.count { $0.name == "error" } == 1)
        #expect(run.junit.contains("scores 0.700, the seed 0.800"))
        #expect(check.elements.first { $0.name == "testcase" }?.attributes["time"] == "1.500")
    }

    @Test("the timeline lies on the clock where it was kept, else on the calls")
    func timeline() throws {
        var run = run
        #expect(RunTimeline(run).isOnClock)
        #expect(RunTimeline(run).rows.map(\.extent) == [0...2, 2...6])
        #expect(RunTimeline(run).rows[1].note.contains("c1 accepted"))
        run.steps[1].seconds = nil
        #expect(RunTimeline(run).rows.map(\.extent) == [0...3, 3...8])
        #expect(XMLCheck(RunTimeline(run).svg).isWellFormed)
    }

    @Test("a long run's timeline tells some steps at a time, and none twice or never")
    func longTimeline() throws {
        var run = run
        run.steps = (0...1_001).map { number in
            RecordedRun.Step(
                number: number, spend: Usage(calls: 2, cost: 0), seconds: Double(number)...Double(number + 1))
        }
        let timeline = RunTimeline(run)
        #expect(timeline.rows.count <= 125 && timeline.rows[0].title == "baseline" && timeline.rows[1].title == "1 – 9")
        #expect(timeline.rows[0].extent.lowerBound == 0 && timeline.rows.last?.extent.upperBound == 1_002)
        #expect(
            zip(timeline.rows, timeline.rows.dropFirst()).allSatisfy { $0.extent.upperBound == $1.extent.lowerBound })
        #expect(timeline.rows.map(\.note).contains { $0.contains("c1 accepted") })
        for place in run.steps.indices { run.steps[place].seconds = nil }
        #expect(RunTimeline(run).rows.last?.extent.upperBound == 2_004)
        #expect(XMLCheck(RunTimeline(run).svg).isWellFormed)
    }

    @Test(
        "the history of very many candidates has a name for each best of its time, and one path for the marks of a kind"
    )
    func longHistory() {
        var run = run
        func fate(_ number: Int) -> String? {
            if number == 0 { return nil }
            if number % 100 == 0 { return "accepted" }
            return number % 3 == 0 ? "kept" : "rejected"
        }
        run.trials = []
        for number in 0..<1_000 {
            let score = Double(number) / 1_000
            run.trials.append(
                RecordedRun.Trial(
                    candidate: Candidate(id: Candidate.ID(number), values: [:]), step: number, intent: nil,
                    rationale: nil, fate: fate(number), fateReason: "", scores: ["validation": score],
                    evaluations: [:]))
        }
        run.results = []
        let check = XMLCheck(HistoryChart(run).svg)
        #expect(check.isWellFormed)
        let named = check.elements.compactMap { $0.attributes["data-candidate"] }
        #expect(named == ["c0", "c100", "c200", "c300", "c400", "c500", "c600", "c700", "c800", "c900"])
        #expect(check.elements.count < 120)
        #expect(HistoryChart(run).svg.contains("rejected: 660 candidates"))
    }

    @Test("the page of a run tells credit, and recorded text in it is text")
    func credit() async {
        let page = await run.html(mayAskGraphviz: false)
        #expect(page.contains("k1 &lt;b&gt;") && page.contains("+0.250") && page.contains("+0.100 … +0.400"))
    }

    @Test("Markdown escapes what means something where it stands, and nothing else")
    func markdown() {
        let page = run.markdown
        #expect(page.contains("# search-") || page.contains("# search\\_") || page.contains("search"))
        #expect(!page.contains("\\-") && !page.contains("\\:") && !page.contains("0\\."), "\(page)")
    }
}
