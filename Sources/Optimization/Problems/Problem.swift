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

    /// How composite operations are shown.
    public enum Scopes: String, Sendable, Hashable, Codable, CaseIterable {
        /// With everything that was recorded inside them.
        case opened
        /// As one operation that reads what was given to it and what its inner operations read from outside, the
        /// variables among it. Those in which something failed, or inside which an output has feedback, stay open.
        case collapsed
    }

    /// An operation, or several of the same shape: `label = classify(text=review, instruction=instruction)`.
    public struct Line: Sendable {
        /// Unique in the problem.
        public let label: String
        /// What was done.
        public let operation: String
        /// With what, in order.
        public let arguments: [Argument]
        /// The composite operations it belongs to, outermost first, with `/` between them; empty at the top.
        public let scope: String
        /// The fewest and the most times it occurs in the runs that have it.
        public let repeats: ClosedRange<Int>
        /// The runs it occurs in.
        public let runs: Int
        /// How many times it failed, in all runs together.
        public let failures: Int
        /// Whether it reads a variable.
        let readsVariable: Bool
        /// The place in ``Problem/documentation`` of what its operation says first; nil when it says nothing.
        let note: Int?
    }

    /// An input of an operation by the label of what it reads, or several inputs in a row that read the same.
    public struct Argument: Sendable, Hashable {
        public let name: String
        /// What it reads.
        public let label: String
        /// What it reads besides in other turns of a loop or in other runs.
        public var alternatives: [String] = []
        /// Whether it reads ``label`` in the first turn and the ``alternatives`` later.
        public var isInTurn = false
        /// Whether there are still others than ``alternatives``.
        public var readsMore = false
        /// The fewest and the most inputs it stands for.
        public let count: ClosedRange<Int>
    }

    /// Something said about an operation or a variable.
    public struct Note: Sendable, Hashable {
        public let name: String
        /// As the problem shows it.
        public let text: String
    }

    /// A trainable parameter with its present value.
    public struct Variable: Sendable {
        /// What the variable may be.
        public let definition: ParameterDefinition
        public let value: Value
        /// False when it lies on no way to any output of these runs.
        public let isUsed: Bool
    }

    /// One execution.
    public struct Run: Sendable {
        public let score: Double?
        /// Whether the execution failed.
        public let hasFailed: Bool
        /// Roots besides the parameters.
        public let inputs: [Entry]
        /// Intermediate values.
        public let others: [Entry]
        /// What the feedback is about.
        public let outputs: [Entry]
        /// What was said.
        public let feedback: [Remark]
        /// Outputs with feedback that are not among `outputs`, because so many have the same shape.
        public let outputsLeftOut: Int
    }

    /// A node's value under its label.
    public struct Entry: Sendable {
        /// How the problem calls it.
        public let label: String
        public let value: Value
        /// Whether it is a failure.
        public let isFailure: Bool
        /// Whether something that failed reads it.
        var isReadByFailure = false
    }

    /// What was said about one output of a run.
    public struct Remark: Sendable {
        /// The label of the output.
        public let label: String
        /// What was said.
        public let text: String
        /// By metric, sorted by name.
        public let scores: [(metric: String, value: Double)]
    }
}

extension Problem {
    /// The runs after the first `shown`, told apart as far as their scores allow; nil when there are none.
    func rest(shown: Int) -> String? {
        let hidden = runs.dropFirst(shown)
        guard !hidden.isEmpty else { return nil }
        let failed = hidden.count(where: \.hasFailed)
        let scores = hidden.filter { !$0.hasFailed }.compactMap(\.score)
        let unscored = hidden.count - failed - scores.count
        var parts: [String] = []
        if failed > 0 { parts.append("\(ValueText.grouped(failed)) failed") }
        if runs.allSatisfy({ $0.score == nil || $0.score == 0 || $0.score == 1 }) {
            let right = scores.count { $0 == 1 }
            if scores.count > right { parts.append("\(ValueText.grouped(scores.count - right)) wrong") }
            if right > 0 { parts.append("\(ValueText.grouped(right)) right") }
        } else if let least = scores.min(), let most = scores.max() {
            let range = least == most ? "" : "from \(ValueText.number(least)) to "
            parts.append("\(ValueText.grouped(scores.count)) scored \(range)\(ValueText.number(most))")
        }
        if unscored > 0 { parts.append("\(ValueText.grouped(unscored)) without a score") }
        return "\(ValueText.counted(hidden.count, "more example", "more examples")): \(parts.joined(separator: ", "))."
    }
}
