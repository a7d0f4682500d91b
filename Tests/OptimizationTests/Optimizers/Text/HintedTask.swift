import Evaluation
import LanguageModels
import Optimization
import Synchronization
import TraceGraph

/// A workflow of two steps steered by two texts: right when both texts have every rule its example needs, a line each. When
/// it is wrong, its steps are given the first missing rule as feedback, where hints are wanted.
struct HintedTask: Optimizable {
    static let definitions = [
        ParameterDefinition("plan", kind: .text, initial: "Plan."),
        ParameterDefinition("write", kind: .text, initial: "Write."),
    ]
    static let rules = ["count twice", "name the unit", "round down"]

    var givesHints = true

    var parameters: ParameterSpace { ParameterSpace(Self.definitions) }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        func lacks(_ name: String) -> String? {
            let lines = (candidate[name]?.text ?? "").split(whereSeparator: \.isNewline).map(String.init)
            let needed = example[name]?.list?.compactMap(\.text) ?? []
            return needed.first { !lines.contains($0) }
        }
        let missing = ["plan": lacks("plan"), "write": lacks("write")]
        let isRight = missing.values.allSatisfy { $0 == nil }
        var trace = await Trace.record(candidate) {
            let task = Traced(example.id, name: "task")
            let plan = Traced<Value>.parameter(Self.definitions[0])
            let write = Traced<Value>.parameter(Self.definitions[1])
            let planned = traced("think", node: "plan_step", inputs: [plan.input(as: "text"), task.input(as: "task")]) {
                "a plan for \(example.id)"
            }
            let written = traced(
                "compose", node: "write_step", inputs: [write.input(as: "text"), planned.input(as: "plan")]
            ) { "written" }
            return traced("check", node: "outcome", inputs: [written.input(as: "text")]) { isRight ? "right" : "wrong" }
        }
        guard givesHints else { return trace }
        for (name, rule) in missing.sorted(by: { $0.key < $1.key }) {
            guard let rule, let step = trace.node(named: "\(name)_step") else { continue }
            try? trace.give(Feedback(on: step.id, rule))
        }
        return trace
    }

    /// Each example needs one rule of each text, in turn.
    static func examples(_ count: Int, _ prefix: String) -> [Example] {
        (0..<count).map { index in
            Example(
                id: "\(prefix)\(index)",
                fields: [
                    "plan": .list([.text(rules[index % 3])]), "write": .list([.text(rules[(index / 3) % 3])]),
                    "expected": "right",
                ])
        }
    }

    static let splits = OptimizationLoop.Splits(
        train: examples(18, "t"), validation: examples(18, "v"), holdout: examples(18, "h"))

    /// Runs an optimizer on it to its end.
    static func conclude(
        _ optimizer: some Optimizer, model: any LanguageModel, givesHints: Bool = true, steps: Int = 6,
        seed: UInt64 = 1,
        siblings: Int = 1, seen: Seen = Seen()
    ) async throws -> RunConclusion {
        let metric = RightOrWrong()
        let subject = HintedTask(givesHints: givesHints)
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: subject, metrics: [metric], objective: Objective(metric), concurrency: 4),
            splits: splits,
            plan: OptimizationPlan(
                steps: steps, minibatch: 6, siblings: siblings, seed: seed, patience: nil, perfectScore: 1),
            gate: Gate(metric), purpose: "Do the tasks.", expectations: ExpectationSummary(of: splits.train),
            model: model,
            modelName: ModelName(provider: "openai", model: "test"), ledger: Ledger(), journal: seen)
        return try await loop.run(
            optimizer,
            as: RunRecord(
                name: "hinted-0", workflow: "hinted", optimizer: type(of: optimizer).name, seed: seed, settings: .null,
                parameters: subject.parameters), events: { seen.note($0) })
    }
}

/// Plays the model that optimizers ask: it reads rules that are called missing out of the question and adds them.
struct RuleWriter: LanguageModel {
    func reply(to request: ChatRequest) async throws -> ChatReply {
        let prompt = request.messages.map(\.content).joined(separator: "\n")
        let known = HintedTask.rules.filter { prompt.contains($0) }
        switch request.format {
        case .schema("suggestion", let schema):
            let names = schema["properties"]?["suggestion"]?["properties"]?.object?.names ?? []
            let values = names.map { name in
                (name, Value.text(([name == "plan" ? "Plan." : "Write."] + known).joined(separator: "\n")))
            }
            return ChatReply(
                text: Value.object(["reasoning": "rules were missing", "suggestion": .object(Fields(values))]).json)
        case .schema("duel", _):
            let text = known.map { "plan_step: \($0)" }.joined(separator: "\n")
            return ChatReply(text: Value.object(["feedback": .text(text), "preferred": "tie"]).json)
        case .schema("flaw", _):
            // Without feedback on nodes it knows the rule by the number of the task.
            let number = prompt.split(separator: "a plan for t").dropFirst().first.flatMap {
                Int($0.prefix { $0.isNumber })
            }
            let rule = HintedTask.rules[(number ?? 0) % 3]
            return ChatReply(
                text: Value.object(["step": "plan_step", "flaw": "missing condition", "hint": .text(rule)]).json)
        default: return ChatReply(text: known.joined(separator: "\n"))
        }
    }
}

/// The same, keeping every question.
final class RememberingWriter: LanguageModel {
    private let kept = Mutex<[String]>([])

    var prompts: [String] { kept.withLock { $0 } }

    func reply(to request: ChatRequest) async throws -> ChatReply {
        kept.withLock { $0.append(request.messages.map(\.content).joined(separator: "\n")) }
        return try await RuleWriter().reply(to: request)
    }
}
