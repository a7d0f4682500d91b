/// A function that could not be checked or called, or that failed.
public struct CodeError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, as far as it decides what to do next.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Name: String {
            case noSandbox, noInterpreter, startFailed, unsupportedLanguage, badSignature, wrongArguments, syntax,
                missingEntry, wrongParameters, raised, badResult, timeout, processorTime, exited, tooMuchOutput,
                protocolViolation, closed
        }

        private let name: Name

        /// There is no working sandbox, and the code may not run without one.
        public static let noSandbox = Code(name: .noSandbox)
        /// The language's interpreter was not found or does not work.
        public static let noInterpreter = Code(name: .noInterpreter)
        /// A child could not be started.
        public static let startFailed = Code(name: .startFailed)
        /// The runtime does not run that language.
        public static let unsupportedLanguage = Code(name: .unsupportedLanguage)
        /// An entry signature cannot be read.
        public static let badSignature = Code(name: .badSignature)
        /// The arguments do not fit the entry signature, or cannot be passed.
        public static let wrongArguments = Code(name: .wrongArguments)
        /// The source does not parse.
        public static let syntax = Code(name: .syntax)
        /// The source does not define the entry point.
        public static let missingEntry = Code(name: .missingEntry)
        /// The entry point's parameters do not fit its signature.
        public static let wrongParameters = Code(name: .wrongParameters)
        /// The code raised an exception; ``CodeError/typeName`` is its type.
        public static let raised = Code(name: .raised)
        /// The result is not a value JSON can hold.
        public static let badResult = Code(name: .badResult)
        /// The call took longer than its wall-clock limit and was killed.
        public static let timeout = Code(name: .timeout)
        /// The call used more CPU time than its limit and was killed.
        public static let processorTime = Code(name: .processorTime)
        /// The code ended its own process, or was killed by a signal.
        public static let exited = Code(name: .exited)
        /// The code printed more than its limit and was killed.
        public static let tooMuchOutput = Code(name: .tooMuchOutput)
        /// What came back is not a reply: the code wrote into the channel; its child was killed.
        public static let protocolViolation = Code(name: .protocolViolation)
        /// The runtime was closed.
        public static let closed = Code(name: .closed)

        public var description: String { name.rawValue }
    }

    public let code: Code
    /// What happened, and what to do next where that is not plain. For ``Code/raised`` the exception's own message,
    /// which may be empty.
    public let message: String
    /// The exception's type as the language names it, when the code raised one.
    public let typeName: String?
    /// The failing line of the source, 1-based, when it is known.
    public let line: Int?
    /// The source with the failing line marked, when the line is known.
    public let markedSource: String?
    /// What the code had printed, up to ``CodeLimits/keptOutputBytes``.
    public let printed: String

    public init(
        _ code: Code, _ message: String, typeName: String? = nil, line: Int? = nil, markedSource: String? = nil,
        printed: String = ""
    ) {
        self.code = code
        self.message = message
        self.typeName = typeName
        self.line = line
        self.markedSource = markedSource
        self.printed = printed
    }

    public var description: String {
        let place = line.map { " (line \($0))" } ?? ""
        let name = typeName.map { message.isEmpty ? $0 : "\($0): " } ?? ""
        return name + message + place
    }
}

extension CodeError {
    /// The refusal to give code parameters that a model may have written to a program, which runs outside of any sandbox.
    init(handing parameters: [String], toProgramOf step: String) {
        self.init(
            .noSandbox,
            "Code cannot be run safely: the program of step '\(step)' is given \(parameters.joined(separator: ", ")) and "
                + "runs outside of any sandbox. Use a code step instead; or pass --allow-unsandboxed to run it with your "
                + "own rights.")
    }
}

extension CodeError.Code {
    /// Matches by code: `catch CodeError.Code.timeout`.
    public static func ~= (code: CodeError.Code, error: any Error) -> Bool { (error as? CodeError)?.code == code }
}

extension CodeError {
    /// What a trace calls the failure: the exception's type, or this error's code.
    public var failureName: String { typeName ?? code.description }
    /// What a trace says about it; may be empty.
    public var failureMessage: String { message }
    /// The source with the failing line marked, when the line is known.
    public var failureDetail: String? { markedSource }

    /// Whether the source itself is to blame, so that another source may do better; false when the surroundings are.
    public var blamesCode: Bool {
        ![.noSandbox, .noInterpreter, .startFailed, .unsupportedLanguage, .badSignature, .wrongArguments, .closed]
            .contains(code)
    }
}
