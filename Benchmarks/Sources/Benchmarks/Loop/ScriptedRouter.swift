import Optrace
import Synchronization

/// Answers both for the task and for the optimizer, by rule, and counts how often it was asked.
///
/// The optimizer's reply raises the version in the instruction; the task's is right about more messages the higher the
/// version. So a run has steps that gain and steps that do not, as real ones do.
final class ScriptedRouter: LanguageModel {
    static let task = ModelName(provider: "scripted", model: "task")
    static let optimizer = ModelName(provider: "scripted", model: "optimizer")

    private let asked = Mutex(0)

    var requests: Int { asked.withLock { $0 } }

    func reply(to request: ChatRequest) async throws -> ChatReply {
        asked.withLock { $0 += 1 }
        let prompt = request.messages.map(\.content).joined(separator: "\n")
        let version = Self.version(in: prompt)
        let text =
            request.model == Self.task
            ? Self.queue(for: prompt, version: version)
            : #"{"reasoning": "Say more.", "suggestion": {"instruction": "Version \#(version + 1). Route the message."}}"#
        return ChatReply(
            text: text, usage: Usage(calls: 1, promptTokens: prompt.utf8.count / 4, completionTokens: 4),
            servedBy: request.model.description)
    }

    /// The highest number after the word.
    private static func version(in prompt: String) -> Int {
        prompt.split(separator: "Version ").compactMap { Int($0.prefix { $0.isNumber }) }.max() ?? 0
    }

    private static func queue(for prompt: String, version: Int) -> String {
        let digits = prompt.split(separator: ":").first?.reversed().prefix { $0.isNumber } ?? []
        let number = Int(String(digits.reversed())) ?? 0
        let isRight = number * 7 % 20 < 6 + 2 * version
        return Routing.queues[(number + (isRight ? 0 : 1)) % Routing.queues.count]
    }
}
