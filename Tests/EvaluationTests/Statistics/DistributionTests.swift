import Evaluation
import Testing

/// Reference values from SciPy 1.17: norm, beta (betainc, betaincinv), t, binom, binomtest.
@Suite struct DistributionTests {
    private func expect(_ value: Double, near reference: Double, _ tolerance: Double = 1e-11) {
        #expect(abs(value - reference) <= tolerance * max(1e-3, abs(reference)), "\(value) for \(reference)")
    }

    @Test func normal() {
        for (z, p) in [
            (-6, 9.865876450376946e-10), (-1.5, 0.06680720126885807), (0, 0.5), (0.3, 0.6179114221889526),
            (2.5, 0.9937903346742238),
        ] { expect(NormalDistribution.cumulative(z), near: p) }
        for (p, z) in [
            (1e-10, -6.361340902404056), (0.01, -2.3263478740408408), (0.2, -0.8416212335729142), (0.5, 0),
            (0.9, 1.2815515655446004), (0.975, 1.959963984540054), (0.99999, 4.264890793923841),
        ] { expect(NormalDistribution.quantile(p), near: z) }
        #expect(NormalDistribution.quantile(0) == -.infinity)
        #expect(NormalDistribution.quantile(1) == .infinity)
    }

    @Test func beta() {
        for (a, b, x, p) in [
            (0.5, 0.5, 0.3, 0.36901011956554536), (2, 3, 0.4, 0.5248), (50, 7, 0.9, 0.6738420643196652),
            (1, 200, 0.01, 0.8660203251420381), (300, 400, 0.43, 0.5318676325257008),
            (0.2, 30, 0.001, 0.53610718981345),
        ] { expect(BetaDistribution(a, b).cumulative(x), near: p) }
        for (a, b, p, x) in [
            (0.5, 0.5, 0.3, 0.2061073738537634), (2, 3, 0.95, 0.7513953742698181),
            (51, 7, 0.05, 0.8027774801930636), (1, 200, 0.95, 0.014867039231272054),
            (300, 401, 0.975, 0.4647444536330176), (9, 192, 0.95, 0.07101416861601978),
        ] { expect(BetaDistribution(a, b).quantile(p), near: x) }
    }

    @Test func quantilesInvertDistributionFunctions() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<300 {
            let p = generator.uniform(in: 0.0005...0.9995)
            let beta = BetaDistribution(generator.uniform(in: 0.3...60), generator.uniform(in: 0.3...60))
            expect(beta.cumulative(beta.quantile(p)), near: p, 1e-9)
            let student = StudentTDistribution(degreesOfFreedom: generator.uniform(in: 0.7...90))
            expect(student.cumulative(student.quantile(p)), near: p, 1e-9)
            expect(NormalDistribution.cumulative(NormalDistribution.quantile(p)), near: p)
        }
    }

    @Test func studentT() {
        for (v, t, p) in [
            (1, -2, 0.14758361765043326), (4, 0.01, 0.5037499218770507), (7, 1.9, 0.9503969902663183),
            (29, 2.5, 0.9908373278307869), (200, -3, 0.0015215235569529524), (3.5, 0.7, 0.7361829288271606),
        ] { expect(StudentTDistribution(degreesOfFreedom: v).cumulative(t), near: p) }
        for (v, p, t) in [
            (1, 0.99, 31.820515953773935), (4, 0.95, 2.1318467863266495), (7, 0.3, -0.5491096579472854),
            (29, 0.975, 2.045229642132703), (200, 0.001, -3.131479814221121), (3.5, 0.51, 0.0269023529065495),
        ] { expect(StudentTDistribution(degreesOfFreedom: v).quantile(p), near: t, 1e-10) }
    }

    @Test func binomial() {
        for (n, q, k, cumulative, mass) in [
            (15, 0.5, 11, 0.982421875, 0.04165649414062512), (200, 0.04, 12, 0.940107337448163, 0.047598027383519405),
            (1000, 0.3, 280, 0.08857952260595, 0.010700779097633686), (10, 0.1, 0, 0.3486784401, 0.3486784401),
        ] {
            let binomial = BinomialDistribution(trials: n, probability: q)
            expect(binomial.cumulative(k), near: cumulative, 1e-10)
            expect(binomial.mass(k), near: mass, 1e-10)
            expect(binomial.atLeast(k + 1), near: 1 - cumulative, 1e-9)
        }
        for (k, n, q, p) in [
            (3, 15, 0.5, 0.03515625), (7, 10, 0.3, 0.0105920784), (12, 100, 0.2, 0.045348959953569634),
        ] { expect(BinomialDistribution(trials: n, probability: q).twoSidedPValue(k), near: p, 1e-9) }
    }
}
