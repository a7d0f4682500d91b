public import Evaluation
import Foundation
public import TraceGraph

/// Chooses the next values of numbers, whole numbers, choices and flags from the scores of those tried, by a Gaussian
/// process and noisy expected improvement.
///
/// Knows nothing of workflows: whoever has a function to make large can use it by itself.
///
/// ```swift
/// var sampler = BayesianSampler(definitions, random: SeededGenerator(seed: 1))
/// let next = sampler.suggestions(1, after: tried)
/// ```
public struct BayesianSampler: Sendable {
    /// A score that was seen.
    public struct Observation: Sendable, Hashable {
        /// By parameter.
        public var values: [String: Value]
        /// The larger the better; finite.
        public var score: Double
        /// Of the score around its true value; 0 for exact scores.
        public var variance: Double
        /// Which other circumstances it was seen under. Scores under one say something about scores under another, as
        /// much as they turn out to.
        public var setting: Int

        public init(_ values: [String: Value], score: Double, variance: Double = 0, setting: Int = 0) {
            self.values = values
            self.score = score
            self.variance = variance
            self.setting = setting
        }
    }

    /// Values to try next.
    public struct Suggestion: Sendable, Hashable {
        /// One of each parameter that is looked for.
        public var values: [String: Value]
        /// The score expected, and its standard deviation; nil while the space is only being covered.
        public var expected: (mean: Double, deviation: Double)?

        public static func == (a: Suggestion, b: Suggestion) -> Bool {
            a.values == b.values && a.expected?.mean == b.expected?.mean
        }

        public func hash(into hasher: inout Hasher) { hasher.combine(values) }
    }

    let space: SearchSpace
    public let options: BayesianOptions
    /// What the points of the beginning are drawn from.
    private(set) var design: SeededGenerator
    /// How many of them were handed out.
    private(set) var designed = 0
    /// The last ones fitted, as logarithms.
    private(set) var settings: [Double] = []

    /// - Parameters:
    ///   - definitions: The parameters; those of kinds without an order or options are left out.
    ///   - random: Decides where the search begins.
    public init(
        _ definitions: [ParameterDefinition], options: BayesianOptions = BayesianOptions(), random: SeededGenerator
    ) {
        space = SearchSpace(definitions)
        self.options = options
        design = random
    }

    init(
        _ space: SearchSpace, options: BayesianOptions, design: SeededGenerator, designed: Int, settings: [Double]
    ) {
        self.space = space
        self.options = options
        self.design = design
        self.designed = designed
        self.settings = settings
    }

    /// Whether there is nothing to look for.
    public var isEmpty: Bool { space.isEmpty }

    /// Points of the beginning.
    var initialCount: Int { options.initial > 0 ? options.initial : min(12, max(3, space.dimensions.count)) }

    /// Up to `count` new assignments, the most promising first; fewer when no new ones are left.
    ///
    /// - Parameters:
    ///   - observations: Everything that is known.
    ///   - setting: The circumstances under which the suggestions are going to be tried.
    ///   - excluded: Assignments that are not to be suggested, besides those observed under the same circumstances.
    ///   - random: Where the draws come from.
    /// - Complexity: O(observations³) a step of the fit, some hundred steps.
    public mutating func suggestions(
        _ count: Int, after observations: [Observation], in setting: Int = 0,
        excluding excluded: [[String: Value]] = [],
        random: inout SeededGenerator
    ) -> [Suggestion] {
        guard !space.isEmpty else { return [] }
        let usable = observations.filter { $0.score.isFinite && $0.variance.isFinite }
        var taken = Set(excluded.map(space.point).map(space.snapped))
        taken.formUnion(usable.filter { $0.setting == setting }.map { space.snapped(space.point(of: $0.values)) })
        var made: [Suggestion] = []
        var pending: [[Double]] = []
        func take(_ point: [Double], _ expected: (Double, Double)?) {
            made.append(Suggestion(values: space.values(at: point), expected: expected))
            pending.append(point)
            taken.insert(point)
        }
        for point in designPoints(count, known: usable.count, taken: taken) { take(point, nil) }
        guard made.count < count, !usable.isEmpty else { return made }
        guard let model = ScoreModel(usable, space: space, setting: setting, earlier: settings, random: &random) else {
            return made
        }
        settings = model.settings.logarithms
        while made.count < count {
            guard let next = model.next(pending: pending, options, excluding: taken, random: &random) else { break }
            take(next.point, (next.mean, next.deviation))
        }
        return made
    }

    /// `candidates` by the score expected of them under a setting, the highest first; as they come where nothing is known.
    mutating func ranked(
        _ candidates: [[String: Value]], after observations: [Observation], in setting: Int,
        random: inout SeededGenerator
    ) -> [Suggestion] {
        let usable = observations.filter { $0.score.isFinite && $0.variance.isFinite }
        guard !space.isEmpty, !usable.isEmpty,
            let model = ScoreModel(usable, space: space, setting: setting, earlier: settings, random: &random)
        else { return candidates.map { Suggestion(values: $0) } }
        settings = model.settings.logarithms
        let valued = candidates.map { Suggestion(values: $0, expected: model.posterior(at: space.point(of: $0))) }
        return valued.enumerated().sorted { a, b in
            let (one, other) = (a.element.expected?.mean ?? 0, b.element.expected?.mean ?? 0)
            return one == other ? a.offset < b.offset : one > other
        }.map(\.element)
    }

    /// The next points of the beginning that are new; none once it is over.
    private mutating func designPoints(_ count: Int, known: Int, taken: Set<[Double]>) -> [[Double]] {
        let total = initialCount
        var made: [[Double]] = []
        while made.count < count, known + made.count < total, designed < total {
            var random = design.stream("design")
            let point = space.snapped(space.design(total, &random)[designed])
            designed += 1
            if !taken.contains(point), !made.contains(point) { made.append(point) }
        }
        return made
    }

    /// Up to `count` assignments that cover the space; none once there are as many observations as a beginning takes.
    mutating func covering(
        _ count: Int, after observations: [Observation], excluding excluded: [[String: Value]]
    ) -> [[String: Value]] {
        let taken = Set(excluded.map { space.snapped(space.point(of: $0)) })
        return designPoints(count, known: observations.count, taken: taken).map(space.values)
    }
}
