/// An optimizer that cannot be made as it was asked for.
public struct OptimizerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Code: Sendable, Hashable {
        /// No optimizer is registered under that name.
        case unknownOptimizer
        /// An option that does not exist or has a value it cannot have.
        case badOption
        /// A state that is not one of this optimizer's.
        case badState
    }

    /// What went wrong.
    public let code: Code
    /// What is wrong and what would be right.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
