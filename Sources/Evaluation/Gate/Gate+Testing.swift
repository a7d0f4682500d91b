extension Gate {
    /// What a test says about gains, more being better.
    struct Finding {
        var test: Verdict.Test
        var better: Double
        var worse: Double
        var interval: Interval
        var needed: Int?
        /// What was compared instead of the means.
        var measured: Verdict.Measure?
    }

    func finding(for gains: PairedDifferences, of pairs: ScorePairs, level: Double) -> Finding {
        let confidence = max(0, 1 - 2 * level)
        let needed = gains.sampleSize(alpha: level, power: power).map { max($0, pairs.count + 1) }
        let generator = SeededGenerator(seed: seed).stream("gate")
        switch test(for: gains, of: pairs) {
        case .mcNemar:
            return mcNemar(gains, level: level)
        case .pairedT, .none:
            return Finding(
                test: .pairedT, better: gains.pValueForGreater, worse: gains.pValueForLess,
                interval: gains.interval(confidence: confidence), needed: needed)
        case .bootstrap:
            let bootstrap = PairedBootstrap(gains, generator: generator)
            return Finding(
                test: .bootstrap, better: bootstrap.pValueForGreater, worse: bootstrap.pValueForLess,
                interval: bootstrap.interval(confidence: confidence), needed: needed)
        case .signFlip:
            let test = SignFlipTest(gains, generator: generator)
            return Finding(
                test: .signFlip, better: test.pValueForGreater, worse: test.pValueForLess,
                interval: test.interval(confidence: confidence), needed: needed)
        case .swap:
            return finding(of: pairs, riskInUse ?? .mean, level: level)
        }
    }

    private func finding(of pairs: ScorePairs, _ risk: RiskMeasure, level: Double) -> Finding {
        // Less being better, the worst are the highest.
        let sign = direction == .maximize ? 1.0 : -1
        let test = SwapTest(
            winner: pairs.winner.map { sign * $0 }, incumbent: pairs.incumbent.map { sign * $0 }, measure: risk,
            generator: SeededGenerator(seed: seed).stream("gate"))
        return Finding(
            test: .swap, better: test.pValueForGreater, worse: test.pValueForLess,
            interval: test.interval(confidence: max(0, 1 - 2 * level)),
            needed: test.sampleSize(alpha: level, power: power).map { max($0, pairs.count + 1) },
            measured: Verdict.Measure(risk.summary, incumbent: sign * test.incumbent, winner: sign * test.winner))
    }

    private func test(for gains: PairedDifferences, of pairs: ScorePairs) -> Verdict.Test {
        switch choice {
        case _ where riskInUse != nil: .swap
        case .pairedT: .pairedT
        case .signFlip: .signFlip
        case .bootstrap: .bootstrap
        case .automatic: pairs.areBinary ? .mcNemar : gains.suitsStudent && !gains.areTied ? .pairedT : .signFlip
        }
    }

    private func mcNemar(_ gains: PairedDifferences, level: Double) -> Finding {
        let fixes = gains.values.filter { $0 > 0 }.count
        let breaks = gains.values.filter { $0 < 0 }.count
        let outcomes = PairedOutcomes(fixes: fixes, breaks: breaks, of: gains.count)
        let count = Double(gains.count)
        let design = PairedDesign(fixRate: Double(fixes) / count, breakRate: Double(breaks) / count)
        return Finding(
            test: .mcNemar, better: outcomes.pValueForBetter, worse: outcomes.pValueForWorse,
            interval: outcomes.interval(confidence: max(0, 1 - 2 * level)),
            needed: design.sampleSize(alpha: level, power: power).map { max($0, gains.count + 1) })
    }
}
