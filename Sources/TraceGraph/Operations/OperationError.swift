/// What a recorded operation could not do.
///
/// Operators and methods on ``Traced`` throw where the plain ones would stop the program: the failure is recorded as a
/// node with its inputs as parents, and the workflow may catch it or end with it.
public struct OperationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Code: Sendable, Hashable, CaseIterable {
        /// A result that the type of number cannot hold.
        case overflow
        /// A whole number divided by zero.
        case divisionByZero
        /// A position that is not in the list or the text.
        case outOfRange
        /// A field, or the value of an optional, that is not there.
        case missing
        /// A list that is unpacked into another number of parts than it has elements.
        case wrongCount
        /// A text that is not what it was read as, or a value of another kind.
        case wrongKind
        /// An argument that the operation has no meaning for.
        case invalidArgument
    }

    /// What went wrong.
    public let code: Code
    /// What happened, without any text of the workflow.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
