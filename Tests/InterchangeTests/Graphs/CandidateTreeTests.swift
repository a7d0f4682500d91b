import Foundation
import Interchange
import Testing
import TraceGraph

@Suite("The tree of candidates")
struct CandidateTreeTests {
    /// A line of accepted candidates, each with rejected ones beside it.
    private func run(steps: Int, rejected: Int) -> RecordedRun {
        func trial(_ number: Int, from parent: Int?, _ fate: String?) -> RecordedRun.Trial {
            RecordedRun.Trial(
                candidate: Candidate(
                    id: Candidate.ID(number), values: [:], parents: parent.map { [Candidate.ID($0)] } ?? []),
                step: number, intent: nil, rationale: nil, fate: fate, fateReason: "", scores: [:], evaluations: [:])
        }
        var trials = [trial(0, from: nil, nil)]
        var last = 0
        for _ in 0..<steps {
            let parent = last
            last = trials.count
            trials.append(trial(last, from: parent, "accepted"))
            for _ in 0..<rejected { trials.append(trial(trials.count, from: parent, "rejected")) }
        }
        return RecordedRun(
            name: "r", attempt: 1, workflow: "w", optimizer: "random", seed: 0, status: "finished", reason: nil,
            best: Candidate.ID(last), verdict: nil, spend: .none, paid: nil, seconds: 1, started: .distantPast,
            parameters: ParameterSpace(), trials: trials, results: [], events: [])
    }

    @Test("a short run is drawn candidate by candidate, a long one with those that led nowhere together")
    func folded() {
        let short = GraphView(candidatesOf: run(steps: 5, rejected: 4))
        #expect(short.vertices.count == 26 && short.edges.count == 25 && short.vertices.allSatisfy { $0.count == 1 })
        let long = GraphView(candidatesOf: run(steps: 40, rejected: 49))
        #expect(long.vertices.count == 81 && long.edges.count == 80)
        // Each candidate is drawn once, by itself or with others.
        #expect(long.vertices.map(\.count).reduce(0, +) == 2_001)
        #expect(long.vertices.filter { $0.count > 1 }.allSatisfy { $0.caption == "49 not taken" })
        #expect(long.vertices.filter { $0.role == "accepted" }.count == 40)
    }

    @Test("what came of one that was not taken is folded with it, however long the line; what leads on is drawn")
    func lines() {
        var run = run(steps: 20, rejected: 20)
        // The rejected ones of step 1, c2 … c21, each made from the one before; c3 leads on to one that was taken.
        for number in 3...21 { run.trials[number].candidate = made(number, from: number - 1) }
        let last = run.trials.count
        var taken = run.trials[1]
        taken.candidate = made(last, from: 3)
        run.trials.append(taken)
        let view = GraphView(candidatesOf: run)
        #expect(view.vertices.map(\.count).reduce(0, +) == last + 1)
        for id in ["c2", "c3", "c\(last)"] { #expect(view.vertices.contains { $0.id == id && $0.count == 1 }, "\(id)") }
        let fold = view.vertices.first { $0.id == "c4" }
        #expect(fold?.count == 18 && fold?.title == "c4 … c21")
        #expect(view.edges.contains { view.vertices[$0.from].id == "c3" && view.vertices[$0.to].id == "c4" })
    }

    private func made(_ number: Int, from parent: Int) -> Candidate {
        Candidate(id: Candidate.ID(number), values: [:], parents: [Candidate.ID(parent)])
    }

    @Test("a run is told with its numbers grouped and their nouns in one or many")
    func facts() {
        var run = run(steps: 1, rejected: 0)
        run.spend = Usage(calls: 1, promptTokens: 1_234_000, completionTokens: 567)
        #expect(run.facts.contains("1 candidate tried") && run.facts.contains("1 call"))
        #expect(run.facts.contains("1,234,567 tokens"))
        run.spend = Usage(calls: 1_000, promptTokens: 1)
        #expect(run.facts.contains("1,000 calls") && run.facts.contains("1 token"))
        #expect(
            Amounts.count(0, "reply", "replies") == "0 replies" && Amounts.count(-1_000, "point") == "-1,000 points")
    }

    @Test("two beside each other are no crowd, and the best is never in one")
    func kept() {
        let pairs = GraphView(candidatesOf: run(steps: 40, rejected: 2))
        #expect(pairs.vertices.count == 121)
        var rejected = run(steps: 1, rejected: 99)
        rejected.best = Candidate.ID(50)
        let best = GraphView(candidatesOf: rejected)
        #expect(best.vertices.contains { $0.title == "c50 ★ best" && $0.count == 1 })
    }

    @Test("one that nothing is decided about is drawn by itself, and not as one that was not taken")
    func undecided() {
        var run = run(steps: 1, rejected: 99)
        for place in run.trials.indices.suffix(3) { run.trials[place].fate = nil }
        let view = GraphView(candidatesOf: run)
        #expect(view.vertices.filter { $0.caption == "undecided" }.map(\.count) == [1, 1, 1])
        #expect(view.vertices.contains { $0.caption == "96 not taken" && $0.count == 96 })
    }
}
