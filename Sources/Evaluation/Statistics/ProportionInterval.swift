/// Intervals and bounds for the probability of an event seen `successes` times in `trials` tries.
public enum ProportionInterval {
    /// Wilson's score interval (1927): close to its confidence also near 0 and 1. 0...1 without trials.
    public static func wilson(successes: Int, of trials: Int, confidence: Double = 0.95) -> Interval {
        guard trials > 0 else { return Interval(lower: 0, upper: 1, confidence: confidence) }
        let n = Double(trials)
        let share = Double(successes) / n
        let z = NormalDistribution.quantile(0.5 + confidence / 2)
        let square = z * z / n
        let centre = (share + square / 2) / (1 + square)
        let reach = z / (1 + square) * (share * (1 - share) / n + square / (4 * n)).squareRoot()
        return Interval(
            lower: successes == 0 ? 0 : centre - reach, upper: successes == trials ? 1 : centre + reach,
            confidence: confidence)
    }

    /// The exact interval of Clopper and Pearson (1934): never less sure than it says.
    public static func clopperPearson(successes: Int, of trials: Int, confidence: Double = 0.95) -> Interval {
        let tail = (1 - confidence) / 2
        return Interval(
            lower: lowerBound(successes: successes, of: trials, confidence: 1 - tail),
            upper: upperBound(successes: successes, of: trials, confidence: 1 - tail), confidence: confidence)
    }

    /// The exact one-sided upper bound Beta⁻¹(confidence; k + 1, n − k); 1 when every trial succeeded.
    public static func upperBound(successes: Int, of trials: Int, confidence: Double) -> Double {
        guard successes < trials else { return 1 }
        return BetaDistribution(Double(successes + 1), Double(trials - successes)).quantile(confidence)
    }

    /// The exact one-sided lower bound Beta⁻¹(1 − confidence; k, n − k + 1); 0 when no trial succeeded.
    public static func lowerBound(successes: Int, of trials: Int, confidence: Double) -> Double {
        guard successes > 0 else { return 0 }
        return BetaDistribution(Double(successes), Double(trials - successes + 1)).quantile(1 - confidence)
    }
}
