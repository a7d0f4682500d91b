/// What carries HTTP requests to a server and the answers back. Knows nothing of models.
///
/// Any status is an answer, errors and redirects included; only a transfer that fails throws.
public protocol HTTPTransport: Sendable {
    /// Sends `request` and returns the whole answer.
    ///
    /// - Throws: ``ModelError`` with code `unreachable`, `timeout`, `interrupted`, `unreadableReply` (body larger than
    ///   the request allows, or not HTTP); `CancellationError` when the task is cancelled, after the transfer was
    ///   closed.
    func send(_ request: TransportRequest) async throws -> TransportResponse

    /// Sends `request` and returns as soon as the head of the answer is there; the body is read as it arrives, no
    /// faster than the reader asks for it.
    ///
    /// - Throws: As ``send(_:)``; what fails after the head is thrown by the body.
    func stream(_ request: TransportRequest) async throws -> TransportStream
}
