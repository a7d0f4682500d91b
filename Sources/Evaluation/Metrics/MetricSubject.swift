public import TraceGraph

/// What a metric looks at: one run of one example.
public struct MetricSubject: Sendable, Hashable {
    /// How the run ended.
    public enum Outcome: Sendable, Hashable {
        case output(Value)
        /// The workflow threw; the message of its failure node.
        case failure(String)
    }

    /// What was run.
    public var example: Example
    /// How it ended.
    public var outcome: Outcome
    /// What was run; nil when nobody said.
    public var candidate: Candidate?
    /// What the run's model calls used up.
    public var usage: Usage
    /// Nanoseconds that the run's model calls took, one after the other where they had to wait for each other. A reply
    /// from a cache counts with the time it took when it was given.
    public var duration: Int64
    /// Which independent repeat of the example this is, from 0.
    public var repetition: Int
    /// The keys under which the replies of the run's model calls are kept, in the order they were made.
    public var completions: [String]

    public init(
        example: Example, outcome: Outcome, candidate: Candidate? = nil, usage: Usage = .none, duration: Int64 = 0,
        repetition: Int = 0, completions: [String] = []
    ) {
        self.example = example
        self.outcome = outcome
        self.candidate = candidate
        self.usage = usage
        self.duration = duration
        self.repetition = repetition
        self.completions = completions
    }

    /// What the run made; nil when it failed.
    public var output: Value? {
        if case .output(let value) = outcome { value } else { nil }
    }

    /// Why the run failed; nil when it did not.
    public var failure: String? {
        if case .failure(let message) = outcome { message } else { nil }
    }
}

extension MetricSubject {
    /// The fields of the example that a judge is shown; all where none are named.
    ///
    /// - Throws: ``MetricError/Code/missingField``.
    func fields(_ names: [String]?, for metric: String) throws(MetricError) -> Fields {
        var shown = Fields()
        for name in names ?? example.fields.names {
            guard let value = example.fields[name] else {
                throw MetricError(
                    .missingField, "the example has no field '\(name)' to show to the judge", metric: metric,
                    example: example.id)
            }
            shown[name] = value
        }
        return shown
    }
}
