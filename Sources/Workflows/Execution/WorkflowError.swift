public import TraceGraph

/// A workflow that cannot be made ready, or a run of it that cannot go on.
public struct WorkflowError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Name: String {
            case noRuntime, missingInput, wrongInput, missingField, wrongSetting, refused, commandFailed,
                commandNotFound, commandTimeout, unreadableOutput, tooMuchOutput, noData, givenUp, serverRefused,
                serverUnreachable, stepTimeout, schemaMismatch, noSteps
        }

        private let name: Name

        /// The workflow calls code of a language that no runtime was given for.
        public static let noRuntime = Code(name: .noRuntime)
        /// An example lacks an input.
        public static let missingInput = Code(name: .missingInput)
        /// An example's input is of the wrong type.
        public static let wrongInput = Code(name: .wrongInput)
        /// A reference names a field that the value does not have.
        public static let missingField = Code(name: .missingField)
        /// A setting of a step has a value it cannot have.
        public static let wrongSetting = Code(name: .wrongSetting)
        /// The model declined to answer.
        public static let refused = Code(name: .refused)
        /// A program ended with a status other than 0.
        public static let commandFailed = Code(name: .commandFailed)
        /// A program is not there.
        public static let commandNotFound = Code(name: .commandNotFound)
        /// A program took too long and was killed.
        public static let commandTimeout = Code(name: .commandTimeout)
        /// A program's output is not what the step says it is.
        public static let unreadableOutput = Code(name: .unreadableOutput)
        /// A program wrote more than a step may keep.
        public static let tooMuchOutput = Code(name: .tooMuchOutput)
        /// A server that a step asks answered with a status other than 2xx.
        public static let serverRefused = Code(name: .serverRefused)
        /// A server that a step asks cannot be reached, or does not answer in time.
        public static let serverUnreachable = Code(name: .serverUnreachable)
        /// A step took longer than it may.
        public static let stepTimeout = Code(name: .stepTimeout)
        /// A step's result does not fit its schema.
        public static let schemaMismatch = Code(name: .schemaMismatch)
        /// The execution was given up: it was as good as certain to fail.
        public static let givenUp = Code(name: .givenUp)
        /// The workflow file says how to read what was recorded elsewhere, and has nothing to run.
        public static let noSteps = Code(name: .noSteps)
        /// The workflow file names no data.
        public static let noData = Code(name: .noData)

        public var description: String { name.rawValue }
    }

    public let code: Code
    /// What happened, and what to do next where that is not plain.
    public let message: String
    /// More for whoever has to mend it, such as the end of what a program wrote to its error output.
    public let detail: String?

    public init(_ code: Code, _ message: String, detail: String? = nil) {
        self.code = code
        self.message = message
        self.detail = detail
    }

    public var description: String { message }
}

extension WorkflowError.Code {
    /// Matches by code: `catch WorkflowError.Code.missingInput`.
    public static func ~= (code: WorkflowError.Code, error: any Error) -> Bool {
        (error as? WorkflowError)?.code == code
    }
}

extension WorkflowError: NamedFailure {
    public var failureName: String { code.description }
    public var failureMessage: String { message }
    public var failureDetail: String? { detail }
}

extension TemplateError: NamedFailure {
    public var failureName: String { code == .malformed ? "malformedTemplate" : "unknownPlaceholder" }
    public var failureMessage: String { description }
    public var failureDetail: String? { nil }
}

extension CodeError: NamedFailure {}
