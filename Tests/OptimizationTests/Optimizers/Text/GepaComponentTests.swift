import Evaluation
import LanguageModels
import Synchronization
import Testing
import TraceGraph

@testable import Optimization

/// Which of several texts a reflection rewrites.
@Suite("Gepa: which text") struct GepaComponentTests {
    /// Five texts, of which one makes outputs right, line by line; its rules are counted from 0.
    private struct OneOfFive: Optimizable {
        let useful: Int
        static let rules = 12

        var parameters: ParameterSpace {
            ParameterSpace((0..<5).map { ParameterDefinition("text\($0)", kind: .text, initial: "Begin.") })
        }

        func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
            let definitions = parameters.definitions
            let text = candidate["text\(useful)"]?.text ?? ""
            let need = example["need"]?.integer ?? 0
            return await Trace.record(candidate) {
                var value = Traced(example.id, name: "task")
                for (place, definition) in definitions.enumerated() {
                    let parameter = Traced<Value>.parameter(definition)
                    value = traced(
                        "step", node: "step\(place)", inputs: [parameter.input(as: "text"), value.input(as: "value")]
                    ) { "value" }
                }
                return traced("end", node: "outcome", inputs: [value.input(as: "value")]) {
                    Calm.lines(text).count > need + 1 ? "right" : "wrong"
                }
            }
        }

        static func examples(_ count: Int, _ prefix: String) -> [Example] {
            (0..<count).map {
                Example(id: "\(prefix)\($0)", fields: ["need": .integer($0 % rules), "expected": "right"])
            }
        }
    }

    /// Adds a line to whatever it is asked to rewrite, and keeps what that was.
    private final class LineWriter: LanguageModel {
        private let kept = Mutex<[String]>([])
        var asked: [String] { kept.withLock { $0 } }

        func reply(to request: ChatRequest) async throws -> ChatReply {
            guard case .schema(_, let schema) = request.format else { return ChatReply(text: "") }
            let names = schema["properties"]?["suggestion"]?["properties"]?.object?.names ?? []
            let number = kept.withLock { asked in
                asked += names
                return asked.count
            }
            let prompt = request.messages.map(\.content).joined(separator: "\n")
            let lines = prompt.split(whereSeparator: \.isNewline).map { String($0).trimmed }
            let present = Array(Set(lines.filter { $0.hasPrefix("Line ") })).sorted()
            let text = (["Begin."] + present + ["Line \(1000 + number)."]).joined(separator: "\n")
            return ChatReply(
                text: Value.object([
                    "reasoning": "a line was missing",
                    "suggestion": .object(Fields(names.map { ($0, Value.text(text)) })),
                ]).json)
        }
    }

    /// The share of questions about the one useful text, and how good the best candidate is on validation.
    private func search(_ components: GepaOptions.Components, useful: Int) async throws -> (share: Double, best: Double)
    {
        let metric = ExactMatch()
        let subject = OneOfFive(useful: useful)
        let writer = LineWriter()
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: subject, metrics: [metric], objective: Objective(metric)),
            splits: .init(
                train: OneOfFive.examples(24, "t"), validation: OneOfFive.examples(24, "v"), holdout: []),
            plan: OptimizationPlan(steps: 30, siblings: 1, seed: 4, patience: nil, perfectScore: nil),
            gate: Gate(metric), expectations: nil, model: writer,
            modelName: ModelName(provider: "openai", model: "test"), ledger: Ledger())
        let conclusion = try await loop.run(
            Gepa(options: GepaOptions(components: components, memory: 0)),
            as: RunRecord(
                name: "five-0", workflow: "five", optimizer: Gepa.name, seed: 4, settings: .null,
                parameters: subject.parameters))
        let asked = writer.asked
        let right = OneOfFive.examples(24, "v").count { example in
            Calm.lines(conclusion.best["text\(useful)"]?.text ?? "").count > (example["need"]?.integer ?? 0) + 1
        }
        return (Double(asked.count { $0 == "text\(useful)" }) / Double(max(1, asked.count)), Double(right) / 24)
    }

    @Test("the bandit finds the one text whose rewrites gain, and gets further by that than taking turns")
    func finds() async throws {
        var (turns, bandit) = (0.0, 0.0)
        for useful in 0..<5 {
            let inTurn = try await search(.one, useful: useful)
            let chosen = try await search(.bandit, useful: useful)
            #expect(chosen.share > inTurn.share, "text\(useful): \(chosen) \(inTurn)")
            turns += inTurn.best
            bandit += chosen.best
        }
        #expect(bandit >= turns, "\(bandit) \(turns)")
    }

    @Test("what was learnt about each text goes through a restart")
    func state() throws {
        var gepa = Gepa()
        for gain in [0.3, 0, 0.1] { gepa.memory.gains.learn("a", gained: gain) }
        gepa.memory.gains.learn("b", gained: 0)
        let again = try Gepa(gepa.options, state: gepa.state)
        #expect(again.memory == gepa.memory && again.memory.gains.mean(of: "a") != nil)
        var content = gepa.state.content.object ?? [:]
        content["gains"] = ["a": 3]
        #expect(throws: OptimizerError.self) {
            try Gepa(gepa.options, state: OptimizerState(optimizer: Gepa.name, content: .object(content)))
        }
    }
}
