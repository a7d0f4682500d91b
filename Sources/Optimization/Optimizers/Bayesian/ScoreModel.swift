import Evaluation
import Foundation
import TraceGraph

/// A Gaussian process of scores over a search space, fitted.
struct ScoreModel {
    let settings: MarginalLikelihood.Settings
    private let space: SearchSpace
    private let setting: Int
    private let hasSettings: Bool
    /// In standard units, as everything below.
    private let points: [[Double]]
    private let values: [Double]
    private let noise: [Double]
    private let process: GaussianProcess
    private let centre: Double
    private let spread: Double

    /// The most observations a process is made of: the best half and the latest half.
    private static let capacity = 300

    init?(
        _ observations: [BayesianSampler.Observation], space: SearchSpace, setting: Int, earlier: [Double],
        random: inout SeededGenerator
    ) {
        let kept = Self.kept(observations)
        let scores = Sample(kept.map(\.score))
        let centre = scores.mean ?? 0
        let deviation = scores.standardDeviation ?? 0
        let spread = deviation > 0 && deviation.isFinite ? deviation : 1
        hasSettings = Set(kept.map(\.setting) + [setting]).count > 1
        let extra = hasSettings
        points = kept.map { space.point(of: $0.values) + (extra ? [Double($0.setting)] : []) }
        values = kept.map { ($0.score - centre) / spread }
        noise = kept.map { max(0, $0.variance) / (spread * spread) }
        let likelihood = MarginalLikelihood(
            points: points, values: values, noise: noise, areOptions: space.areOptions + (extra ? [true] : []))
        let start = earlier.isEmpty ? nil : MarginalLikelihood.Settings(logarithms: earlier)
        settings = likelihood.fit(from: start, random: &random)
        guard let process = likelihood.process(settings) else { return nil }
        self.process = process
        self.space = space
        self.setting = setting
        self.centre = centre
        self.spread = spread
    }

    private static func kept(_ observations: [BayesianSampler.Observation]) -> [BayesianSampler.Observation] {
        guard observations.count > capacity else { return observations }
        let latest = observations.indices.suffix(capacity / 2)
        let best = observations.indices.dropLast(capacity / 2).sorted {
            (observations[$0].score, $1) > (observations[$1].score, $0)
        }
        return (best.prefix(capacity / 2).sorted() + latest).map { observations[$0] }
    }

    /// The most promising new point while `pending` ones have not been tried; nil when no new one was found.
    func next(
        pending: [[Double]], _ options: BayesianOptions, excluding taken: Set<[Double]>, random: inout SeededGenerator
    ) -> (point: [Double], mean: Double, deviation: Double)? {
        guard let assumed = process(assuming: pending, options.lie) else { return nil }
        // A hundredth of the spread of scores is less than any choice hangs on.
        let isExact = zip(noise, points).allSatisfy { known, _ in known + settings.noise < 1e-4 }
        let improvement = NoisyImprovement(over: assumed, isExact: isExact, draws: options.draws, random: &random)
        let best = values.indices.sorted { (values[$0], $1) > (values[$1], $0) }.prefix(5)
        let search = AcquisitionSearch(
            space: space, function: { improvement(whole($0)) },
            withGradient: { point in
                let (value, gradient) = improvement.withGradient(whole(point))
                return (value, hasSettings ? gradient.dropLast() : gradient)
            })
        let known = best.map { Array(points[$0].prefix(space.dimensions.count)) }
        guard let point = search.best(near: known, random: &random).first(where: { !taken.contains($0) }) else {
            return nil
        }
        let (mean, deviation) = posterior(at: point)
        return (point, mean, deviation)
    }

    /// The true score at `point`, in its own unit.
    func posterior(at point: [Double]) -> (mean: Double, deviation: Double) {
        let (mean, variance) = process.posterior(at: whole(point))
        return (centre + spread * mean, spread * variance.squareRoot())
    }

    private func whole(_ point: [Double]) -> [Double] { hasSettings ? point + [Double(setting)] : point }

    private func process(assuming pending: [[Double]], _ lie: BayesianOptions.Lie) -> GaussianProcess? {
        guard !pending.isEmpty else { return process }
        let lies = pending.map { point -> Double in
            switch lie {
            case .best: values.max() ?? 0
            case .mean: 0
            case .worst: values.min() ?? 0
            case .believed: process.posterior(at: whole(point)).mean
            }
        }
        return GaussianProcess(
            process.kernel, mean: process.mean, points: points + pending.map(whole), values: values + lies,
            noise: noise.map { $0 + settings.noise } + pending.map { _ in settings.noise })
    }
}
