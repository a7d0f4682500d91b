import TraceGraph

/// How often each request was made, so that one that recurs is asked as an independent repeat. Part of an optimizer's
/// state.
struct AskedQuestions: Sendable, Hashable {
    private var counts: [String: Int] = [:]

    init() {}

    /// Which repeat the next request with this key is; notes it as made.
    mutating func repetition(of key: String) -> Int {
        defer { counts[key, default: 0] += 1 }
        return counts[key, default: 0]
    }

    // MARK: Restarts

    var recorded: Value {
        .object(Fields(counts.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) }))
    }

    init?(_ recorded: Value?) {
        guard let fields = recorded?.object else { return nil }
        for (key, count) in fields {
            guard let count = count.integer else { return nil }
            counts[key] = count
        }
    }
}
