/// How long each part of a transfer may take.
public struct TransferTimeouts: Sendable, Hashable {
    /// From looking up the host to a connection ready for use, TLS included. Default 10 s.
    public var connect: Duration
    /// From sending the request to the first byte of the answer. Default 5 min: a model may think long.
    public var firstByte: Duration
    /// Between two pieces of the answer; the time in which the reader does not ask is not counted. Default 60 s.
    public var idle: Duration
    /// From the call to the end of the answer, waiting for a free connection included. Default 10 min.
    public var total: Duration

    public init(
        connect: Duration = .seconds(10), firstByte: Duration = .seconds(300), idle: Duration = .seconds(60),
        total: Duration = .seconds(600)
    ) {
        self.connect = connect
        self.firstByte = firstByte
        self.idle = idle
        self.total = total
    }

    /// The defaults, none of them longer than `longest`, which is the total.
    public init(longest: Duration) {
        self.init()
        connect = min(connect, longest)
        firstByte = min(firstByte, longest)
        idle = min(idle, longest)
        total = longest
    }
}
