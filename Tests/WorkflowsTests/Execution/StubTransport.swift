import HTTPTypes
import LanguageModels
import Synchronization

/// Remembers what was sent, and answers by a rule.
final class StubTransport: HTTPTransport {
    private let sent = Mutex<[TransportRequest]>([])
    private let answer: @Sendable (TransportRequest, Int) -> (status: Int, body: String)

    /// - Parameter answer: Given the request and its number, from 1.
    init(answering answer: @escaping @Sendable (TransportRequest, Int) -> (status: Int, body: String)) {
        self.answer = answer
    }

    convenience init(_ answer: @escaping @Sendable (Int) -> (status: Int, body: String)) {
        self.init(answering: { _, number in answer(number) })
    }

    var requests: [TransportRequest] { sent.withLock { $0 } }

    func send(_ request: TransportRequest) async throws -> TransportResponse {
        let number = sent.withLock { sent in
            sent.append(request)
            return sent.count
        }
        let (status, body) = answer(request, number)
        return TransportResponse(head: HTTPResponse(status: .init(code: status)), body: Array(body.utf8))
    }

    func stream(_ request: TransportRequest) async throws -> TransportStream {
        throw ModelError(.badRequest, "not here")
    }
}
