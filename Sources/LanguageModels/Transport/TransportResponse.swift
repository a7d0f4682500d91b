public import HTTPTypes

/// A whole HTTP answer.
public struct TransportResponse: Sendable, Hashable {
    /// Status and header fields.
    public var head: HTTPResponse
    /// Decompressed.
    public var body: [UInt8]
    /// From the first byte sent to the last received, nanoseconds.
    public var duration: Int64

    public init(head: HTTPResponse, body: [UInt8] = [], duration: Int64 = 0) {
        self.head = head
        self.body = body
        self.duration = duration
    }
}

/// An HTTP answer whose body is still arriving.
public struct TransportStream: Sendable {
    /// Status and header fields.
    public var head: HTTPResponse
    /// The content, as it comes.
    public var body: TransportBody

    public init(head: HTTPResponse, body: TransportBody) {
        self.head = head
        self.body = body
    }
}
