import Evaluation
import LanguageModels
import Optimization
import Testing
import TraceGraph

/// Right with a chance that grows with the parameter, drawn anew in every repeat.
private struct Chancy: Optimizable {
    static let definition = ParameterDefinition("x", kind: .number, initial: 2, constraint: .init(range: 0...10))
    var isChancy = true

    var parameters: ParameterSpace { ParameterSpace([Self.definition]) }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        await Trace.record(candidate) {
            let x = Traced<Value>.parameter(Self.definition)
            let draw = isChancy ? Self.draw(example, candidate, repetition) : 0.45 * Double(example.id.count % 2)
            return traced("answer", x.as("x")) { ($0.number ?? 0) / 10 > draw ? "right" : "wrong" }
        }
    }

    private static func draw(_ example: Example, _ candidate: Candidate, _ repetition: Int) -> Double {
        var random = SeededGenerator(seed: 5).stream("\(example.id) \(candidate.id) \(repetition)")
        return random.uniform()
    }
}

@Suite("Repeats of examples in the loop")
struct RepeatedExamplesTests {
    private func run(
        _ repeats: RepeatPlan, _ values: [Double], seen: Seen, subject: Chancy = Chancy(), ledger: Ledger = Ledger()
    ) async throws -> RunConclusion {
        let metric = RightOrWrong()
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: subject, metrics: [metric], objective: Objective(metric), concurrency: 4),
            splits: TargetNumber.splits(12, 24, 40),
            plan: OptimizationPlan(
                steps: values.count, minibatch: 6, siblings: 1, seed: 3, patience: nil, repeats: repeats),
            gate: Gate(metric), model: EchoModel(), modelName: ModelName(provider: "test", model: "echo"),
            ledger: ledger, journal: seen)
        return try await loop.run(
            ListedOptimizer(values, seen: seen),
            as: RunRecord(
                name: "chancy-0", workflow: "chancy", optimizer: "listed", seed: 3, settings: .null,
                parameters: subject.parameters), events: { seen.note($0) })
    }

    @Test("every example is run as often as asked for, and counts once")
    func fixed() async throws {
        let seen = Seen()
        let conclusion = try await run(.fixed(3), [9], seen: seen)
        let evaluations = seen.all.steps.flatMap(\.evaluations)
        let counts = Dictionary(grouping: evaluations) { "\($0.evaluation.candidate) \($0.evaluation.example.id)" }
        #expect(counts.values.allSatisfy { $0.map(\.evaluation.repetition) == [0, 1, 2] })
        let verdict = try #require(conclusion.verdict)
        #expect(verdict.count == 40 && verdict.decision == .promote)
        #expect(verdict.test != .mcNemar, "means of repeats are no longer 0 or 1")
        let holdout = evaluations.filter { $0.split == "holdout" && $0.evaluation.candidate == conclusion.best.id }
        #expect(holdout.count == 120)
        let mean = Sample(holdout.compactMap(\.evaluation.score)).mean
        #expect(abs(try #require(verdict.winnerMean) - (mean ?? 0)) < 1e-12)
        let noise = try #require(verdict.noise)
        #expect(noise.within > noise.between, "what differs between examples here is chance alone")
        guard case .baseline(_, let examples)? = seen.all.events.dropFirst().first(where: { $0.kind == "baseline" })
        else {
            Issue.record("no baseline")
            return
        }
        #expect(examples == 24)
    }

    @Test("auto repeats what is chance, runs once what is not, and says which")
    func automatic() async throws {
        let noisy = Seen()
        _ = try await run(.automatic(most: 6), [9], seen: noisy)
        let most = noisy.all.steps.flatMap(\.evaluations).map(\.evaluation.repetition).max() ?? 0
        #expect(most >= 2 && most <= 5)
        #expect(noisy.story.contains { $0.contains("between repeats of an example") })
        let steady = Seen()
        let conclusion = try await run(.automatic, [9], seen: steady, subject: Chancy(isChancy: false))
        let later = steady.all.steps.dropFirst().flatMap(\.evaluations)
        #expect(!later.isEmpty && later.allSatisfy { $0.evaluation.repetition == 0 })
        #expect(steady.story.contains { $0.contains("each example is run once") })
        #expect(conclusion.verdict?.noise == nil)
    }

    @Test("the same run repeats itself, whatever it draws")
    func deterministic() async throws {
        let stories = [Seen(), Seen()]
        for seen in stories { _ = try await run(.automatic(most: 4), [4, 9, 7], seen: seen) }
        #expect(stories[0].story == stories[1].story)
    }

    @Test("repeats make the interval of a noisy gain shorter")
    func intervals() async throws {
        func width(_ repeats: RepeatPlan) async throws -> Double {
            let interval = try #require(try await run(repeats, [9], seen: Seen()).verdict?.interval)
            return interval.upper - interval.lower
        }
        let (one, many) = (try await width(.single), try await width(.fixed(6)))
        #expect(many < 0.65 * one)
    }
}
