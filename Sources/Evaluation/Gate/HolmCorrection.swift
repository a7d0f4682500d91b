/// Several tests with one error probability for all of them together (Holm 1979).
///
/// The smallest p value is held against α / m, the next against α / (m − 1), and so on until one fails: the chance of even
/// one false finding stays within α, whatever the tests have to do with each other.
public enum HolmCorrection {
    /// The level each p value is held against, and whether it and all smaller ones are within theirs.
    public static func findings(_ pValues: [Double], alpha: Double) -> [(level: Double, isFound: Bool)] {
        let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
        var findings = pValues.map { _ in (level: 0.0, isFound: false) }
        var holds = true
        for (rank, place) in order.enumerated() {
            let level = alpha / Double(pValues.count - rank)
            holds = holds && pValues[place] <= level
            findings[place] = (level, holds)
        }
        return findings
    }
}
