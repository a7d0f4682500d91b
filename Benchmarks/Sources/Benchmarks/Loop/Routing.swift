import Optrace

/// A small workflow as many are: put an instruction and a message together, ask a model, tidy what it says.
struct Routing: Optimizable {
    static let queues = ["account", "delivery", "payment", "return"]

    let model: any LanguageModel
    @Parameter("instruction", constraint: "keep the version") var instruction = "Version 0. Route the message."
    @Parameter("creativity", in: 0...1) var creativity = 0.0

    init(_ model: any LanguageModel) { self.model = model }

    var parameters: ParameterSpace { ParameterSpace(of: self) }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        await Trace.record(candidate) {
            let message = Traced(example["message"]?.text ?? "", name: "message")
            let prompt: Traced<String> = "\($instruction)\n\n\(message)"
            let reply = try await traced("ask", prompt, $creativity, documentation: "Asks the model.") {
                prompt, creativity in
                try await model.reply(
                    to: ChatRequest(
                        model: ScriptedRouter.task, messages: [.user(prompt)], temperature: creativity,
                        maximumTokens: 16, repetition: repetition)
                ).text
            }
            return traced("normalise", node: "queue", inputs: [reply.input(as: "text")]) {
                reply.value.lowercased()
            }
        }
    }

    /// Messages with the queue each belongs to.
    static func examples(_ count: Int, _ prefix: String) -> [Example] {
        (0..<count).map { index in
            Example(
                id: "\(prefix)\(index)",
                fields: [
                    "message": .text("Message \(prefix)\(index): the package never arrived, and nobody answers."),
                    "expected": .text(queues[index % queues.count]),
                ])
        }
    }
}
