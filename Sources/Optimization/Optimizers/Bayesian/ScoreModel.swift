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
    private var process: GaussianProcess
    private let centre: Double
    private let spread: Double

    /// The most observations a process is made of: the best half and the latest half.
    private static let capacity = 300
    /// How often the fitted length scales are halved at the most.
    private static let doubts = 3

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
        // A hundredth of the spread of scores is less than any choice hangs on.
        let isExact = noise.allSatisfy { $0 + settings.noise < 1e-4 }
        var kernel = process.kernel
        var chosen: [Double]?
        // To try nearly the same again means to be sure that nothing is to be found elsewhere. Where scores are exact that is
        // all there is to it, and the fit may be wrong: looked at with shorter length scales there is more to be found.
        for _ in 0...Self.doubts {
            guard let assumed = process(assuming: pending, options.lie, kernel),
                let point = mostPromising(assumed, isExact: isExact, options, excluding: taken, random: &random)
            else { break }
            let isNew = !isExact || !isNearlyKnown(point)
            if isNew || chosen == nil { chosen = point }
            if isNew { break }
            kernel.lengthScales = zip(kernel.lengthScales, kernel.areOptions).map { $1 ? $0 : $0 / 2 }
        }
        guard let point = chosen else { return nil }
        let (mean, deviation) = posterior(at: point)
        return (point, mean, deviation)
    }

    /// The new point where the most improvement is expected of `process`.
    private func mostPromising(
        _ process: GaussianProcess, isExact: Bool, _ options: BayesianOptions, excluding taken: Set<[Double]>,
        random: inout SeededGenerator
    ) -> [Double]? {
        let improvement = NoisyImprovement(over: process, isExact: isExact, draws: options.draws, random: &random)
        let best = values.indices.sorted { (values[$0], $1) > (values[$1], $0) }.prefix(5)
        let search = AcquisitionSearch(
            space: space, function: { improvement(whole($0)) },
            withGradient: { point in
                let (value, gradient) = improvement.withGradient(whole(point))
                return (value, hasSettings ? gradient.dropLast() : gradient)
            })
        let known = best.map { Array(points[$0].prefix(space.dimensions.count)) }
        return search.best(near: known, random: &random).first { !taken.contains($0) }
    }

    /// Whether a point was tried that is the same but for less than three ten-thousandths of every range.
    private func isNearlyKnown(_ point: [Double]) -> Bool {
        let (point, areOptions) = (whole(point), process.kernel.areOptions)
        return points.contains { known in
            zip(areOptions, zip(point, known)).allSatisfy { isOption, pair in
                isOption ? pair.0 == pair.1 : abs(pair.0 - pair.1) < 3e-4
            }
        }
    }

    /// The same after points were tried and scored what is expected of them: as high everywhere, and surer around them.
    func believing(_ pending: [[Double]]) -> ScoreModel {
        guard !pending.isEmpty, let process = process(assuming: pending, .believed, process.kernel) else { return self }
        var model = self
        model.process = process
        return model
    }

    /// The true score at `point`, in its own unit.
    func posterior(at point: [Double]) -> (mean: Double, deviation: Double) {
        let (mean, variance) = process.posterior(at: whole(point))
        return (centre + spread * mean, spread * variance.squareRoot())
    }

    private func whole(_ point: [Double]) -> [Double] { hasSettings ? point + [Double(setting)] : point }

    private func process(
        assuming pending: [[Double]], _ lie: BayesianOptions.Lie, _ kernel: MaternKernel
    ) -> GaussianProcess? {
        if pending.isEmpty, kernel == process.kernel { return process }
        let lies = pending.map { point -> Double in
            switch lie {
            case .best: values.max() ?? 0
            case .mean: 0
            case .worst: values.min() ?? 0
            case .believed: process.posterior(at: whole(point)).mean
            }
        }
        return GaussianProcess(
            kernel, mean: process.mean, points: points + pending.map(whole), values: values + lies,
            noise: noise.map { $0 + settings.noise } + pending.map { _ in settings.noise })
    }
}
