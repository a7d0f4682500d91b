/// The body of an answer, in pieces of whatever size they arrived.
///
/// Read by one task, once. Nothing more is taken from the connection than the reader asks for, up to a small buffer;
/// letting go of the body before its end closes the transfer.
public struct TransportBody: AsyncSequence, Sendable {
    private let produce: @Sendable () async throws -> [UInt8]?

    /// - Parameter next: The next piece, never empty; nil at the end.
    public init(next: @escaping @Sendable () async throws -> [UInt8]?) {
        produce = next
    }

    /// The next piece; nil at the end.
    ///
    /// - Throws: ``ModelError`` when the transfer fails; `CancellationError` when the task is cancelled.
    public func next() async throws -> [UInt8]? { try await produce() }

    /// Hands on the body as it comes.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let body: TransportBody

        public func next() async throws -> [UInt8]? { try await body.next() }
    }

    /// A body is read once.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self) }
}
