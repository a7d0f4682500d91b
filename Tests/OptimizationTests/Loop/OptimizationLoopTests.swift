import Evaluation
import LanguageModels
import Optimization
import Testing
import TraceGraph

@Suite("OptimizationLoop")
struct OptimizationLoopTests {
    func loop(
        _ splits: OptimizationLoop.Splits = TargetNumber.splits(20, 40, 60), subject: TargetNumber = TargetNumber(),
        plan: OptimizationPlan = OptimizationPlan(steps: 6, minibatch: 6, siblings: 1, seed: 3, patience: nil),
        ledger: Ledger = Ledger(), seen: Seen, concurrency: Int = 4
    ) -> OptimizationLoop {
        let metric = RightOrWrong()
        return OptimizationLoop(
            evaluator: Evaluator(
                subject: subject, metrics: [metric], objective: Objective(metric), concurrency: concurrency),
            splits: splits, plan: plan, gate: Gate(metric), model: EchoModel(),
            modelName: ModelName(provider: "test", model: "echo"), ledger: ledger, journal: seen)
    }

    var record: RunRecord {
        RunRecord(
            name: "target-0", workflow: "target", optimizer: "listed", seed: 3, settings: .null,
            parameters: TargetNumber().parameters)
    }

    func run(_ loop: OptimizationLoop, _ values: [Double], _ seen: Seen) async throws -> RunConclusion {
        try await loop.run(ListedOptimizer(values, seen: seen), as: record, events: { seen.note($0) })
    }

    @Test("finds what is better, keeps it, and has it promoted on the hold-out")
    func promotes() async throws {
        let seen = Seen()
        let conclusion = try await run(loop(seen: seen), [1, 4, 5, 3, 6.5, 2], seen)
        #expect(conclusion.best["x"] == 6.5)
        #expect(conclusion.verdict?.decision == .promote)
        #expect(conclusion.verdict?.count == 60)
        #expect(conclusion.verdict?.winnerMean == 1)
        #expect(conclusion.status == .finished)
        #expect(seen.all.steps.map(\.index) == Array(0...7))
        #expect(seen.all.conclusions.count == 1)
    }

    @Test("a monitor learns from what was run on train and validation examples, never from the hold-out")
    func monitored() async throws {
        let seen = Seen()
        var watched = loop(seen: seen)
        let monitor = RiskMonitor()
        watched.monitor = monitor
        _ = try await run(watched, [1, 4, 5, 3, 6.5, 2], seen)
        let all = seen.all.steps.flatMap(\.evaluations)
        #expect(all.contains { $0.split == "holdout" })
        #expect(monitor.executions == all.filter { $0.split != "holdout" }.count)
        #expect(!monitor.isDoomed(after: "check 2"), "once the hold-out is run nothing is given up")
    }

    @Test("keeps the seed when nothing is better, and leaves the hold-out unseen")
    func keeps() async throws {
        let seen = Seen()
        let conclusion = try await run(loop(seen: seen), [0.5, 1, 0.1], seen)
        #expect(conclusion.best.id == .seed)
        #expect(conclusion.verdict?.decision == .keep)
        #expect(!seen.all.steps.flatMap(\.evaluations).contains { $0.split == "holdout" })
    }

    @Test("shows the optimizer train examples only, and the hold-out to nobody but the gate")
    func leaks() async throws {
        let seen = Seen()
        _ = try await run(loop(seen: seen), [4, 5, 6], seen)
        #expect(!seen.all.examples.isEmpty)
        #expect(seen.all.examples.allSatisfy { $0.hasPrefix("t") })
        for step in seen.all.steps.dropLast() {
            #expect(!step.evaluations.contains { $0.evaluation.example.id.hasPrefix("h") })
        }
    }

    @Test("takes the same decisions whatever runs at once")
    func deterministic() async throws {
        var stories: [[String]] = []
        for concurrency in [1, 3, 16] {
            let seen = Seen()
            _ = try await run(loop(seen: seen, concurrency: concurrency), [1, 4, 5, 3, 6.5, 2], seen)
            stories.append(seen.story)
        }
        #expect(stories[0] == stories[1])
        #expect(stories[0] == stories[2])
    }

    @Test("stops at a perfect score, for want of gain, and when its steps are done, and says which")
    func stops() async throws {
        for (plan, values, reason) in [
            (
                OptimizationPlan(steps: 9, siblings: 1, patience: nil, perfectScore: 1), [7.0, 6],
                "perfect score on validation"
            ),
            (OptimizationPlan(steps: 9, siblings: 1, patience: 2), [0.1, 0.2, 7], "no gain in 2 steps"),
            (OptimizationPlan(steps: 2, siblings: 1, patience: nil), [4, 5, 7], "all 2 steps done"),
        ] {
            let seen = Seen()
            let conclusion = try await run(loop(plan: plan, seen: seen), values, seen)
            #expect(conclusion.reason == reason)
        }
    }

    @Test("an optimizer that has nothing more to say ends by patience, not never")
    func silence() async throws {
        let seen = Seen()
        let plan = OptimizationPlan(steps: 1_000, siblings: 2, patience: 3)
        #expect(try await run(loop(plan: plan, seen: seen), [], seen).reason == "no gain in 3 steps")
    }

    @Test(
        "never exceeds its call budget, and always keeps enough for the gate", arguments: [100, 150, 200, 333, 1_000])
    func budget(calls: Int) async throws {
        let seen = Seen()
        let ledger = Ledger(Budget(calls: calls))
        let subject = TargetNumber(model: MeteredModel(EchoModel(), ledger: ledger, prices: PriceTable.standard))
        let conclusion = try await run(
            loop(TargetNumber.splits(20, 20, 30), subject: subject, ledger: ledger, seen: seen),
            [4, 4.5, 5, 5.5, 6, 6.5], seen)
        #expect(ledger.spent.calls <= calls)
        #expect(conclusion.verdict != nil)
        #expect(conclusion.best.id == .seed || conclusion.verdict?.count == 30)
    }

    /// The steps that were begun with `calls` to spend, when each might ask as many questions as `most` says.
    private func steps(_ calls: Int, _ most: [Int]) async throws -> Int {
        let seen = Seen()
        let ledger = Ledger(Budget(calls: calls))
        let subject = TargetNumber(model: MeteredModel(EchoModel(), ledger: ledger, prices: PriceTable.standard))
        var optimizer = ListedOptimizer([4, 4.5, 5, 5.5, 6, 6.5], seen: seen)
        optimizer.mostQuestions = most
        let loop = loop(TargetNumber.splits(20, 20, 30), subject: subject, ledger: ledger, seen: seen)
        let conclusion = try await loop.run(optimizer, as: record, events: { seen.note($0) })
        #expect(ledger.spent.calls <= calls && conclusion.verdict != nil)
        return seen.all.steps.filter { !$0.candidates.isEmpty }.count - 1
    }

    @Test("a budget is used to its end although the worst case would not fit, once steps have shown what they ask")
    func worstCase() async throws {
        let (calls, worst) = (500, 120)
        let asNeeded = try await steps(calls, [0])
        let promised = try await steps(calls, [worst])
        #expect(asNeeded - promised <= 1)
        #expect(try await steps(calls, [calls]) == 0, "before there is a step, the worst case is all there is to go by")
    }

    @Test("what a step of one kind asked does not tell that one of a dearer kind fits")
    func dearer() async throws {
        let (calls, cheap) = (500, 2)
        let begun = try await steps(calls, [cheap, calls])
        #expect(begun == 1)
    }

    @Test("a budget that does not cover the first look is refused with the remedy")
    func tooSmall() async throws {
        let seen = Seen()
        let ledger = Ledger(Budget(calls: 10))
        let subject = TargetNumber(model: MeteredModel(EchoModel(), ledger: ledger, prices: PriceTable.standard))
        let error = await #expect(throws: ModelError.self) {
            try await run(loop(subject: subject, ledger: ledger, seen: seen), [4], seen)
        }
        #expect(error?.code == .budgetExhausted)
        #expect(seen.all.conclusions.map(\.status) == [.failed])
    }

    @Test("a stop signal ends the run as interrupted with the steps done so far")
    func interrupted() async throws {
        let seen = Seen()
        let loop = loop(seen: seen)
        let conclusion = try await loop.run(ListedOptimizer([4, 5, 6], seen: seen), as: record) { event in
            seen.note(event)
            if case .stepFinished(2, _, _, _) = event { loop.signal.stop("interrupted") }
        }
        #expect(conclusion.status == .interrupted)
        #expect(conclusion.verdict == nil)
        #expect(conclusion.best["x"] == 5.0)
        #expect(seen.all.steps.map(\.index) == [0, 1, 2])
    }

    @Test("a stop signal in the middle of a step drops that step alone")
    func interruptedInside() async throws {
        let seen = Seen()
        let loop = loop(seen: seen)
        let conclusion = try await loop.run(ListedOptimizer([4, 5, 6], seen: seen), as: record) { event in
            if case .proposed(2, _, _, _, _) = event { loop.signal.stop("interrupted") }
        }
        #expect(conclusion.status == .interrupted)
        #expect(conclusion.best["x"] == 4.0)
        #expect(seen.all.steps.map(\.index) == [0, 1])
    }

    @Test("a stop signal lets the optimizer start no further call")
    func interruptedBeforeAsking() async throws {
        struct Asking: Optimizer {
            static let name = "asking"
            static let kinds: Set<ParameterKind> = [.number]
            mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
                _ = try await context.model.reply(
                    to: ChatRequest(model: context.modelName, messages: [.user("\(context.step)?")]))
                return []
            }
            mutating func observe(_ trials: [Trial]) {}
            var state: OptimizerState { OptimizerState(optimizer: Self.name, content: .null) }
        }
        for (step, calls) in [(1, 0), (2, 1)] {
            let seen = Seen()
            let ledger = Ledger()
            var loop = loop(seen: seen)
            loop.model = MeteredModel(EchoModel(), ledger: ledger)
            let conclusion = try await loop.run(Asking(), as: record) { [signal = loop.signal] event in
                if case .minibatch(step, _, _, _) = event { signal.stop("interrupted") }
            }
            #expect(conclusion.status == .interrupted)
            #expect(ledger.spent.calls == calls)
        }
    }

    @Test("gives up early on a candidate that is clearly behind on validation")
    func racing() async throws {
        let seen = Seen()
        let splits = TargetNumber.splits(20, 40, 40)
        let subject = InvertedTarget()
        let metric = RightOrWrong()
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: subject, metrics: [metric], objective: Objective(metric)), splits: splits,
            plan: OptimizationPlan(steps: 1, minibatch: 6, siblings: 1), gate: Gate(metric), model: EchoModel(),
            modelName: ModelName(provider: "test", model: "echo"), ledger: Ledger(), journal: seen)
        _ = try await run(loop, [9], seen)
        let run = seen.all.steps[1].evaluations.filter { $0.split == "validation" }
        #expect(run.count == 12)
    }

    @Test("keeps siblings alive that a minibatch cannot tell apart, and takes the best of them on validation")
    func siblingsRace() async throws {
        let seen = Seen()
        let loop = loop(plan: OptimizationPlan(steps: 1, minibatch: 5, siblings: 3, seed: 3), seen: seen)
        let conclusion = try await run(loop, [5, 6, 4], seen)
        #expect(conclusion.best["x"] == 6.0)
        let ran = seen.all.steps[1].evaluations.filter { $0.split == "validation" }
        let counts = Dictionary(grouping: ran, by: \.evaluation.candidate).mapValues(\.count)
        let winner = try #require(counts[conclusion.best.id])
        #expect(winner == 40)
        #expect(counts.count > 1)
        #expect(seen.all.fates.count { if case .accepted = $0 { true } else { false } } == 1)
    }

    @Test("of siblings the budget does not reach for, only the leader goes on, and the step counts")
    func raceWithinBudget() async throws {
        let seen = Seen()
        // Baseline 20, minibatch 4 + 3 × 4, gate 60, one validation 20: no room for two.
        let ledger = Ledger(Budget(calls: 125))
        let subject = TargetNumber(model: MeteredModel(EchoModel(), ledger: ledger, prices: PriceTable.standard))
        let loop = loop(
            TargetNumber.splits(20, 20, 30), subject: subject,
            plan: OptimizationPlan(steps: 1, minibatch: 4, siblings: 3, seed: 3), ledger: ledger, seen: seen)
        let conclusion = try await run(loop, [5, 6, 5.5], seen)
        #expect(conclusion.reason == "all 1 steps done")
        #expect(conclusion.best.id != .seed)
        #expect(ledger.spent.calls <= 125)
    }
}

/// Right on validation at 0, right on train anywhere else.
struct InvertedTarget: Optimizable {
    var parameters: ParameterSpace { ParameterSpace([TargetNumber.definition]) }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        await Trace.record(candidate) {
            traced("check", Traced<Value>.parameter(TargetNumber.definition)) { x in
                let isSeed = x == 0
                return example.id.hasPrefix("t") != isSeed ? "right" : "wrong"
            }
        }
    }
}
