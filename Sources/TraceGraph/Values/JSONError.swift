/// A text that is not the JSON it should be, with the place where that shows.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was found wrong, and what was expected.
    public let message: String
    /// Bytes from the start of the text.
    public let offset: Int
    /// 1-based line.
    public let line: Int
    /// 1-based column, in bytes.
    public let column: Int

    public var description: String { "line \(line), column \(column): \(message)" }
}
