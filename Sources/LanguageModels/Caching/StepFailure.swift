public import TraceGraph

/// How a step of a workflow failed that might as well have gone well: a server did not answer, time ran out.
public struct StepFailure: NamedFailure, Hashable, Sendable, CustomStringConvertible {
    public let failureName: String
    public let failureMessage: String
    public let failureDetail: String?
    /// What it had asked of models by then, in the words of the step: who meets the failure again has the replies counted,
    /// which are kept, as they were.
    public let asked: [Value]

    /// A failure that is shown as `(name) message`, its detail on the lines that follow.
    public init(name: String, message: String, detail: String?, asked: [Value] = []) {
        self.failureName = name
        self.failureMessage = message
        self.failureDetail = detail
        self.asked = asked
    }

    /// What a trace shows of `error`.
    public init(_ error: any NamedFailure, asked: [Value] = []) {
        self.init(
            name: error.failureName, message: error.failureMessage, detail: error.failureDetail, asked: asked)
    }

    public var description: String { failureMessage }
}
