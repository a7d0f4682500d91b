import Evaluation
import TraceGraph

/// The candidates that are best at something, and at how much.
struct CandidateFront: Sendable, Hashable {
    /// Candidates that no other makes superfluous, with the weight of what each is best at.
    let wins: [(candidate: Int, weight: Double)]

    /// - Parameters:
    ///   - candidates: With their scores by what is compared: examples, metrics or both.
    ///   - weight: Of being best at something.
    init(_ candidates: [(candidate: Int, scores: [String: Double])], weight: (String) -> Double = { _ in 1 }) {
        var best: [String: Double] = [:]
        for (_, scores) in candidates {
            for (item, score) in scores { best[item] = max(best[item] ?? -.infinity, score) }
        }
        var holders: [String: Set<Int>] = [:]
        for (candidate, scores) in candidates {
            for (item, score) in scores where score == best[item] { holders[item, default: []].insert(candidate) }
        }
        var counts: [Int: Double] = [:]
        for (item, best) in holders.sorted(by: { $0.key < $1.key }) {
            for candidate in best { counts[candidate, default: 0] += weight(item) }
        }
        // Whoever is best only where others are too adds nothing; the one with the fewest goes first.
        var left = Set(counts.keys)
        for candidate in counts.keys.sorted(by: { (counts[$0] ?? 0, -$0) < (counts[$1] ?? 0, -$1) }) {
            let others = left.subtracting([candidate])
            let isCovered = holders.values.allSatisfy { !$0.contains(candidate) || !$0.isDisjoint(with: others) }
            if isCovered, !others.isEmpty { left = others }
        }
        wins = left.sorted().map { ($0, counts[$0] ?? 0) }
    }

    /// One of them, each in proportion to what it is best at.
    func draw(_ random: inout SeededGenerator) -> Int? {
        random.index(weightedBy: wins.map(\.weight)).map { wins[$0].candidate }
    }

    static func == (a: CandidateFront, b: CandidateFront) -> Bool {
        a.wins.elementsEqual(b.wins) { $0 == $1 }
    }

    func hash(into hasher: inout Hasher) {
        for (candidate, weight) in wins {
            hasher.combine(candidate)
            hasher.combine(weight)
        }
    }
}

extension CandidateFront {
    /// The front of candidates that were run on the whole validation split.
    ///
    /// - Parameter directions: The metrics that count and which way each is better; empty for all, the more the better.
    init(_ candidates: [TriedCandidate], by front: GepaOptions.Front, directions: [String: MetricDirection] = [:]) {
        // Where both count, the examples together weigh as much as the metrics.
        func counts(_ metric: String) -> Bool { directions.isEmpty || directions[metric] != nil }
        let metrics = Set(candidates.flatMap { $0.validation.flatMap { $0.scores.keys } }).filter(counts).count + 1
        let examples = candidates.first?.validation.count ?? 1
        let share = Double(examples) / Double(metrics)
        self.init(
            candidates.map { tried in
                var scores: [String: Double] = [:]
                if front != .objective {
                    for evaluation in tried.validation { scores["example \(evaluation.example.id)"] = evaluation.score }
                }
                if front != .instance {
                    for (metric, mean) in Self.means(of: tried.validation) where counts(metric) {
                        scores["metric \(metric)"] = directions[metric] == .minimize ? -mean : mean
                    }
                    scores["objective"] = tried.score
                }
                return (tried.candidate.id.number, scores)
            },
            weight: { front == .both && !$0.hasPrefix("example ") ? share : 1 })
    }

    private static func means(of evaluations: [Evaluation]) -> [String: Double] {
        var sums: [String: (sum: Double, count: Int)] = [:]
        for (metric, score) in evaluations.map(\.scores).joined() {
            sums[metric, default: (0, 0)].sum += score.value
            sums[metric, default: (0, 0)].count += 1
        }
        return sums.mapValues { $0.sum / Double($0.count) }
    }
}
