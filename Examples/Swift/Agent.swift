import Optrace

/// An agent that uses tools until it has an answer. How many turns it takes, and so the graph, differs from question to
/// question; each turn is a scope of its own.
struct Agent: Optimizable {
    @Parameter("instruction", documentation: "What the agent is told before the question.")
    var instruction = "You may call add(a, b) or lookup(name)."
    let model: ChatModel

    static let mostTurns = 6
    static let prices = ["apple": 3, "pear": 4, "plum": 2]

    var parameters: ParameterSpace { ParameterSpace(of: self) }

    func answer(_ question: Traced<String>) async throws -> Traced<String> {
        var notes: Traced<String> = "\($instruction)\nQuestion: \(question)"
        for _ in 0..<Self.mostTurns {
            let said = try await model.reply(to: notes)
            if said.value.hasPrefix("answer ") {
                return traced("answer", said) { String($0.dropFirst("answer ".count)) }
            }
            let result = try await scope("tool", inputs: [said.input(as: "call")]) {
                try traced("use", said, documentation: "Uses the tool that the agent asked for.") { try Self.use($0) }
            }
            notes = "\(notes)\n\(said) = \(result)"
        }
        throw TooLong()
    }

    struct TooLong: Error, CustomStringConvertible {
        var description: String { "no answer after \(Agent.mostTurns) turns" }
    }

    struct UnknownTool: Error, CustomStringConvertible {
        let call: String
        var description: String { "there is no tool for '\(call)'" }
    }

    /// `lookup pear` or `add 3 4`.
    static func use(_ call: String) throws -> String {
        let words = call.split(separator: " ").map(String.init)
        if words.count == 2, words[0] == "lookup", let price = prices[words[1]] { return "\(price)" }
        let numbers = words.dropFirst().compactMap { Int($0) }
        if words.first == "add", numbers.count == 2 { return "\(numbers[0] + numbers[1])" }
        throw UnknownTool(call: call)
    }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        await Trace.record(candidate) {
            try await answer(Traced(example["question"]?.text ?? "", name: "question"))
        }
    }
}

enum AgentExample {
    static let better = "Tools: `lookup NAME` and `add A B`. Say `answer N` when you know."

    /// Knows how to write a call only once it was told; as the optimizer, reads that off the failures.
    static let scripted = ScriptedModel { request in
        let prompt = request.messages.last?.content ?? ""
        guard request.model.model == "agent" else {
            let reply: Value = ["reasoning": "The calls are malformed.", "suggestion": ["instruction": .text(better)]]
            return Script.Reply(reply.json)
        }
        guard prompt.contains("lookup NAME") else { return Script.Reply("lookup(\"pear\")") }
        let question = prompt.split(separator: "\n").first { $0.hasPrefix("Question: ") } ?? ""
        let fruits = question.split(separator: " ").map(String.init).filter { Agent.prices[$0] != nil }
        func result(of call: String) -> String? {
            prompt.split(separator: "\n").first { $0.hasPrefix(call + " = ") }.map {
                String($0.dropFirst(call.count + 3))
            }
        }
        for fruit in fruits where result(of: "lookup \(fruit)") == nil { return Script.Reply("lookup \(fruit)") }
        let known = fruits.compactMap { result(of: "lookup \($0)") }
        guard known.count == 2 else { return Script.Reply("answer \(known.first ?? "0")") }
        let sum = "add \(known[0]) \(known[1])"
        return Script.Reply(result(of: sum).map { "answer \($0)" } ?? sum)
    }

    static func questions(_ part: String, _ count: Int) -> [Example] {
        let names = Agent.prices.keys.sorted()
        return (0..<count).map { number in
            let (a, b) = (names[number % 3], names[(number + 1) % 3])
            let isPair = number.isMultiple(of: 2)
            let price = (Agent.prices[a] ?? 0) + (isPair ? Agent.prices[b] ?? 0 : 0)
            return Example(
                id: "\(part)\(number)",
                fields: [
                    "question": .text("What do \(isPair ? "\(a) and \(b)" : a) cost in shop \(part)\(number)"),
                    "expected": .text("\(price)"),
                ])
        }
    }

    static func run() async throws {
        let metric = ExactMatch(name: "accuracy")
        let ledger = Ledger(Budget(calls: 2000))
        let model = MeteredModel(scripted, ledger: ledger)
        let agent = Agent(model: ChatModel(ModelName(provider: "scripted", model: "agent"), from: model))
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: agent, metrics: [metric], objective: Objective(metric)),
            splits: .init(
                train: questions("train", 8), validation: questions("validation", 10),
                holdout: questions("holdout", 20)),
            plan: OptimizationPlan(steps: 3, minibatch: 4, siblings: 1, seed: 1, perfectScore: 1), gate: Gate(metric),
            purpose: "Answer questions about prices.", model: model,
            modelName: ModelName(provider: "scripted", model: "optimizer"), ledger: ledger)
        let conclusion = try await loop.run(
            try OptimizerRegistry.standard.optimizer("optoprime", options: [:]),
            as: RunRecord(
                name: "agent-1", workflow: "agent", optimizer: "optoprime", seed: 1, settings: [:],
                parameters: agent.parameters))
        let example = questions("shown", 1)[0]
        let trace = await agent.run(conclusion.best, on: example, repetition: 0)
        print("instruction \(conclusion.best["instruction"]?.plainText ?? "")")
        print("one run     \(trace.scopes.count) tools used, answer \(trace.result?.value.plainText ?? "none")")
        print("hold-out    \(Main.outcome(of: conclusion.verdict))")
    }
}
