import LanguageModels
import Synchronization
import TraceGraph

/// A model that answers by a rule and remembers what it was asked.
final class ScriptedReplies: LanguageModel {
    private let rule: @Sendable (ChatRequest) throws -> ChatReply
    private let asked = Mutex<[ChatRequest]>([])

    init(_ rule: @escaping @Sendable (ChatRequest) throws -> ChatReply) { self.rule = rule }

    /// Answers every request with the same text.
    convenience init(_ text: String, finish: ChatReply.Finish = .stop) {
        self.init { _ in
            ChatReply(text: text, finish: finish, usage: Usage(calls: 1, promptTokens: 3, completionTokens: 2))
        }
    }

    var requests: [ChatRequest] { asked.withLock { $0 } }

    func reply(to request: ChatRequest) async throws -> ChatReply {
        asked.withLock { $0.append(request) }
        return try rule(request)
    }
}

/// Two tasks that meet: each waits until the other has come.
actor Meeting {
    private var waiting: CheckedContinuation<Void, Never>?

    func meet() async {
        if let waiting {
            self.waiting = nil
            waiting.resume()
        } else {
            await withCheckedContinuation { waiting = $0 }
        }
    }
}

/// A model whose replies only come once two requests are under way at the same time.
struct MeetingModel: LanguageModel {
    let meeting = Meeting()

    func reply(to request: ChatRequest) async throws -> ChatReply {
        await meeting.meet()
        return ChatReply(text: request.messages.last?.content ?? "")
    }
}
