import Optrace

/// The world as any workflow is: two steps steered by two texts, hints as feedback on the steps, one call an example.
struct RuleWorkflow: Optimizable {
    static let model = ModelName(provider: "scripted", model: "world")
    static let texts = RuleWorld.nodes.map {
        ParameterDefinition($0, kind: .text, initial: "begin", documentation: "Rules, one a line.")
    }

    let world: RuleWorld
    let model: any LanguageModel
    private let needs: [String: RuleWorld.Needs]

    init(_ world: RuleWorld, model: any LanguageModel) {
        self.world = world
        self.model = model
        var needs: [String: RuleWorld.Needs] = [:]
        for example in world.train + world.validation + world.test { needs[example.id] = example }
        self.needs = needs
    }

    var parameters: ParameterSpace { ParameterSpace(Self.texts) }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        let texts = Dictionary(
            uniqueKeysWithValues: RuleWorld.nodes.map { ($0, candidate[$0]?.text ?? "begin") })
        guard let example = needs[example.id] else {
            return await Trace.record(candidate) { () throws -> Traced<String> in throw BenchmarkError("no such example") }
        }
        let outcome = world.run(texts, example)
        var trace = await Trace.record(candidate) {
            let task = Traced(example.id, name: "task")
            let plan = Traced<Value>.parameter(Self.texts[0])
            let answer = Traced<Value>.parameter(Self.texts[1])
            let planned = traced(
                "think", node: "plan_step", inputs: [plan.input(as: "rules"), task.input(as: "task")]
            ) { "a plan" }
            let answered = traced(
                "respond", node: "answer_step", inputs: [answer.input(as: "rules"), planned.input(as: "plan")]
            ) { "an answer" }
            return try await traced("check", node: "outcome", inputs: [answered.input(as: "answer")]) {
                _ = try await model.reply(
                    to: ChatRequest(
                        model: Self.model,
                        messages: [.user("\(texts["plan"] ?? "")|\(texts["answer"] ?? "")|\(example.id)")]))
                return outcome.isSolved ? "solved" : "failed"
            }
        }
        for node in RuleWorld.nodes {
            guard let hint = outcome.hints[node], let step = trace.node(named: "\(node)_step") else { continue }
            try? trace.give(Feedback(on: step.id, hint))
        }
        return trace
    }

    static func examples(_ needs: [RuleWorld.Needs]) -> [Example] {
        needs.map { Example(id: $0.id, fields: ["task": .text($0.id), "expected": "solved"]) }
    }
}

/// Answers at once: what is counted is that it was asked.
struct InstantModel: LanguageModel {
    func reply(to request: ChatRequest) async throws -> ChatReply {
        ChatReply(text: "ok", usage: Usage(calls: 1, promptTokens: 1, completionTokens: 1))
    }
}
