public import TraceGraph

/// A program of the protocol that could not be used, or that failed on an example.
public struct ProgramError: Error, Sendable, Hashable, CustomStringConvertible {
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Name: String {
            case programNotFound, programNotStarted, programSilent, protocolVersion, protocolViolation,
                parameterMismatch, programCrashed, programHung, programFailed, programClosed
        }

        private let name: Name

        /// The program is not there.
        public static let notFound = Code(name: .programNotFound)
        /// The program ended, or broke off, before it was ready for the first example.
        public static let notStarted = Code(name: .programNotStarted)
        /// The program runs but does not say that it speaks the protocol.
        public static let silent = Code(name: .programSilent)
        /// The program speaks a version of the protocol that this Optrace does not.
        public static let version = Code(name: .protocolVersion)
        /// What came over the protocol's pipe is no message, or one that makes no sense.
        public static let violation = Code(name: .protocolViolation)
        /// The workflow file and the program do not agree on a parameter.
        public static let parameters = Code(name: .parameterMismatch)
        /// The program ended while it worked on this example alone.
        public static let crashed = Code(name: .programCrashed)
        /// The program did not answer in time and was killed.
        public static let hung = Code(name: .programHung)
        /// The program reported a failure; ``ProgramError/typeName`` is what it calls it.
        public static let failed = Code(name: .programFailed)
        /// The program was closed with the session.
        public static let closed = Code(name: .programClosed)

        public var description: String { name.rawValue }
    }

    public let code: Code
    /// What happened, and what to do next where that is not plain; for ``Code/failed`` the program's own message.
    public let message: String
    /// The type of the exception, when the program reported one.
    public let typeName: String?
    /// The source with the failing line marked, or the end of what the program had printed.
    public let detail: String?

    public init(_ code: Code, _ message: String, typeName: String? = nil, detail: String? = nil) {
        self.code = code
        self.message = message
        self.typeName = typeName
        self.detail = detail
    }

    public var description: String { typeName.map { message.isEmpty ? $0 : "\($0): \(message)" } ?? message }

    /// Whether the program itself cannot be used, whatever the example.
    var concernsProgram: Bool {
        [.notFound, .notStarted, .silent, .version, .parameters, .closed].contains(code)
    }
}

extension ProgramError: NamedFailure {
    public var failureName: String { typeName ?? code.description }
    public var failureMessage: String { message }
    public var failureDetail: String? { detail }
}
