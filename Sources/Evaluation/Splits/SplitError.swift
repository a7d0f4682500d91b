/// A split that cannot be made from these examples.
public struct SplitError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, in a form to be told apart by programs.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Name: String {
            case impossibleSizes, tooFewExamples, unknownPart, missingColumn
        }

        private let name: Name

        /// A fraction or count is negative, or the fractions add up to more than 1.
        public static let impossibleSizes = Code(name: .impossibleSizes)
        /// The counts ask for more examples than there are.
        public static let tooFewExamples = Code(name: .tooFewExamples)
        /// A split column names something else than train, validation or holdout.
        public static let unknownPart = Code(name: .unknownPart)
        /// Examples lack the split column.
        public static let missingColumn = Code(name: .missingColumn)

        public var description: String { name.rawValue }
    }

    /// What went wrong.
    public let code: Code
    /// What happened and what to do next.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}

extension SplitError.Code {
    /// Matches by code: `catch SplitError.Code.tooFewExamples`.
    public static func ~= (code: SplitError.Code, error: any Error) -> Bool { (error as? SplitError)?.code == code }
}
