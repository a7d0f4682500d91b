/// A score that could not be had. The example counts as not scored, which is not the same as scored 0.
public struct MetricError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, in a form to be told apart by programs.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Name: String {
            case missingField, unusableExpectation, invalidPattern, unreadableJudgement, unknownCost
        }

        private let name: Name

        /// The example lacks a field the metric compares with.
        public static let missingField = Code(name: .missingField)
        /// What the example says is expected is not of the kind the metric compares, such as a text for a number.
        public static let unusableExpectation = Code(name: .unusableExpectation)
        /// The regular expression cannot be read.
        public static let invalidPattern = Code(name: .invalidPattern)
        /// The judge's reply was cut off, refused or unreadable, twice.
        public static let unreadableJudgement = Code(name: .unreadableJudgement)
        /// A model's price is unknown, so the cost is too.
        public static let unknownCost = Code(name: .unknownCost)

        public var description: String { name.rawValue }
    }

    /// What went wrong.
    public let code: Code
    /// What happened and what to do next.
    public let message: String
    /// The metric's name.
    public let metric: String
    /// The example's id.
    public let example: String
    /// What it was caused by; nil for what the metric found out itself.
    public let underlyingError: (any Error)?

    public init(
        _ code: Code, _ message: String, metric: String, example: String, underlyingError: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.metric = metric
        self.example = example
        self.underlyingError = underlyingError
    }

    public var description: String { "\(metric), example \(example): \(message)" }
}

extension MetricError.Code {
    /// Matches by code: `catch MetricError.Code.missingField`.
    public static func ~= (code: MetricError.Code, error: any Error) -> Bool { (error as? MetricError)?.code == code }
}
