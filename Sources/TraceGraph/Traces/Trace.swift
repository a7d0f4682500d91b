/// One recorded execution: its graph, how it ended, the model calls made in it, and what was said about its outputs.
///
/// An immutable value: asking twice gives the same answer, nothing is consumed.
public struct Trace: Sendable {
    /// How an execution ended.
    public enum Outcome: Sendable, Hashable {
        /// With this node as the output.
        case completed(NodeID)
        /// At this failure node.
        case failed(NodeID)
        /// Its task was cancelled; everything up to then is kept.
        case cancelled

        /// The outcome in one word.
        public var name: String {
            switch self {
            case .completed: "completed"
            case .failed: "failed"
            case .cancelled: "cancelled"
            }
        }
    }

    let storage: TraceStorage
    /// The candidate whose values the parameters had.
    public let candidate: Candidate
    /// How the execution ended.
    public let outcome: Outcome
    /// What was thrown when the execution failed; nil for a trace that was read back, which keeps only its failure node.
    public let error: (any Error)?
    /// Nanoseconds from start to end.
    public let duration: Int64
    /// The model calls, in the order they were made.
    public let calls: [ModelCall]
    /// The nodes that an earlier trace answered instead of their operations being run, with the nodes of that trace.
    public var reused: [NodeID: NodeID] = [:]
    /// The operations whose results came from a cache instead of their being run.
    public var cached: Set<NodeID> = []
    /// What decided the operations beside their inputs, by the base of their nodes' names: digests of sources, texts and
    /// settings that the graph does not show. Empty where nobody said.
    public var versions: [String: String] = [:]
    /// In the order it was given; nothing is merged.
    public internal(set) var feedback: [Feedback] = []

    /// A trace put together from its parts, as a store or an importer has them.
    ///
    /// - Throws: ``TraceError`` when an input, an operation, a scope, an outcome, a call or a parameter names something
    ///   that is not there, an input does not come before its node, or two nodes have the same name.
    /// - Complexity: O(nodes + edges).
    public init(
        nodes: [NodeDraft], operations: [Operation], scopes: [Scope] = [],
        parameters: [NodeID: ParameterDefinition] = [:], candidate: Candidate, outcome: Outcome, duration: Int64,
        calls: [ModelCall] = [], feedback: [Feedback] = [], hiddenInputs: [HiddenInput] = []
    ) throws(TraceError) {
        self.storage = TraceStorage(
            try NodeColumns(
                checking: nodes, operations: operations, scopes: scopes, parameters: parameters,
                hiddenInputs: hiddenInputs))
        self.candidate = candidate
        self.outcome = outcome
        self.error = nil
        self.duration = duration
        self.calls = calls
        switch outcome {
        case .completed(let node), .failed(let node): try check(node)
        case .cancelled: break
        }
        for call in calls { try check(call.node) }
        for hidden in hiddenInputs {
            try check(hidden.node)
            if let reader = hidden.reader { try check(reader) }
        }
        for item in feedback { try give(item) }
    }

    init(
        storage: TraceStorage, candidate: Candidate, outcome: Outcome, error: (any Error)?, duration: Int64,
        calls: [ModelCall], reused: [NodeID: NodeID] = [:], cached: Set<NodeID> = []
    ) {
        self.storage = storage
        self.candidate = candidate
        self.outcome = outcome
        self.error = error
        self.duration = duration
        self.calls = calls
        self.reused = reused
        self.cached = cached
    }

    /// The nodes in execution order.
    public var nodes: some RandomAccessCollection<Node> {
        (0..<storage.count).lazy.map { [storage] index in Node(storage: storage, id: NodeID(index)) }
    }

    /// The distinct operations, in order of first use.
    public var operations: [Operation] { storage.columns.operations }

    /// The composite operations that were entered.
    public var scopes: [Scope] { storage.columns.scopes }

    /// The node `id`.
    ///
    /// - Precondition: `id` is a node of this trace.
    public subscript(_ id: NodeID) -> Node { Node(storage: storage, id: id) }

    /// The node called `name` (`base:ordinal`, or just the base for its first node). Linear in the number of nodes.
    public func node(named name: String) -> Node? {
        nodes.first { $0.name == name } ?? nodes.first { $0.base == name }
    }

    /// The node that the execution ended with: its output, or the failure; nil when it was cancelled.
    public var result: Node? {
        switch outcome {
        case .completed(let node), .failed(let node): self[node]
        case .cancelled: nil
        }
    }

    /// The parameters that the execution read, in the order it read them.
    public var parameters: [NodeID] { storage.parameters }

    /// What was read without being an input of what read it, in the order it was noticed; empty when the graph tells all.
    public var hiddenInputs: [HiddenInput] { storage.columns.hiddenInputs }

    /// What all model calls together used.
    public var usage: Usage { calls.reduce(.none) { $0 + $1.usage } }

    /// Adds feedback on one output. May be called any number of times, for one output or several.
    ///
    /// - Throws: ``TraceError`` with code `foreignNode` when the trace has no such node.
    public mutating func give(_ item: Feedback) throws(TraceError) {
        try check(item.output)
        feedback.append(item)
    }

    /// This trace with `item` added to its feedback.
    public func feedback(_ text: String, on output: NodeID, scores: [String: Double] = [:]) throws(TraceError) -> Trace
    {
        var trace = self
        try trace.give(Feedback(on: output, text, scores: scores))
        return trace
    }

    func check(_ node: NodeID) throws(TraceError) {
        guard (0..<storage.count).contains(node.index) else {
            throw TraceError(.foreignNode, "the trace has \(storage.count) nodes and none is \(node)")
        }
    }
}

/// Something a trace cannot do or hold.
public struct TraceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Code: Sendable, Hashable {
        /// A node that is not in this trace.
        case foreignNode
        /// Parts that do not make a trace.
        case malformed
        /// A root where only an operation will do.
        case notAnOperation
        /// A workflow that records nothing here cannot be run again from the middle.
        case notRecorded
    }

    /// What went wrong.
    public let code: Code
    /// What is wrong, and where.
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
