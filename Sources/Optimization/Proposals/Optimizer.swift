public import TraceGraph

/// A method that turns observed executions into new values for parameters.
public protocol Optimizer: Sendable {
    /// The name it is registered under.
    static var name: String { get }

    /// The kinds of parameters it can change.
    static var kinds: Set<ParameterKind> { get }

    /// The options it can be given; none unless declared.
    static var options: [OptimizerOption] { get }

    /// Proposals for the next step, from what has been observed so far.
    ///
    /// - Throws: What ends the run, such as an exhausted budget; a reply that is no use is no error but a note in
    ///   ``ProposalContext/report``.
    mutating func propose(_ context: ProposalContext) async throws -> [Proposal]

    /// Scores and fate of what was tried.
    mutating func observe(_ trials: [Trial])

    /// Everything needed to go on exactly here after a restart.
    var state: OptimizerState { get }
}

extension Optimizer {
    public static var options: [OptimizerOption] { [] }
}

/// What an optimizer has to keep to go on after a restart, in a form of its own.
public struct OptimizerState: Sendable, Hashable, Codable {
    public var optimizer: String
    public var content: Value

    public init(optimizer: String, content: Value) {
        self.optimizer = optimizer
        self.content = content
    }
}
