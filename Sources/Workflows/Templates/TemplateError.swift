/// A template that cannot be read or filled, with the place in its text where that shows.
public struct TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Code: Sendable, Hashable {
        /// The text is not a template: a tag or a section is not closed, or what stands in a tag is no name.
        case malformed
        /// A name that nothing is known under.
        case unknownName
    }

    public let code: Code
    /// What was found, and what was expected.
    public let message: String
    /// 1-based line in the template's text.
    public let line: Int
    /// 1-based column in the template's text, in Unicode scalars.
    public let column: Int

    public init(_ code: Code, _ message: String, line: Int, column: Int) {
        self.code = code
        self.message = message
        self.line = line
        self.column = column
    }

    public var description: String { "line \(line), column \(column): \(message)" }
}
