import Evaluation
import LanguageModels
import Synchronization
import Testing
import TraceGraph

@testable import Optimization

/// A text, demonstrations and a number that only together make the answer right.
private struct Together: Optimizable {
    static let definitions = [
        ParameterDefinition("instruction", kind: .text, initial: "Answer."),
        ParameterDefinition("shots", kind: .examples, initial: [], constraint: ParameterConstraint(maximumCount: 2)),
        ParameterDefinition("x", kind: .number, initial: 0, constraint: ParameterConstraint(range: 0...10)),
    ]

    var parameters: ParameterSpace { ParameterSpace(Self.definitions) }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        await Trace.record(candidate) {
            let parts = Self.definitions.map { Traced<Value>.parameter($0) }
            let width = Traced(example["width"] ?? .null, name: "width")
            return traced("answer", parts[0], parts[1], parts[2], width) { text, shots, x, width in
                let help = (text.plainText.contains("carefully") ? 3.0 : 0) + (shots.list?.isEmpty == false ? 1 : 0)
                let distance = abs((x.number ?? 0) - 7)
                return distance <= (width.number ?? 0) + help - 4 ? "right" : "wrong"
            }
        }
    }
}

@Suite struct JointSearchTests {
    private func run(_ optimizer: JointSearch, steps: Int = 4, seen: Seen = Seen()) async throws -> RunConclusion {
        let metric = RightOrWrong()
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: Together(), metrics: [metric], objective: Objective(metric), concurrency: 4),
            splits: TargetNumber.splits(20, 30, 60),
            plan: OptimizationPlan(steps: steps, siblings: 1, seed: 5, patience: nil), gate: Gate(metric),
            model: Answering { request in
                let text = request.messages.map(\.content).joined()
                let word = text.contains("Answer carefully") ? "Answer quickly." : "Answer carefully."
                return #"{"reasoning": "r", "suggestion": {"instruction": "\#(word)"}}"#
            }, modelName: ModelName(provider: "test", model: "m"), ledger: Ledger(), journal: seen)
        return try await loop.run(
            optimizer,
            as: RunRecord(
                name: "together-0", workflow: "together", optimizer: "joint", seed: 5, settings: .null,
                parameters: Together().parameters), events: { seen.note($0) })
    }

    @Test func findsWhatOnlyWorksTogether() async throws {
        var options = JointSearch.Options()
        options.sets = 2
        let conclusion = try await run(JointSearch(options: options))
        #expect(conclusion.best["instruction"]?.text?.contains("carefully") == true)
        #expect(abs((conclusion.best["x"]?.number ?? 0) - 7) < 3)
        #expect(conclusion.verdict?.decision == .promote)
    }

    @Test func whatItRunsItselfIsTrainOnly() async throws {
        let seen = Seen()
        _ = try await run(JointSearch(), steps: 2, seen: seen)
        let splits = Set(seen.all.steps.flatMap(\.evaluations).map(\.split))
        #expect(splits.isSubset(of: ["train", "validation", "holdout"]))
        let validated = Set(
            seen.all.steps.flatMap(\.evaluations).filter { $0.split == "validation" }.map(\.evaluation.candidate))
        // The seed and one candidate a step.
        #expect(validated.count <= 3)
    }

    /// However many proposals the loop asks for: a whole validation run costs as much as several steps' trials.
    @Test func aStepEndsWithOneWholeRun() async throws {
        var optimizer = JointSearch()
        var context = Fixtures.context(
            Together.definitions,
            model: Answering { _ in #"{"reasoning": "r", "suggestion": {"instruction": "Think."}}"# },
            siblings: 4,
            history: [
                TriedCandidate(
                    candidate: ParameterSpace(Together.definitions).seed, score: 0, examples: 1, wasAccepted: true,
                    validation: [try await Fixtures.evaluation("v0", as: "a", expected: "b")])
            ])
        let runs = Ran()
        context.workbench = Workbench(train: TargetNumber.examples(20, "t")) { values, examples, _ in
            runs.add(values)
            return try await Self.evaluations(values, examples)
        }
        #expect(try await optimizer.propose(context).count == 1)
        // The parent, two texts that say the same, one mix for the texts and one for each other parameter.
        #expect(runs.all.count <= 1 + 2 + 1 + 2 && runs.all.count >= 5)
        #expect(optimizer.workbenchRuns(train: 20) == 8 * 6)
        let outlook = optimizer.outlook(for: ParameterSpace(Together.definitions), train: 20, siblings: 4)
        #expect(outlook.map(\.workbenchRuns) == [8 * 6])
        let numbers = ParameterSpace(Array(Together.definitions.suffix(1)))
        #expect(optimizer.outlook(for: numbers, train: 20, siblings: 4).map(\.workbenchRuns) == [8 * 4])
        let resumed = try JointSearch(JointSearch.Options(), state: optimizer.state)
        #expect(resumed.workbenchRuns(train: 20) == 8 * 6, "a restart forecasts the same")
    }

    /// The parent has runs of earlier steps; what was said of those of this step counts beside them.
    @Test func whatIsSaidOfTheRunsOfAStepIsShownToTheModel() async throws {
        let reply = #"{"reasoning": "r", "suggestion": {"instruction": "Think."}}"#
        let model = Scripted(texts: Array(repeating: reply, count: 8))
        var optimizer = JointSearch()
        var context = Fixtures.context([Fixtures.instruction], model: model)
        context.workbench = Workbench(train: TargetNumber.examples(20, "t")) { values, examples, _ in
            try await Self.evaluations(values, examples)
        }
        var earlier = try await Fixtures.evaluation("m0", as: "a", expected: "b")
        earlier.score = 0
        context.trainRuns[context.parent.id] = [earlier]
        _ = try await optimizer.propose(context)
        let question = try #require(model.requests.first).messages.map(\.content).joined()
        #expect(question.contains("[9×] queue: Expected \"b\", got \"a\"."), "\(question)")
    }

    private static func evaluations(_ values: [String: Value], _ examples: [Example]) async throws -> [Evaluation] {
        var evaluations: [Evaluation] = []
        for example in examples {
            var evaluation = try await Fixtures.evaluation(example.id, as: "a", expected: "b")
            evaluation.example = example
            evaluations.append(evaluation)
        }
        return evaluations
    }

    private final class Ran: Sendable {
        private let values = Mutex<[[String: Value]]>([])
        var all: [[String: Value]] { values.withLock { $0 } }
        func add(_ new: [String: Value]) { values.withLock { $0.append(new) } }
    }

    @Test func memoryComesBackWhole() async throws {
        var memory = JointMemory()
        memory.offer(["instruction": "Answer carefully."], Together().parameters)
        var random = SeededGenerator(seed: 2)
        var context = Fixtures.context(Together().parameters.definitions)
        context.workbench = Workbench(train: TargetNumber.examples(5, "t")) { _, _, _ in [] }
        try await memory.addSets(3, answer: nil, context, &random)
        #expect(memory.pools["instruction"] == ["Answer.", "Answer carefully."])
        #expect(memory.pools["shots"]?.count == 4)
        let back = try #require(JointMemory(recorded: try Value(json: memory.recorded.json)))
        #expect(back == memory)
        #expect(JointMemory(recorded: .null) == nil)
        let optimizer = JointSearch()
        let resumed = try JointSearch(
            JointSearch.Options(),
            state: OptimizerState(optimizer: "joint", content: try Value(json: optimizer.state.content.json)))
        #expect(resumed.state == optimizer.state)
    }
}
