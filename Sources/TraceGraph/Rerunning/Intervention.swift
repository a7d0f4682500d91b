/// What is done to a workflow that runs again on an earlier trace.
///
/// Causal in the sense of Pearl's do-operator: a node is given a value, whatever its operation would have made of its
/// inputs; everything before it is as it was, everything after it follows from it.
public struct Intervention: Sendable, Hashable {
    /// Other values for operations of the earlier trace, its failures among them, whatever their inputs are now. Where they
    /// are other ones, the operation is known by its node's name: it is the how manieth of its base.
    public var settings: [NodeID: Value]
    /// Operations to run again though nothing changed, with all that follows from them: for another sample.
    public var anew: Set<NodeID>
    /// Texts put behind the prompts of nodes that ask a model, for this run only, by the base of the nodes' names.
    ///
    /// A node that takes one reads it as a root of its own, called after the node: see ``Traced/hint(for:)``. A node with
    /// a hint it did not have before runs, and so does all that follows from it.
    public var hints: [String: String]

    /// The bases of nodes whose operations are not what they were: none of them answers.
    public var outdated: Set<String>

    public init(
        settings: [NodeID: Value] = [:], anew: Set<NodeID> = [], hints: [String: String] = [:],
        outdated: Set<String> = []
    ) {
        self.settings = settings
        self.anew = anew
        self.hints = hints
        self.outdated = outdated
    }

    /// Nothing: what does not change for another reason is answered.
    public static let none = Intervention()

    /// - Throws: ``TraceError`` with code `foreignNode` when a node is not in `trace`, `notAnOperation` when it is a root.
    func check(against trace: Trace) throws(TraceError) {
        for node in Array(settings.keys) + anew {
            try trace.check(node)
            guard trace[node].operation != nil else {
                throw TraceError(
                    .notAnOperation,
                    "\(trace[node].name) is no operation: give the workflow another input, or the candidate another value"
                )
            }
        }
    }
}
