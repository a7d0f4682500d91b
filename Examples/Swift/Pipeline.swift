import Optrace

/// Two models one after the other: one shortens a letter, the other says how urgent it is. Both instructions are optimized.
struct Pipeline: Optimizable {
    @Parameter("shorten", documentation: "What the first model is told.") var shorten = "Shorten the letter."
    @Parameter("judge", documentation: "What the second model is told.") var judge = "How urgent is this?"
    let writer: ChatModel
    let clerk: ChatModel

    var parameters: ParameterSpace { ParameterSpace(of: self) }

    func urgency(of letter: Traced<String>) async throws -> Traced<String> {
        let summary = try await writer.reply(to: "\($shorten)\n\n\(letter)")
        let reply = try await clerk.reply(to: "\($judge)\n\n\(summary)")
        return traced("tidy", reply) { $0.lowercased() }
    }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        await Trace.record(candidate) {
            try await urgency(of: Traced(example["letter"]?.text ?? "", name: "letter"))
        }
    }
}

enum PipelineExample {
    static let optimizer = ModelName(provider: "scripted", model: "optimizer")
    static let better = "Answer high or low."

    /// Plays all three models. The clerk talks at length until it is told the two words it may use.
    static let scripted = ScriptedModel { request in
        let prompt = request.messages.last?.content ?? ""
        switch request.model.model {
        case "writer": return Script.Reply(prompt.contains("broken") ? "Something is broken." : "A question.")
        case "clerk":
            guard prompt.contains("high or low") else { return Script.Reply("It depends on how you look at it.") }
            return Script.Reply(prompt.contains("broken") ? "HIGH" : "Low")
        default:
            let reply: Value = ["reasoning": "The words are missing.", "suggestion": ["judge": .text(better)]]
            return Script.Reply(reply.json)
        }
    }

    static func letters(_ part: String, _ count: Int) -> [Example] {
        (0..<count).map { number in
            let isUrgent = number.isMultiple(of: 2)
            let letter = "Letter \(part) \(number): " + (isUrgent ? "the heating is broken." : "when do you open?")
            return Example(
                id: "\(part)\(number)", fields: ["letter": .text(letter), "expected": isUrgent ? "high" : "low"])
        }
    }

    static func run() async throws {
        let metric = ExactMatch(name: "accuracy")
        let ledger = Ledger(Budget(calls: 500))
        let model = MeteredModel(scripted, ledger: ledger)
        let pipeline = Pipeline(
            writer: ChatModel(ModelName(provider: "scripted", model: "writer"), from: model),
            clerk: ChatModel(ModelName(provider: "scripted", model: "clerk"), from: model))
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: pipeline, metrics: [metric], objective: Objective(metric)),
            splits: .init(
                train: letters("train", 8), validation: letters("validation", 10), holdout: letters("holdout", 20)),
            plan: OptimizationPlan(steps: 3, minibatch: 4, siblings: 1, seed: 1, perfectScore: 1), gate: Gate(metric),
            purpose: "Say how urgent a letter is.", model: model, modelName: optimizer, ledger: ledger)
        let conclusion = try await loop.run(
            try OptimizerRegistry.standard.optimizer("optoprime", options: [:]),
            as: RunRecord(
                name: "pipeline-1", workflow: "pipeline", optimizer: "optoprime", seed: 1, settings: [:],
                parameters: pipeline.parameters))
        print("judge    \(conclusion.best["judge"]?.plainText ?? "")")
        print("hold-out \(Main.outcome(of: conclusion.verdict))")
    }
}
