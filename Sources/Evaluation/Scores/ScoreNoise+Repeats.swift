extension ScoreNoise {
    /// The share of the variance of a single run's score that is chance: what a repeat of the same example changes.
    public var chance: Double { within + between > 0 ? within / (within + between) : 0 }

    /// The standard error of the mean score over `examples`, each run `repeats` times: √((between + within / m) / n).
    ///
    /// - Precondition: `examples` and `repeats` are above 0.
    public func standardError(examples: Int, repeats: Int) -> Double {
        ((between + within / Double(repeats)) / Double(examples)).squareRoot()
    }

    /// The fewest repeats with which even endless repeats would make the interval of a mean shorter by no more than
    /// `tolerance` of its length.
    ///
    /// Repeats only take away chance; what differs between examples stays, and only more examples help against that. So
    /// within / m ≤ (1 / (1 − tolerance)² − 1) · between decides, and nothing is repeated where nothing is chance.
    ///
    /// - Parameter most: What is too dear in any case.
    /// - Precondition: 0 < `tolerance` < 1, `most` > 0.
    public func repeats(tolerance: Double = 0.1, most: Int = 8) -> Int {
        precondition(
            tolerance > 0 && tolerance < 1 && most > 0, "a tolerance is a share, and there is one repeat or more")
        guard within > 0 else { return 1 }
        let allowed = (1 / ((1 - tolerance) * (1 - tolerance)) - 1) * between
        guard allowed > 0 else { return most }
        let needed = (within / allowed).rounded(.up)
        return needed < Double(most) ? max(1, Int(needed)) : most
    }

    /// In words: `chance 0.06 and examples 0.18 of the variance`.
    public var summary: String {
        func short(_ number: Double) -> String { "\((number * 1e4).rounded() / 1e4)" }
        return "variance \(short(within)) between repeats of an example, \(short(between)) between examples"
    }
}
