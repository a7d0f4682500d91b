public import TraceGraph

/// The optimizer's view: what was computed from the parameters on the way to the outputs, and what was said about them.
///
/// The union of the minimal subgraphs of one or several traces (Cheng et al. 2024, section 3). Operations of the same
/// shape are one line, however many traces and turns of a loop they come from; each trace is a ``Run`` with values.
public struct Problem: Sendable {
    /// What is asked of the optimizer, in words.
    public var instruction: String
    /// The operations in execution order, one line a shape.
    public let code: [Line]
    /// What the operations do, each distinct operation once, in order of first use.
    public let documentation: [Note]
    /// What may be changed, with the values the traces ran with.
    public let variables: [Variable]
    /// The executions, the most informative first.
    public let runs: [Run]

    /// An operation, or several of the same shape: `label = classify(text=review, instruction=instruction)`.
    public struct Line: Sendable {
        /// Unique in the problem.
        public let label: String
        public let operation: String
        public let arguments: [Argument]
        /// The fewest and the most times it occurs in the runs that have it.
        public let repeats: ClosedRange<Int>
        /// The runs it occurs in.
        public let runs: Int
    }

    /// An input of an operation by the label of what it reads, or several that read the same.
    public struct Argument: Sendable, Hashable {
        public let name: String
        public let label: String
        public let count: Int
    }

    /// Something said about an operation or a variable.
    public struct Note: Sendable, Hashable {
        public let name: String
        public let text: String
    }

    /// A trainable parameter with its present value.
    public struct Variable: Sendable {
        public let definition: ParameterDefinition
        public let value: Value
        /// False when it lies on no way to any output of these runs.
        public let isUsed: Bool
    }

    /// One execution.
    public struct Run: Sendable {
        public let score: Double?
        public let hasFailed: Bool
        /// Roots besides the parameters.
        public let inputs: [Entry]
        /// Intermediate values.
        public let others: [Entry]
        public let outputs: [Entry]
        public let feedback: [Remark]
        /// Outputs with feedback that are not among `outputs`, because so many have the same shape.
        public let outputsLeftOut: Int
    }

    /// A node's value under its label.
    public struct Entry: Sendable {
        public let label: String
        public let value: Value
        public let isFailure: Bool
    }

    /// What was said about one output of a run.
    public struct Remark: Sendable {
        /// The label of the output.
        public let label: String
        public let text: String
        /// By metric, sorted by name.
        public let scores: [(metric: String, value: Double)]
    }
}
