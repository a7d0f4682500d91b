import Evaluation
import LanguageModels
import Optimization
import TraceGraph

/// A workflow without a model: its output is right where the parameter lies close enough to the example's number.
struct TargetNumber: Optimizable {
    static let definition = ParameterDefinition("x", kind: .number, initial: 0, constraint: .init(range: 0...10))
    /// Asked once an example, when there is one.
    var model: (any LanguageModel)?

    var parameters: ParameterSpace { ParameterSpace([Self.definition]) }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        await Trace.record(candidate) {
            let x = Traced<Value>.parameter(Self.definition)
            let width = Traced(example["width"] ?? .null, name: "width")
            return try await traced("check", x.as("x"), width.as("width")) { x, width in
                if let model {
                    _ = try await model.reply(
                        to: ChatRequest(
                            model: ModelName(provider: "test", model: "m"),
                            messages: [.user("\(x.json) \(example.id)")]))
                }
                guard let x = x.number, let width = width.number else { throw NotANumber() }
                return abs(x - 7) <= width ? "right" : "wrong"
            }
        }
    }

    struct NotANumber: Error {}

    /// Examples that need the parameter within 1, 2, … of 7, in turn.
    static func examples(_ count: Int, _ prefix: String) -> [Example] {
        (0..<count).map { index in
            Example(id: "\(prefix)\(index)", fields: ["width": .integer(index % 5 + 1), "expected": "right"])
        }
    }

    static func splits(_ train: Int, _ validation: Int, _ holdout: Int) -> OptimizationLoop.Splits {
        .init(
            train: examples(train, "t"), validation: examples(validation, "v"), holdout: examples(holdout, "h"))
    }
}

/// Whether the output is the word that was expected.
struct RightOrWrong: Metric {
    let name = "accuracy"
    let direction = MetricDirection.maximize

    func score(_ subject: MetricSubject) async throws -> Score {
        Score(subject.output == subject.example["expected"] ? 1 : 0, feedback: subject.output.map(\.plainText) ?? "")
    }
}
