import TraceGraph

/// Several metrics of the same thing as one, such as judges of different models: harder to please by what fools only one.
public struct JudgeEnsemble: Metric {
    /// What the judges' scores come to (Coste 2023).
    public enum Aggregate: Sendable, Hashable, Codable {
        case mean
        /// min over the judges: worst-case optimization.
        case worst
        /// mean − weight · variance: uncertainty-weighted optimization.
        case uncertainty(weight: Double)

        /// Nil without scores.
        public func callAsFunction(_ scores: [Double]) -> Double? {
            let sample = Sample(scores)
            guard let mean = sample.mean else { return nil }
            switch self {
            case .mean: return mean
            case .worst: return scores.min()
            case .uncertainty(let weight):
                return mean - weight * (sample.variance ?? 0) * Double(scores.count - 1) / Double(scores.count)
            }
        }
    }

    public let name: String
    /// Those who judge, in order.
    public let judges: [any Metric]
    /// How their scores become one.
    public let aggregate: Aggregate

    /// - Precondition: There are judges, and all agree whether more or less is better.
    public init(_ judges: [any Metric], _ aggregate: Aggregate, name: String = "judge") {
        precondition(!judges.isEmpty, "an ensemble has judges")
        self.judges = judges
        self.aggregate = aggregate
        self.name = name
    }

    public var direction: MetricDirection { judges.first?.direction ?? .maximize }

    /// Every judge's words, and what their scores come to. One that comes to no score makes the ensemble come to none.
    ///
    /// Where less is better the scores are turned round before they are brought together and back after it.
    public func score(_ subject: MetricSubject) async throws -> Score {
        var values: [Double] = []
        var words: [String] = []
        var usage = Usage.none
        for judge in judges {
            let score = try await judge.score(subject)
            values.append(direction == .maximize ? score.value : -score.value)
            usage = usage + score.usage
            if !score.feedback.isEmpty, !words.contains(score.feedback) { words.append(score.feedback) }
        }
        let value = aggregate(values) ?? 0
        return Score(direction == .maximize ? value : -value, feedback: words.joined(separator: "\n"), usage: usage)
    }
}
