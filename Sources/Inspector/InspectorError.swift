/// Something the inspector cannot do; the message says what to do instead.
public struct InspectorError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        /// The port is taken, or may not be used.
        case cannotListen
        /// A request that makes no sense.
        case badRequest
        /// What was asked for is not there.
        case notFound
        /// What was asked for is not offered here.
        case unavailable
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
