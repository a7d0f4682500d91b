public import TraceGraph

/// The different values of a field, when they are few and recur: then they are labels.
public struct LabelSet: Sendable, Hashable {
    /// The labels with how often each occurs, the most frequent first, equals by their JSON.
    public let counts: [(label: Value, count: Int)]

    /// The most values a set of labels may have.
    public static let limit = 20

    /// - Parameter values: What a field holds, one value an example.
    /// - Returns: Nil when there are more than `limit` different values, when they occur less than twice on average, or
    ///   when one is an object or a list.
    public init?(of values: some Collection<Value>, limit: Int = limit) {
        var counts: [Value: Int] = [:]
        for value in values {
            if value.object != nil || value.list != nil { return nil }
            counts[value, default: 0] += 1
            if counts.count > limit { return nil }
        }
        guard !counts.isEmpty, counts.count * 2 <= values.count else { return nil }
        self.counts = counts.map { ($0.key, $0.value, $0.key.canonicalJSON) }
            .sorted { ($1.1, $0.2) < ($0.1, $1.2) }
            .map { ($0.0, $0.1) }
    }

    /// Each once, in the order they were first seen.
    public var labels: [Value] { counts.map(\.label) }

    public static func == (a: LabelSet, b: LabelSet) -> Bool {
        a.counts.elementsEqual(b.counts) { $0.label == $1.label && $0.count == $1.count }
    }

    public func hash(into hasher: inout Hasher) {
        for (label, count) in counts {
            hasher.combine(label)
            hasher.combine(count)
        }
    }
}
