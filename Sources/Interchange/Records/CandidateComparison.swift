public import Evaluation
public import TraceGraph

/// Two candidates side by side: what differs, and how each example fares, the worst regression first.
public struct CandidateComparison: Sendable {
    /// One of the two.
    public struct Side: Sendable {
        public var run: RecordedRun
        public var trial: RecordedRun.Trial

        public init(run: RecordedRun, trial: RecordedRun.Trial) {
            self.run = run
            self.trial = trial
        }

        /// `run#1 c3`.
        public var label: String { "\(run.label) \(trial.candidate.id)" }
    }

    /// An example that both were run on.
    public struct Row: Sendable {
        public var example: String
        public var split: String
        public var before: Double
        public var after: Double
        /// The latest trace of each; nil when it was deleted.
        public var beforeTrace: Int?
        public var afterTrace: Int?

        public var difference: Double { after - before }
    }

    public let before: Side
    public let after: Side
    /// By parameter, sorted by name.
    public let changes: [(name: String, old: Value, new: Value)]
    /// The worst regression first, then by split and example.
    public let rows: [Row]

    public init(_ before: Side, _ after: Side) {
        self.before = before
        self.after = after
        let (old, new) = (before.run.values(of: before.trial.candidate), after.run.values(of: after.trial.candidate))
        changes = new.changes(from: old).map { ($0, old[$0] ?? .null, new[$0] ?? .null) }
        let (first, second) = (Self.means(before), Self.means(after))
        rows = first.compactMap { key, mine in
            second[key].map { theirs in
                Row(
                    example: key.example, split: key.split, before: mine.mean, after: theirs.mean,
                    beforeTrace: mine.trace, afterTrace: theirs.trace)
            }
        }.sorted { ($0.difference, $0.split, $0.example) < ($1.difference, $1.split, $1.example) }
    }

    /// Of all common examples of a split: the means of both, how many got better and worse, and the 95 % interval of the
    /// mean difference, which needs two examples.
    public func totals(
        of split: String
    ) -> (count: Int, before: Double, after: Double, better: Int, worse: Int, interval: Interval?)? {
        let rows = rows.filter { $0.split == split }
        guard !rows.isEmpty else { return nil }
        let count = Double(rows.count)
        let pairs = PairedDifferences(rows.map(\.difference))
        let interval =
            pairs.suitsStudent
            ? pairs.interval(confidence: 0.95)
            : PairedBootstrap(pairs, resamples: 1_999, generator: SeededGenerator(seed: 0)).interval(confidence: 0.95)
        return (
            rows.count, rows.reduce(0) { $0 + $1.before } / count, rows.reduce(0) { $0 + $1.after } / count,
            rows.count { $0.difference > 0 }, rows.count { $0.difference < 0 }, rows.count > 1 ? interval : nil
        )
    }

    private struct Key: Hashable {
        var example: String
        var split: String
    }

    private static func means(_ side: Side) -> [Key: (mean: Double, trace: Int?)] {
        var sums: [Key: (sum: Double, count: Int, trace: Int?)] = [:]
        for result in side.run.results where result.candidate == side.trial.candidate.id {
            guard let score = result.score else { continue }
            let key = Key(example: result.example.id, split: result.split)
            let known = sums[key] ?? (0, 0, nil)
            sums[key] = (known.sum + score, known.count + 1, result.trace ?? known.trace)
        }
        return sums.mapValues { ($0.sum / Double($0.count), $0.trace) }
    }
}

extension CandidateComparison {
    /// The whole comparison as one JSON object, `optrace.comparison.v1`.
    public var recorded: Value {
        func side(_ side: Side) -> Value {
            [
                "run": .text(side.run.label), "candidate": .text("\(side.trial.candidate.id)"),
                "scores": .object(
                    Fields(side.trial.scores.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) })),
            ]
        }
        return [
            "schema": "optrace.comparison.v1", "before": side(before), "after": side(after),
            "changes": .list(changes.map { ["parameter": .text($0.name), "old": $0.old, "new": $0.new] }),
            "examples": .list(
                rows.map { row in
                    [
                        "example": .text(row.example), "split": .text(row.split), "before": .number(row.before),
                        "after": .number(row.after), "difference": .number(row.difference),
                        "before_trace": row.beforeTrace.map(Value.integer) ?? .null,
                        "after_trace": row.afterTrace.map(Value.integer) ?? .null,
                    ]
                }),
        ]
    }
}
