import Evaluation
import LanguageModels
import TraceGraph

/// Asks the step's model on behalf of an optimizer and writes down what came of it.
///
/// A question that recurs is an independent repeat. A call that fails without ending the run leaves a note and no reply.
struct Inquiry: Sendable {
    let context: ProposalContext
    var asked: AskedQuestions

    /// One question.
    struct Question: Sendable {
        var messages: [ChatMessage]
        var format: ChatRequest.ReplyFormat = .text
        var temperature: Double
        var maximumTokens: Int
        var wantsLogProbabilities = false
        /// What the question is about, for the notes.
        var label: String
    }

    init(_ context: ProposalContext, asked: AskedQuestions) {
        self.context = context
        self.asked = asked
    }

    /// - Throws: ``ModelError`` when it ``ModelError/endsRun``; `CancellationError`.
    mutating func reply(to question: Question) async throws -> ChatReply? {
        try await replies(to: [question])[0]
    }

    /// All at once; the replies in the order of the questions, whichever comes first.
    ///
    /// - Throws: As ``reply(to:)``, once every call has ended: those under way are paid for.
    mutating func replies(to questions: [Question]) async throws -> [ChatReply?] {
        let requests = questions.map { question in
            var request = ChatRequest(
                model: context.modelName, messages: question.messages, temperature: question.temperature,
                maximumTokens: question.maximumTokens, format: question.format,
                wantsLogProbabilities: question.wantsLogProbabilities)
            request.repetition = asked.repetition(of: "\(request.key)")
            return request
        }
        let outcomes = await Self.outcomes(of: requests, from: context.model)
        var replies: [ChatReply?] = []
        for (question, outcome) in zip(questions, outcomes) {
            switch outcome {
            case .success(let reply):
                let usage = reply.usage
                context.report(
                    OptimizerNote(
                        .asked,
                        "\(question.label): \(usage.promptTokens) tokens asked, \(usage.completionTokens) answered",
                        completion: reply.completion))
                if reply.finish == .length {
                    context.report(
                        OptimizerNote(
                            .cut, "\(question.label): the reply was cut off at its limit", completion: reply.completion)
                    )
                }
                replies.append(reply)
            case .failure(let error):
                guard let error = error as? ModelError, !error.endsRun else { throw error }
                context.report(
                    OptimizerNote(
                        .remark, "\(question.label): the model did not answer (\(error.code)): \(error.message)"))
                replies.append(nil)
            }
        }
        return replies
    }

    private static func outcomes(
        of requests: [ChatRequest], from model: any LanguageModel
    ) async -> [Result<ChatReply, any Error>] {
        await withTaskGroup(of: (Int, Result<ChatReply, any Error>).self) { group in
            for (place, request) in requests.enumerated() {
                group.addTask { (place, await outcome(of: request, from: model)) }
            }
            var outcomes: [Int: Result<ChatReply, any Error>] = [:]
            for await (place, outcome) in group { outcomes[place] = outcome }
            return requests.indices.map { outcomes[$0] ?? .failure(CancellationError()) }
        }
    }

    /// Without the schema where the endpoint refuses it.
    private static func outcome(
        of request: ChatRequest, from model: any LanguageModel
    ) async -> Result<ChatReply, any Error> {
        do {
            return .success(try await model.reply(to: request))
        } catch let error as ModelError where error.code == .badRequest && request.format != .text {
            var plain = request
            plain.format = .text
            do {
                return .success(try await model.reply(to: plain))
            } catch {
                return .failure(error)
            }
        } catch {
            return .failure(error)
        }
    }
}
