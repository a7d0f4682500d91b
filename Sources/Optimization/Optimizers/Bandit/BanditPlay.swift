import Evaluation
import Foundation
import TraceGraph

/// A bandit under way: its arms, what pulling them brought, and what decides the next pull.
struct BanditPlay: Sendable, Hashable {
    /// An arm chosen for an example.
    struct Pull {
        let arm: Int
        let example: Example
        let chance: Double
        let features: [Double]
    }

    let arms: [[String: Value]]
    private(set) var sums: [Double]
    private(set) var counts: [Int]
    private var chooser: TsallisINF
    /// Every pull with features: the linear models are made from them.
    private var seen: [Seen] = []
    /// Of scores, where the objective has no ends of its own.
    private var least = Double.infinity
    private var most = -Double.infinity

    private struct Seen: Sendable, Hashable {
        let arm: Int
        let features: [Double]
        let reward: Double
    }

    init(arms: [[String: Value]]) {
        self.arms = arms
        sums = arms.map { _ in 0 }
        counts = arms.map { _ in 0 }
        chooser = TsallisINF(arms: max(1, arms.count))
    }

    /// Where an arm was never pulled, the mean of all.
    var means: [Double] {
        let total = sums.reduce(0, +) / Double(max(1, counts.reduce(0, +)))
        return arms.indices.map { counts[$0] > 0 ? sums[$0] / Double(counts[$0]) : total }
    }

    /// Arms that were pulled, the best first: by their mean, shrunk towards that of all as by two more pulls.
    var ranked: [Int] {
        let values = shrunkMeans
        return arms.indices.filter { counts[$0] > 0 }.sorted { (values[$0], $1) > (values[$1], $0) }
    }

    /// Those of ``ranked`` that may still be the best: no more than a standard error behind it, taking scores to be spread as
    /// widely as they can be.
    func contenders(_ scale: ScoreScale) -> [Int] {
        let values = shrunkMeans
        guard let first = ranked.first else { return [] }
        let (bottom, top) = ends(scale)
        return ranked.filter { arm in
            values[arm] + (top - bottom) / 2 / Double(counts[arm] + 2).squareRoot() >= values[first]
        }
    }

    private var shrunkMeans: [Double] {
        let total = sums.reduce(0, +) / Double(max(1, counts.reduce(0, +)))
        return arms.indices.map { (sums[$0] + 2 * total) / Double(counts[$0] + 2) }
    }

    /// Where the objective has no ends of its own, those of the scores seen.
    private func ends(_ scale: ScoreScale) -> (bottom: Double, top: Double) {
        (scale.bottom ?? (least.isFinite ? least : 0), scale.top ?? (most.isFinite ? most : 1))
    }

    /// - Parameter model: ``linear(_:)`` as it stands, for draws between which nothing is learnt; nil to make it here.
    func draw(
        for example: Example, _ options: BanditSearch.Options, using model: LinUCB? = nil,
        _ random: inout SeededGenerator
    ) -> Pull {
        let features = Self.features(of: example, options.features)
        guard features.isEmpty else {
            return Pull(
                arm: (model ?? linear(options)).choice(features), example: example, chance: 1, features: features)
        }
        let chances = chooser.chances
        let arm = random.index(weightedBy: chances) ?? 0
        return Pull(arm: arm, example: example, chance: chances[arm], features: [])
    }

    /// An example without a score counts as the worst one seen.
    mutating func learn(_ pull: Pull, score: Double?, _ scale: ScoreScale, _ options: BanditSearch.Options) {
        if let score {
            least = min(least, score)
            most = max(most, score)
        }
        let (bottom, top) = ends(scale)
        let value = score ?? bottom
        let reward = top > bottom ? (value - bottom) / (top - bottom) : 0.5
        sums[pull.arm] += value
        counts[pull.arm] += 1
        if pull.features.isEmpty {
            chooser.learn(pull.arm, loss: 1 - reward, chance: pull.chance)
        } else {
            seen.append(Seen(arm: pull.arm, features: pull.features, reward: reward))
        }
    }

    /// The linear models of all arms, from every pull so far. O(pulls · features²).
    func linear(_ options: BanditSearch.Options) -> LinUCB {
        var model = LinUCB(arms: arms.count, features: options.features.count + 1, optimism: options.optimism)
        for pull in seen { model.learn(pull.arm, pull.features, reward: pull.reward) }
        return model
    }

    /// What choosing by features would bring beside the best single arm, as far as the models can tell.
    func remark(_ options: BanditSearch.Options) -> String? {
        guard !seen.isEmpty else { return nil }
        let model = linear(options)
        let cases = Array(Set(seen.map(\.features)))
        let chosen = cases.map { model.estimate(model.best($0), $0).mean }.sorted().reduce(0, +)
        let single =
            arms.indices.map { arm in cases.map { model.estimate(arm, $0).mean }.sorted().reduce(0, +) }.max() ?? 0
        let count = Double(cases.count)
        func shown(_ sum: Double) -> String { ValueText.number((sum / count * 1000).rounded() / 1000) }
        return "choosing by \(options.features.joined(separator: ", ")) an example would bring \(shown(chosen)), "
            + "the best single assignment \(shown(single)), from 0 to 1"
    }

    /// A constant and one number a field, drawn together so that large ones do not drown the others.
    private static func features(of example: Example, _ fields: [String]) -> [Double] {
        guard !fields.isEmpty else { return [] }
        return [1]
            + fields.map { field in
                guard let value = example[field] else { return 0 }
                let number = value.number ?? value.text.map { Double($0.count) } ?? (value.flag == true ? 1 : 0)
                return number < 0 ? -log1p(-number) / 4 : log1p(number) / 4
            }
    }

    // MARK: State

    var recorded: Value {
        [
            "arms": .list(
                arms.map { arm in .object(Fields(arm.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })) }),
            "sums": .list(sums.map(Value.number)), "counts": .list(counts.map(Value.integer)),
            "losses": .list(chooser.losses.map(Value.number)), "pulls": .integer(chooser.pulls),
            "seen": .list(
                seen.map { [.integer($0.arm), .number($0.reward), .list($0.features.map(Value.number))] }),
            "least": least.isFinite ? .number(least) : .null, "most": most.isFinite ? .number(most) : .null,
        ]
    }

    /// Reads what ``recorded`` gives; nil for anything else.
    init?(recorded: Value) {
        guard let arms = recorded["arms"]?.list?.compactMap(\.object), !arms.isEmpty,
            let sums = recorded["sums"]?.list?.compactMap(\.number), sums.count == arms.count,
            let counts = recorded["counts"]?.list?.compactMap(\.integer), counts.count == arms.count,
            let losses = recorded["losses"]?.list?.compactMap(\.number), losses.count == arms.count,
            let pulls = recorded["pulls"]?.integer, let seen = recorded["seen"]?.list
        else { return nil }
        self.arms = arms.map { fields in
            Dictionary(fields.map { ($0.0, $0.1) }, uniquingKeysWith: { _, last in last })
        }
        self.sums = sums
        self.counts = counts
        chooser = TsallisINF(losses: losses, pulls: pulls)
        for pull in seen {
            guard let parts = pull.list, parts.count == 3, let arm = parts[0].integer, arms.indices.contains(arm),
                let reward = parts[1].number, let features = parts[2].list?.compactMap(\.number)
            else { return nil }
            self.seen.append(Seen(arm: arm, features: features, reward: reward))
        }
        least = recorded["least"]?.number ?? .infinity
        most = recorded["most"]?.number ?? -.infinity
    }
}
