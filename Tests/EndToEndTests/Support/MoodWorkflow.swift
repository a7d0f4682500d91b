import TestServer

/// A workflow that can only be right once its instruction lists the labels, and a model that behaves like that.
enum MoodWorkflow {
    static let instruction = "What do you make of this?"
    static let better = "Answer with one word: sunny or rainy."

    static let yaml = """
        name: mood
        description: Say whether a sentence is about good or bad weather.
        inputs:
          sentence: text
        models:
          task: ${OPTRACE_MODEL}
          optimizer: ${OPTRACE_OPTIMIZER_MODEL:-task}
        parameters:
          instruction: { kind: text, value: file://prompts/mood.md }
          tidy: { kind: code, language: python, entry: "tidy(reply: str) -> str", value: file://tidy.py }
        steps:
          reply: { prompt: { system: $instruction, user: "{{sentence}}" }, model: task, temperature: 0, max_tokens: 8 }
          mood: { code: $tidy, with: { reply: $reply } }
        output: $mood
        data:
          file: mood.jsonl
          map: { sentence: sentence, expected: mood }
          split: { train: 0.3, validation: 0.3, holdout: 0.4, seed: 5 }
        metrics:
          accuracy: { exact_match: $expected, feedback: "expected {{expected}}, got {{output}}" }
        objective: { maximize: accuracy }
        optimize: { optimizer: optoprime, steps: 3, minibatch: 5, siblings: 1 }
        gate: { metric: accuracy, alpha: 0.05 }

        """

    /// The same, told about each day by a step `facts`, which comes first and is given as its lines.
    static func yaml(told facts: String) -> String {
        let lines = facts.split(separator: "\n").map { "    \($0)\n" }.joined()
        return yaml.replacing("steps:\n", with: "steps:\n  facts:\n" + lines)
            .replacing(#"user: "{{sentence}}""#, with: #"user: "{{sentence}} {{facts}}""#)
    }

    static let tidy = """
        def tidy(reply: str) -> str:
            return reply.strip().lower()

        """

    static let data =
        (0..<60)
        .map {
            #"{"sentence": "Day \#($0) was \#($0 % 2 == 0 ? "bright and warm" : "wet and grey").", "mood": "\#($0 % 2 == 0 ? "sunny" : "rainy")"}"#
        }
        .joined(separator: "\n") + "\n"

    /// What becomes of a day on which the model is not well: it refuses the request, breaks each time it is asked, or
    /// declines to answer; nil for the other days.
    static func unwell(_ chat: TestChat) -> TestChatReply? {
        let words = chat.prompt.split(separator: " ")
        guard words.first == "Day", words.count > 1, let day = Int(words[1]) else { return nil }
        return switch day % 20 {
        case 3: .response(.json(#"{"error":{"message":"day \#(day) is not allowed"}}"#, status: 400))
        case 8: .response(.json(#"{"error":{"message":"day \#(day) broke"}}"#, status: 500))
        case 14: .text("I cannot say.", finish: "content_filter")
        default: nil
        }
    }

    static func install(in program: Program) throws {
        try program.write(yaml, to: "mood.yaml")
        try program.write(instruction + "\n", to: "prompts/mood.md")
        try program.write(tidy, to: "tidy.py")
        try program.write(data, to: "mood.jsonl")
    }

    /// The workflow in a folder of its own, its models answered by `server`.
    static func program(asking server: TestServer) throws -> Program {
        var program = try Program()
        try install(in: program)
        program.environment = [
            "OPTRACE_MODEL": "openai:small", "OPENAI_BASE_URL": "\(server.url)/v1", "OPENAI_API_KEY": "sk-x",
            "PYTHONDONTWRITEBYTECODE": "1",
        ]
        return program
    }

    /// Plays the task model, which chats until it is told the labels, and the optimizer, which finds that out.
    ///
    /// - Parameters:
    ///   - hold: What the reply to a request waits for.
    ///   - isUnwell: Whether it fails for the ``unwell`` days, for good.
    static func server(
        holding hold: @escaping @Sendable (TestChat) -> TestSignal? = { _ in nil }, isUnwell: Bool = false
    ) throws -> TestServer {
        try TestServer.chat(holding: hold) { chat in
            (isUnwell ? unwell(chat) : nil) ?? reply(to: chat)
        }
    }

    /// What the model says while it is well.
    static func reply(to chat: TestChat) -> TestChatReply {
        let system = chat.messages.first { $0.role == "system" }?.content ?? ""
        if !chat.prompt.hasPrefix("Day ") {
            return .text(#"{"reasoning": "The labels are missing.", "suggestion": {"instruction": "\#(better)"}}"#)
        }
        guard system.contains("sunny or rainy") else { return "What a day that must have been!" }
        return .text(chat.prompt.contains("bright") ? " Sunny\n" : "RAINY")
    }
}
