/// One thing that is wrong, or doubtful, in a workflow file.
public struct WorkflowProblem: Sendable, Hashable, CustomStringConvertible {
    public enum Severity: String, Sendable, Hashable {
        /// The workflow cannot be used.
        case error
        /// The workflow can be used, but probably is not what was meant.
        case warning
    }

    public var severity: Severity
    public var location: FileLocation
    /// What was found, and what was expected.
    public var message: String

    public init(_ severity: Severity, at location: FileLocation, _ message: String) {
        self.severity = severity
        self.location = location
        self.message = message
    }

    /// `file:line:column: what, and what was expected`; warnings say that they are.
    public var description: String {
        severity == .error ? "\(location): \(message)" : "\(location): warning: \(message)"
    }
}

/// Everything that is wrong with a workflow file.
public struct WorkflowFileError: Error, Sendable, CustomStringConvertible {
    /// In the order of their places, those in the workflow file itself first; at least one is an error.
    public let problems: [WorkflowProblem]

    public init(_ problems: [WorkflowProblem]) {
        self.problems = problems
    }

    /// One problem a line.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
