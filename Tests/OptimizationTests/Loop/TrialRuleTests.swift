import Evaluation
import LanguageModels
import Optimization
import Testing
import TraceGraph

/// Proposes listed values as changes to listed candidates, tried by any rule, after what it runs on the workbench.
private struct PoolOptimizer: Optimizer {
    static let name = "pool-test"
    static let kinds: Set<ParameterKind> = [.number]

    struct Move: Sendable {
        var value: Double
        var parent: Int
    }

    var moves: [Move]
    var trialRule: TrialRule
    var probes: [Double] = []
    let seen: Seen
    private var place = 0

    init(_ moves: [Move], rule: TrialRule, probes: [Double] = [], seen: Seen) {
        self.moves = moves
        self.trialRule = rule
        self.probes = probes
        self.seen = seen
    }

    func parent(in pool: CandidatePool) -> Candidate.ID {
        place < moves.count ? Candidate.ID(moves[place].parent) : pool.best.id
    }

    mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
        seen.note(context)
        for probe in probes {
            let found = try await context.workbench.evaluate(
                ["x": .number(probe)], on: Array(context.workbench.train.prefix(3)))
            #expect(found.count == 3 && found.allSatisfy { $0.trace.candidate["x"] == .number(probe) })
        }
        guard place < moves.count else { return [] }
        let move = moves[place]
        place += 1
        return [
            Proposal(
                changes: ["x": .number(move.value)], rationale: "move", intent: .refine, parent: context.parent.id)
        ]
    }

    mutating func observe(_ trials: [Trial]) { seen.note(trials) }

    var state: OptimizerState { OptimizerState(optimizer: Self.name, content: .integer(place)) }
}

/// The number itself: how far it is from where it began.
private struct HowFar: Metric {
    let name = "how far"
    let direction = MetricDirection.minimize

    func score(_ subject: MetricSubject) async throws -> Score { Score(subject.candidate?["x"]?.number ?? 0) }
}

@Suite("OptimizationLoop: how candidates are tried")
struct TrialRuleTests {
    private func run(
        _ optimizer: PoolOptimizer, _ seen: Seen, steps: Int = 3, ceilings: [CostCeiling] = [],
        subject: TargetNumber = TargetNumber(), objective: Objective? = nil, finalists: Int = 1
    ) async throws -> RunConclusion {
        let metric = RightOrWrong()
        let objective = objective ?? Objective(metric)
        var gate = Gate(objective.gateMetric ?? metric.name)
        gate.ceilings = ceilings
        gate.finalists = finalists
        let loop = OptimizationLoop(
            evaluator: Evaluator(
                subject: subject, metrics: [metric, HowFar()], objective: objective, concurrency: 4),
            splits: TargetNumber.splits(20, 40, 60),
            plan: OptimizationPlan(steps: steps, minibatch: 10, siblings: 1, seed: 3, patience: nil), gate: gate,
            model: EchoModel(), modelName: ModelName(provider: "test", model: "echo"), ledger: Ledger(),
            journal: seen)
        return try await loop.run(
            optimizer,
            as: RunRecord(
                name: "target-0", workflow: "target", optimizer: PoolOptimizer.name, seed: 3, settings: .null,
                parameters: subject.parameters), events: { seen.note($0) })
    }

    private func evaluations(_ seen: Seen, of candidate: Int, split: String) -> Int {
        seen.all.steps.flatMap(\.evaluations)
            .filter { $0.split == split && $0.evaluation.candidate == Candidate.ID(candidate) }.count
    }

    @Test("a pool keeps what beats its own parent, also where another one is the best")
    func pool() async throws {
        let seen = Seen()
        // 6 is right nearly everywhere; 4 beats the seed, which is its parent, and not 6; 1 beats nothing.
        let optimizer = PoolOptimizer(
            [.init(value: 6, parent: 0), .init(value: 4, parent: 0), .init(value: 1, parent: 2)], rule: .pool,
            seen: seen)
        let conclusion = try await run(optimizer, seen)
        #expect(conclusion.best["x"] == 6.0)
        let kinds = seen.all.events.map(\.kind).filter { ["accepted", "kept", "rejected"].contains($0) }
        #expect(kinds == ["accepted", "kept", "rejected"])
        #expect(evaluations(seen, of: 2, split: "validation") == 40)
        #expect(evaluations(seen, of: 3, split: "validation") == 0)
        let parents = seen.all.steps.flatMap(\.candidates).map { $0.parents.map(\.number) }
        #expect(parents == [[], [0], [0], [2]])
    }

    @Test("a whole trial takes the validation split and no minibatch")
    func whole() async throws {
        let seen = Seen()
        let optimizer = PoolOptimizer(
            [.init(value: 1, parent: 0), .init(value: 6.5, parent: 0), .init(value: 5, parent: 0)], rule: .whole,
            seen: seen)
        let conclusion = try await run(optimizer, seen)
        #expect(conclusion.best["x"] == 6.5 && conclusion.verdict?.decision == .promote)
        #expect(!seen.all.steps.flatMap(\.evaluations).contains { $0.split == "train" })
        for candidate in 1...3 { #expect(evaluations(seen, of: candidate, split: "validation") == 40) }
    }

    @Test("the workbench runs values once, writes them down, and shows train examples only")
    func workbench() async throws {
        let seen = Seen()
        let optimizer = PoolOptimizer(
            [.init(value: 6, parent: 0), .init(value: 3, parent: 0)], rule: .race, probes: [3, 6, 3], seen: seen)
        let conclusion = try await run(optimizer, seen, steps: 2)
        #expect(conclusion.best["x"] == 6.0)
        let candidates = seen.all.steps.flatMap(\.candidates)
        #expect(
            candidates.map { $0["x"] } == [0, 3.0, 6.0], "values of the workbench are the same candidate when proposed")
        #expect(Set(candidates.map(\.id)).count == 3)
        let run = seen.all.steps.flatMap(\.evaluations).map { "\($0.evaluation.candidate) \($0.evaluation.example.id)" }
        #expect(Set(run).count == run.count, "something was run twice")
        #expect(evaluations(seen, of: 1, split: "train") >= 3)
    }

    @Test("a limit that the winner breaks keeps it from being promoted")
    func ceilings() async throws {
        for (limit, decision) in [(10.0, Verdict.Decision.promote), (0.5, .keep)] {
            let seen = Seen()
            let optimizer = PoolOptimizer([.init(value: 6.5, parent: 0)], rule: .race, seen: seen)
            let conclusion = try await run(
                optimizer, seen, ceilings: [CostCeiling("accuracy", limit: limit)])
            #expect(conclusion.verdict?.decision == decision)
            #expect(conclusion.verdict?.ceilings.count == 1)
        }
        let seen = Seen()
        let conclusion = try await run(
            PoolOptimizer([.init(value: 6.5, parent: 0)], rule: .race, seen: seen), seen,
            ceilings: [CostCeiling("tokens", limit: 100), CostCeiling("no such thing", limit: 1)])
        #expect(conclusion.verdict?.ceilings.map(\.isHeld) == [true, false])
        #expect(conclusion.verdict?.decision == .inconclusive)
    }

    @Test("finalists are the best by the objective, not those that score most beyond its limits")
    func finalists() async throws {
        var objective = Objective(RightOrWrong())
        objective.constraints = [MetricConstraint("how far", atMost: 5)]
        let seen = Seen()
        let optimizer = PoolOptimizer(
            [.init(value: 4, parent: 0), .init(value: 7, parent: 0), .init(value: 3, parent: 0)], rule: .whole,
            seen: seen)
        let conclusion = try await run(optimizer, seen, objective: objective, finalists: 2)
        #expect(conclusion.best["x"] == 4.0 && conclusion.verdict?.decision == .promote)
        #expect(
            conclusion.verdict?.reasons.last == "c1 of 2 finalists: c1, c3", "c2 is always right, and beyond the limit")
    }

    @Test("a sum of metrics is tested as that sum")
    func sums() async throws {
        let seen = Seen()
        let objective = Objective([
            Objective.Term("accuracy", .maximize, weight: 2), Objective.Term("how far", .minimize, weight: 0.1),
        ])
        let conclusion = try await run(
            PoolOptimizer([.init(value: 6, parent: 0)], rule: .whole, seen: seen), seen, objective: objective)
        let verdict = try #require(conclusion.verdict)
        // Right in all of 60 against none, and six away from nothing.
        #expect(verdict.metric == Objective.name && verdict.decision == .promote)
        #expect(abs(verdict.difference - (2 - 0.6)) < 1e-9 && verdict.count == 60)
    }

    @Test("values that were tried before are not tried again, and that is said")
    func repeats() async throws {
        let seen = Seen()
        let optimizer = PoolOptimizer(
            [.init(value: 6, parent: 0), .init(value: 6, parent: 0)], rule: .race, seen: seen)
        _ = try await run(optimizer, seen, steps: 2)
        let notes = seen.all.steps.flatMap(\.notes).map(\.text)
        #expect(notes.contains { $0.contains("are those of c1") }, "\(notes)")
        #expect(seen.all.steps.flatMap(\.candidates).count == 2)
    }
}
