import TraceGraph

/// The order in which executions teach most: failing and low-scoring first, different outputs before more of the same,
/// and one of the best in third place for contrast.
enum InformativeOrder {
    static func ordered(_ runs: [Problem.Run]) -> [Problem.Run] {
        let grades = runs.map { $0.hasFailed ? -Double.infinity : $0.score ?? $0.worstRemark }
        let byGrade = runs.indices.sorted { grades[$0] == grades[$1] ? $0 < $1 : grades[$0] < grades[$1] }
        var order: [Int] = []
        var start = 0
        while start < byGrade.count {
            var end = start
            while end < byGrade.count, grades[byGrade[end]] == grades[byGrade[start]] { end += 1 }
            order += diversified(Array(byGrade[start..<end])) { runs[$0].outputs.map(\.value) }
            start = end
        }
        if order.count > 3, let first = order.first, let last = order.last, grades[first] < grades[last],
            let best = order.firstIndex(where: { grades[$0] == grades[last] }), best > 2
        {
            order.insert(order.remove(at: best), at: 2)
        }
        return order.map { runs[$0] }
    }

    /// One of each kind in turn, then the second of each, and so on.
    static func diversified<Kind: Hashable>(_ tier: [Int], by kind: (Int) -> Kind) -> [Int] {
        guard tier.count > 1 else { return tier }
        var repeats: [Kind: Int] = [:]
        var rounds: [[Int]] = []
        for index in tier {
            let kind = kind(index)
            let round = repeats[kind, default: 0]
            repeats[kind] = round + 1
            if round == rounds.count { rounds.append([]) }
            rounds[round].append(index)
        }
        return rounds.flatMap { $0 }
    }
}

extension Problem.Run {
    /// The lowest score in the feedback; 0 when it has none.
    fileprivate var worstRemark: Double {
        feedback.flatMap { $0.scores.map(\.value) }.filter(\.isFinite).min() ?? 0
    }
}
