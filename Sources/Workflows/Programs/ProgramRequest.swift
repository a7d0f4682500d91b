import LanguageModels
import TraceGraph

/// What is asked of a program: one example under one candidate.
struct ProgramRequest: Sendable {
    var inputs: Fields
    /// Values of the parameters the workflow file lists; the program keeps its own for the others.
    var parameters: Fields
    var repetition: Int

    /// The message that starts it as run number `run`.
    func line(run: Int) -> [UInt8] {
        Self.line([
            "type": "run", "run": .integer(run), "inputs": .object(inputs), "parameters": .object(parameters),
            "repetition": .integer(repetition),
        ])
    }

    static func cancel(run: Int) -> [UInt8] { line(["type": "cancel", "run": .integer(run)]) }

    /// The answer to a call: what the model replied, or why it did not.
    static func answer(run: Int, call: Int, _ reply: Result<ChatReply, any Error>) -> [UInt8] {
        switch reply {
        case .success(let reply):
            let usage = reply.usage
            let finish =
                switch reply.finish {
                case .stop: "stop"
                case .length: "length"
                case .refusal: "refusal"
                case .other(let word): word
                }
            return line([
                "type": "reply", "run": .integer(run), "call": .integer(call), "text": .text(reply.text),
                "finish": .text(finish),
                "usage": [
                    "prompt_tokens": .integer(usage.promptTokens),
                    "completion_tokens": .integer(usage.completionTokens),
                    "cost": usage.cost.map(Value.number) ?? .null,
                ],
            ])
        case .failure(let error):
            let name = (error as? any NamedFailure)?.failureName ?? String(describing: Swift.type(of: error))
            return line([
                "type": "reply", "run": .integer(run), "call": .integer(call),
                "error": ["type": .text(name), "message": .text("\(error)")],
            ])
        }
    }

    private static func line(_ message: Value) -> [UInt8] { Array(message.json.utf8) + [0x0A] }
}
