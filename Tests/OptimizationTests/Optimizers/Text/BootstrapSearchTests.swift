import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Optimization

/// Demonstrations found, drawn and raced by the real loop.
@Suite("Bootstrap's search") struct BootstrapSearchTests {
    @Test(
        "finds a set that shows all there is to show from runs that went well, whether or not the objective has a best value",
        arguments: [1, nil] as [Double?], [1, 2, 3] as [UInt64])
    func search(_ best: Double?, _ seed: UInt64) async throws {
        let metric = RightOrWrong()
        let seen = Seen()
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: ShownTask(), metrics: [metric], objective: Objective(metric), concurrency: 4),
            splits: ShownTask.splits,
            plan: OptimizationPlan(
                steps: 8, minibatch: 6, siblings: 3, seed: seed, patience: nil, perfectScore: best),
            gate: Gate(metric), purpose: "", expectations: ExpectationSummary(of: ShownTask.splits.train),
            model: Scripted([]), modelName: ModelName(provider: "openai", model: "test"), ledger: Ledger(),
            journal: seen)
        let conclusion = try await loop.run(
            Bootstrap(options: .init(examples: 12, labelled: false)),
            as: RunRecord(
                name: "shown-0", workflow: "shown", optimizer: Bootstrap.name, seed: seed, settings: .null,
                parameters: ShownTask().parameters), events: { seen.note($0) })
        #expect(conclusion.verdict?.decision == .promote, "\(conclusion.best.values)")
        let shown = try #require(conclusion.best["shots"]?.list)
        #expect(Set(shown.compactMap { $0["expected"]?.text }) == Set(ShownTask.labels))
        for demonstration in shown {
            // Of an example that a run without demonstrations or with others was right about, and of the train split.
            let task = try #require(demonstration["task"]?.text)
            #expect(task.hasPrefix("t") && demonstration["expected"] == ShownTask.label(of: task))
        }
    }
}

/// Right about what is easy, and about labels that a demonstration shows.
private struct ShownTask: Optimizable {
    static let labels = ["red", "green", "blue"]
    static let shots = ParameterDefinition(
        "shots", kind: .examples, initial: [], constraint: ParameterConstraint(maximumCount: 4))
    static let splits = OptimizationLoop.Splits(
        train: examples(24, "t"), validation: examples(24, "v"), holdout: examples(36, "h"))

    static func label(of task: String) -> Value { .text(labels[(Int(task.dropFirst()) ?? 0) % 3]) }

    static func examples(_ count: Int, _ prefix: String) -> [Example] {
        (0..<count).map {
            Example(
                id: "\(prefix)\($0)",
                fields: ["task": .text("\(prefix)\($0)"), "expected": label(of: "\(prefix)\($0)")])
        }
    }

    var parameters: ParameterSpace { ParameterSpace([Self.shots]) }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        await Trace.record(candidate) {
            let shots = Traced<Value>.parameter(Self.shots)
            let task = Traced(example.id, name: "task")
            return traced("answer", node: "colour", inputs: [shots.input(as: "shots"), task.input(as: "task")]) {
                let label = Self.label(of: example.id)
                let isEasy = (Int(example.id.dropFirst()) ?? 0) % 4 == 0
                let isShown = shots.value.list?.contains { $0["expected"] == label } ?? false
                return isEasy || isShown ? label.plainText : "grey"
            }
        }
    }
}
