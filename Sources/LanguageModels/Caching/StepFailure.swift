public import TraceGraph

/// How a step of a workflow failed that might as well have gone well: a server did not answer, time ran out.
public struct StepFailure: NamedFailure, Hashable, Sendable, CustomStringConvertible {
    public let failureName: String
    public let failureMessage: String
    public let failureDetail: String?

    /// A failure that is shown as `(name) message`, its detail on the lines that follow.
    public init(name: String, message: String, detail: String?) {
        self.failureName = name
        self.failureMessage = message
        self.failureDetail = detail
    }

    /// What a trace shows of `error`.
    public init(_ error: any NamedFailure) {
        self.init(name: error.failureName, message: error.failureMessage, detail: error.failureDetail)
    }

    public var description: String { failureMessage }
}
