/// One candidate's scores with one metric, example by example, repeats and gaps included.
public struct ScoreSheet: Sendable, Hashable, Codable {
    /// The scores of each example, one a repeat. An example that was tried and never scored has an empty list.
    public private(set) var scores: [String: [Double]]
    /// How often no score could be had, by example.
    public private(set) var gaps: [String: Int]

    public init(_ scores: [String: [Double]] = [:]) {
        self.scores = [:]
        self.gaps = [:]
        for (example, repeats) in scores {
            self.scores[example] = []
            for score in repeats { add(score, for: example) }
        }
    }

    /// One score an example.
    public init(_ scores: [String: Double]) {
        self.init(scores.mapValues { [$0] })
    }

    /// Notes one more repeat of `example`: its score, or nil when none could be had. A score that is no finite number
    /// counts as none.
    public mutating func add(_ score: Double?, for example: String) {
        if let score, score.isFinite {
            scores[example, default: []].append(score)
        } else {
            scores[example, default: []] += []
            gaps[example, default: 0] += 1
        }
    }

    /// The mean over the repeats of `example`; nil when it has no score.
    public subscript(_ example: String) -> Double? {
        scores[example].flatMap { Sample($0).mean }
    }

    /// All examples that were tried, sorted.
    public var examples: [String] { scores.keys.sorted() }

    /// The examples without any score, sorted.
    public var missing: [String] { scores.filter { $0.value.isEmpty }.keys.sorted() }

    /// The mean over the scored examples, each weighing the same however often it was repeated; nil without any.
    public var mean: Double? {
        Sample(examples.compactMap { self[$0] }).mean
    }

    /// Where the spread of the scores comes from; nil unless some example has two scores.
    public var noise: ScoreNoise? { ScoreNoise(of: self) }
}

/// The variance of scores, told apart: Var(y) = E[Var(y | x)] + Var(E[y | x]).
public struct ScoreNoise: Sendable, Hashable, Codable {
    /// Between repeats of the same example: the noise of the candidate itself.
    public let within: Double
    /// Between examples, the part that comes from averaging few noisy repeats taken off; never below 0.
    public let between: Double

    public init(within: Double, between: Double) {
        self.within = within
        self.between = between
    }

    init?(of sheet: ScoreSheet) {
        let repeated = sheet.scores.values.filter { $0.count > 1 }
        let variances = repeated.compactMap { Sample($0).variance }
        guard let within = Sample(variances.sorted()).mean else { return nil }
        let means = sheet.examples.compactMap { sheet[$0] }
        let counts = sheet.scores.values.filter { !$0.isEmpty }.map { 1 / Double($0.count) }
        let noiseOfMeans = within * (Sample(counts.sorted()).mean ?? 0)
        self.within = within
        between = max(0, (Sample(means).variance ?? 0) - noiseOfMeans)
    }
}
