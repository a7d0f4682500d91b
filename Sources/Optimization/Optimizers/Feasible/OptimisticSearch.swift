import Evaluation
import TraceGraph

/// Chooses assignments by what may be: the highest reward among those that may hold all limits, else the least excess.
struct OptimisticSearch {
    var sampler: BayesianSampler
    let rewards: ObservedAssignments
    /// Of each limit, less being better and 0 held.
    let excesses: [ObservedAssignments]
    let optimism: Double

    private static let pool = 400
    /// Looks around the best of them, at each of several distances.
    private static let steps = 40

    /// Up to `count` new assignments with a reason each.
    mutating func next(
        _ count: Int, excluding excluded: [[String: Value]], _ random: inout SeededGenerator
    ) -> [(values: [String: Value], rationale: String)] {
        var made = sampler.covering(count, after: rewards.observations, excluding: excluded)
            .map { (values: $0, rationale: "covers the space") }
        let space = sampler.space
        let setting = rewards.setting
        guard made.count < count,
            let reward = ScoreModel(rewards.observations, space: space, setting: setting, earlier: [], random: &random)
        else { return made }
        let limits = excesses.compactMap {
            ScoreModel($0.observations, space: space, setting: setting, earlier: [], random: &random)
        }
        guard limits.count == excesses.count else { return made }
        var taken = Set((excluded + made.map(\.values)).map { space.snapped(space.point(of: $0)) })
        for _ in made.count..<count {
            let pending = made.map { space.point(of: $0.values) }
            let (reward, limits) = (reward.believing(pending), limits.map { $0.believing(pending) })
            let new = candidates(near: pending, &random).filter { !taken.contains($0) }
            let apart = new.filter { isApart($0, from: pending) }
            guard var (point, rationale) = choice(among: apart.isEmpty ? new : apart, reward, limits) else { break }
            for step in space.count(upTo: 2 * Self.pool) == nil ? [0.03, 0.01, 0.003] : [] {
                let around = (0..<Self.steps).map { _ in space.near(point, by: step, &random) }
                    .filter { !taken.contains($0) && isApart($0, from: pending) }
                (point, rationale) = choice(among: [point] + around, reward, limits) ?? (point, rationale)
            }
            taken.insert(point)
            made.append((space.values(at: point), rationale))
        }
        return made
    }

    /// Whether some range is at least a hundredth of it, or an option, away from every other proposal of the step: at the
    /// border of a limit the best place stays the best, however sure it is.
    private func isApart(_ point: [Double], from others: [[Double]]) -> Bool {
        others.allSatisfy { other in
            zip(sampler.space.areOptions, zip(point, other)).contains { isOption, pair in
                isOption ? pair.0 != pair.1 : abs(pair.0 - pair.1) >= 0.01
            }
        }
    }

    private func choice(
        among points: [[Double]], _ reward: ScoreModel, _ limits: [ScoreModel]
    ) -> (point: [Double], rationale: String)? {
        var best: (point: [Double], standing: FeasibleStanding, expected: Double)?
        for point in points {
            let (mean, deviation) = reward.posterior(at: point)
            let violation = limits.reduce(0) { sum, limit in
                let (excess, spread) = limit.posterior(at: point)
                return sum + max(0, excess - optimism * spread)
            }
            let standing = FeasibleStanding(violation: violation, reward: mean + optimism * deviation)
            if best.map({ $0.standing < standing }) ?? true { best = (point, standing, mean) }
        }
        return best.map { best in
            let expected = ValueText.number((best.expected * 1000).rounded() / 1000)
            return best.standing.violation > 0
                ? (best.point, "may come nearest to the limits; expected \(expected)")
                : (best.point, "may hold the limits; expected \(expected)")
        }
    }

    /// All points of a small space; many of a large one, half of them near those that did best.
    private func candidates(near made: [[Double]], _ random: inout SeededGenerator) -> [[Double]] {
        let space = sampler.space
        if space.count(upTo: 2 * Self.pool) != nil { return space.allPoints }
        var points = (0..<Self.pool).map { _ in space.drawn(&random) }
        let best = rewards.observations.sorted { $0.score > $1.score }.prefix(5).map { space.point(of: $0.values) }
        for point in best + made {
            for step in [0.02, 0.05, 0.1, 0.2] {
                for _ in 0..<10 { points.append(space.near(point, by: step, &random)) }
            }
        }
        return points
    }
}
