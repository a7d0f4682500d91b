import Evaluation
import TraceGraph

/// The candidates that are best at something, and at how much.
struct CandidateFront: Sendable, Hashable {
    /// Candidates that no other makes superfluous, with the number of things each is best at.
    let wins: [(candidate: Int, count: Int)]

    /// - Parameter candidates: With their scores by what is compared: examples, metrics or both.
    init(_ candidates: [(candidate: Int, scores: [String: Double])]) {
        var best: [String: Double] = [:]
        for (_, scores) in candidates {
            for (item, score) in scores { best[item] = max(best[item] ?? -.infinity, score) }
        }
        var holders: [String: Set<Int>] = [:]
        for (candidate, scores) in candidates {
            for (item, score) in scores where score == best[item] { holders[item, default: []].insert(candidate) }
        }
        var counts: [Int: Int] = [:]
        for candidate in holders.values.joined() { counts[candidate, default: 0] += 1 }
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
        random.index(weightedBy: wins.map { Double($0.count) }).map { wins[$0].candidate }
    }

    static func == (a: CandidateFront, b: CandidateFront) -> Bool {
        a.wins.elementsEqual(b.wins) { $0 == $1 }
    }

    func hash(into hasher: inout Hasher) {
        for (candidate, count) in wins {
            hasher.combine(candidate)
            hasher.combine(count)
        }
    }
}

extension CandidateFront {
    /// The front of candidates that were run on the whole validation split.
    init(_ candidates: [TriedCandidate], by front: GepaOptions.Front, objective: [String: MetricDirection] = [:]) {
        self.init(
            candidates.map { tried in
                var scores: [String: Double] = [:]
                if front != .objective {
                    for evaluation in tried.validation { scores["example \(evaluation.example.id)"] = evaluation.score }
                }
                if front != .instance {
                    for (metric, mean) in Self.means(of: tried.validation) {
                        scores["metric \(metric)"] = objective[metric] == .minimize ? -mean : mean
                    }
                    scores["objective"] = tried.score
                }
                return (tried.candidate.id.number, scores)
            })
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
