/// How many examples a paired comparison of two 0/1 scores needs, planned from the rates of change expected.
///
/// Connor (1987), for McNemar's one-sided test, with d = fixes − breaks and ψ = fixes + breaks as rates:
/// n = (z₁₋α √ψ + z_power √(ψ − d²))² / d². At α = .05 and 80 % power that is 616 for 15 fixes and 10 breaks per 100,
/// 183 for 20 and 10, 94 for 25 and 10.
public struct PairedDesign: Sendable, Hashable, Codable {
    /// The share of examples that only the new candidate gets right.
    public var fixRate: Double
    /// The share of examples that only the old candidate gets right.
    public var breakRate: Double

    public init(fixRate: Double, breakRate: Double) {
        self.fixRate = fixRate
        self.breakRate = breakRate
    }

    /// The examples needed, rounded to the nearest whole number; nil when the rates are equal, so that none suffice.
    ///
    /// - Parameters:
    ///   - alpha: The one-sided level.
    ///   - power: The probability with which a difference that is there is to be found.
    public func sampleSize(alpha: Double = 0.05, power: Double = 0.8) -> Int? {
        let difference = abs(fixRate - breakRate)
        guard difference > 0 else { return nil }
        let change = fixRate + breakRate
        let root =
            NormalDistribution.quantile(1 - alpha) * change.squareRoot()
            + NormalDistribution.quantile(power) * max(0, change - difference * difference).squareRoot()
        let count = root * root / (difference * difference)
        return count < 1e15 ? max(1, Int(count.rounded())) : nil
    }

    /// The probability that so many examples show the difference.
    public func power(sampleSize: Int, alpha: Double = 0.05) -> Double {
        let difference = abs(fixRate - breakRate)
        let change = fixRate + breakRate
        let reach =
            difference * Double(sampleSize).squareRoot()
            - NormalDistribution.quantile(1 - alpha) * change.squareRoot()
        let spread = max(0, change - difference * difference).squareRoot()
        guard spread > 0 else { return reach > 0 ? 1 : 0 }
        return NormalDistribution.cumulative(reach / spread)
    }
}
