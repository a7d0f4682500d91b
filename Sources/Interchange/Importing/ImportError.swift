/// A file of another tool that cannot be read as a trace.
public struct ImportError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        /// The bytes are not in the format.
        case unreadable
        /// The format is read, but there is nothing in it to import.
        case empty
        /// What the content says contradicts itself, such as an input that is nowhere.
        case contradictory
    }

    public let code: Code
    /// What is wrong, where, and what would be right.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
