import LanguageModels
import TraceGraph

/// The model behind a judge: asked, and asked once more when the answer cannot be used.
struct JudgeModel: Sendable {
    let model: any LanguageModel
    let name: ModelName
    /// The metric it judges for.
    let metric: String

    /// The answer to `request`, with what it took.
    ///
    /// A reply that is cut off, refused or unreadable is asked for once more, showing the judge what was wrong.
    ///
    /// - Parameters:
    ///   - instruction: How to answer, for the second time.
    ///   - example: The example that is judged.
    ///   - read: Reads a reply.
    /// - Throws: ``MetricError/Code/unreadableJudgement``; whatever the model throws.
    func answer<Answer>(
        _ request: ChatRequest, instruction: String, example: String,
        read: (ChatReply) -> Result<Answer, Judgement.Fault>
    ) async throws -> (answer: Answer, usage: Usage) {
        let first = try await reply(to: request)
        let fault: String
        switch read(first) {
        case .success(let answer): return (answer, first.usage)
        case .failure(let found): fault = found.reason
        }
        var request = request
        if !first.text.isEmpty, first.finish != .length { request.messages.append(.assistant(first.text)) }
        request.messages.append(.user("Your answer could not be used: \(fault). \(instruction) Keep it short."))
        let second = try await reply(to: request)
        switch read(second) {
        case .success(let answer): return (answer, first.usage + second.usage)
        case .failure(let found):
            throw MetricError(
                .unreadableJudgement,
                "the judge \(name) gave no usable answer, asked twice: \(found.reason); raise its token limit or "
                    + "take another model",
                metric: metric, example: example)
        }
    }

    private func reply(to request: ChatRequest) async throws -> ChatReply {
        let reply = try await model.reply(to: request)
        MetricCall.note(reply, of: name)
        return reply
    }
}
