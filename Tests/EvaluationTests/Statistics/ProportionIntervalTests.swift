import Evaluation
import Testing

/// Reference values from SciPy 1.17: binomtest(k, n).proportion_ci, beta.ppf; the Bernstein bound from its formula.
@Suite struct ProportionIntervalTests {
    @Test func wilson() {
        for (k, n, low, high) in [
            (0, 10, 0, 0.27753279986288926), (7, 20, 0.1811918241010821, 0.5671457233147637),
            (200, 250, 0.7460440266329054, 0.8448759936698278),
        ] {
            let interval = ProportionInterval.wilson(successes: k, of: n)
            #expect(abs(interval.lower - low) < 1e-12 && abs(interval.upper - high) < 1e-12)
        }
    }

    @Test func clopperPearson() {
        for (k, n, low, high) in [
            (0, 10, 0, 0.30849710781876294), (7, 20, 0.1539092047845412, 0.5921885345328283),
            (250, 250, 0.9853528113643196, 1),
        ] {
            let interval = ProportionInterval.clopperPearson(successes: k, of: n)
            #expect(abs(interval.lower - low) < 1e-12 && abs(interval.upper - high) < 1e-12)
        }
    }

    @Test func empiricalBernstein() {
        let sample = Sample([0.1, 0.4, 0.2, 0.9, 0.3, 0.35, 0.15, 0.6])
        let bound = EmpiricalBernstein.upperBound(sample, in: 0...4, confidence: 0.95)
        // 7 · 4 · ln 40 / 21 instead of 7 · ln 40 / 21.
        #expect(abs(bound - min(4, 1.8587040131226342 + 3 * 7 * 3.6888794541139363 / 21)) < 1e-12)
        #expect(EmpiricalBernstein.upperBound(sample, in: 0...1, confidence: 0.95) == 1)
        #expect(EmpiricalBernstein.upperBound(Sample([0.5]), in: 0...2, confidence: 0.95) == 2)
    }
}
