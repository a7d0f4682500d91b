import Evaluation
import Testing
import TraceGraph

@testable import Optimization

/// What comes of a run whose objective has a limit that the workflow as it stands breaks.
@Suite struct LimitTests {
    /// What a parameter of TargetNumber costs: itself, a little more or less an example.
    private struct Size: Metric {
        let name = "size"
        let direction = MetricDirection.minimize
        func score(_ subject: MetricSubject) async throws -> Score {
            Score((subject.candidate?["x"]?.number ?? 0) + (subject.example["width"]?.number ?? 0) / 10)
        }
    }

    /// Begins at 7, which is right for every example; at most `limit` is allowed.
    private struct Beyond: Optimizable {
        /// What it does below 5.
        enum Manner {
            case works, fails, failsAtTimes

            static let failing = [fails, failsAtTimes]
        }

        private let base = TargetNumber()
        var manner = Manner.works
        static let x = ParameterDefinition("x", kind: .number, initial: 7, constraint: .init(range: 0...10))

        var parameters: ParameterSpace { ParameterSpace([Self.x]) }

        func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
            let x = candidate["x"] ?? 7
            let fails = manner == .fails || (manner == .failsAtTimes && example.id.hasSuffix("1"))
            if fails, x.number ?? 0 < 5 {
                return await Trace.record(candidate) { () throws -> Traced<Value> in throw TargetNumber.NotANumber()
                }
            }
            return await base.run(
                Candidate(id: candidate.id, values: ["x": x]), on: example, repetition: repetition)
        }
    }

    private func run(
        _ optimizer: some Optimizer, atMost limit: Double, steps: Int = 6, rule: Objective.LimitRule = .first,
        subject: Beyond = Beyond(), seen: Seen = Seen()
    ) async throws -> RunConclusion {
        var objective = Objective(RightOrWrong())
        objective.constraints = [MetricConstraint("size", atMost: limit)]
        objective.limitRule = rule
        return try await .of(
            optimizer, on: subject, metrics: [RightOrWrong(), Size()], objective: objective, steps: steps, seen: seen)
    }

    @Test func whoHoldsALimitIsPromotedOverWhoBreaksIt() async throws {
        let conclusion = try await run(FeasibleSearch(), atMost: 5)
        let verdict = try #require(conclusion.verdict)
        #expect(verdict.decision == .promote, "\(verdict.reasons)")
        #expect(verdict.improvement < 0, "it scores worse, and that comes second")
        #expect(verdict.reasons.first?.contains("shown to break the limit size ≤ 5") == true, "\(verdict.reasons)")
        let x = try #require(conclusion.best["x"]?.number)
        #expect(x < 5 && x > 3.5, "\(x)")
    }

    @Test("limits that have a price may be bought: bayesian goes by the score that the price is part of")
    func pricedLimits() async throws {
        for rate in [0.0, 100] {
            let seen = Seen()
            let conclusion = try await run(BayesianSearch(), atMost: 5, rule: .priced(rate: rate), seen: seen)
            #expect(!seen.story.contains { $0.contains("chosen as by feasible") })
            #expect(conclusion.verdict?.reasons.contains { $0.contains("break the limit") } != true)
        }
    }

    @Test("who holds a limit by failing is not promoted over who works", arguments: Beyond.Manner.failing)
    private func failingHoldsNothing(_ manner: Beyond.Manner) async throws {
        var subject = Beyond()
        subject.manner = manner
        let conclusion = try await run(FeasibleSearch(), atMost: 5, subject: subject)
        #expect(conclusion.verdict?.decision != .promote, "\(String(describing: conclusion.verdict))")
        // Nor does the search take it for one that holds the limit.
        if manner == .fails { #expect((conclusion.best["x"]?.number ?? 7) >= 5) }
    }

    @Test func whereBothHoldTheLimitTheScoresDecide() async throws {
        let conclusion = try await run(FeasibleSearch(), atMost: 9, steps: 3)
        #expect(conclusion.verdict?.decision != .promote, "nothing is better than to be right everywhere")
        #expect(conclusion.verdict?.reasons.contains { $0.contains("break the limit") } != true)
    }

    /// The best by its means alone would be held up by the gate.
    @Test func theBestIsOneThatIsShownToHoldTheLimit() async throws {
        let seen = Seen()
        let conclusion = try await run(FeasibleSearch(), atMost: 5, seen: seen)
        let validation = seen.all.steps.flatMap(\.evaluations).filter {
            $0.split == "validation" && $0.evaluation.candidate == conclusion.best.id
        }
        let sizes = validation.compactMap { $0.evaluation.scores["size"]?.value }
        #expect(CostCeiling("size", limit: 5).verdict(for: sizes).isHeld)
    }

    @Test func bayesianAndAutoLookAtLimitsToo() async throws {
        for optimizer in [BayesianSearch.name, Auto.name] {
            let seen = Seen()
            let method = try OptimizerRegistry.standard.optimizer(optimizer)
            let conclusion = try await run(method, atMost: 5, seen: seen)
            #expect((conclusion.best["x"]?.number ?? 9) < 5, "\(optimizer)")
            #expect(conclusion.verdict?.decision == .promote, "\(optimizer)")
            #expect(seen.story.contains { $0.contains("chosen as by feasible") }, "\(optimizer)")
        }
    }
}
