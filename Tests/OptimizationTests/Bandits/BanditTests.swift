import Evaluation
import Testing

@testable import Optimization

@Suite struct BanditTests {
    @Test func chancesAddUpAndFollowTheLosses() {
        let bandit = TsallisINF(losses: [3, 0, 10, 3], pulls: 20)
        let chances = bandit.chances
        #expect(abs(chances.reduce(0, +) - 1) < 1e-9)
        #expect(chances[1] > chances[0] && abs(chances[0] - chances[3]) < 1e-12 && chances[0] > chances[2])
        // p = 4 / (η (L − x))² with η = 2 / √21: the same x from every arm.
        let rate = 2 / 21.0.squareRoot()
        let places = zip(chances, bandit.losses).map { $1 - 2 / (rate * $0.squareRoot()) }
        for place in places { #expect(abs(place - places[0]) < 1e-6) }
        #expect(TsallisINF(arms: 4).chances.allSatisfy { abs($0 - 0.25) < 1e-9 })
    }

    /// Pulls of arms that differ by .2, and the same with the arms swapped half way.
    @Test(arguments: [false, true]) func regretGrowsMoreSlowlyThanPulls(_ swaps: Bool) {
        var random = SeededGenerator(seed: 9)
        var bandit = TsallisINF(arms: 4)
        var losses = [0.0, 0, 0, 0]
        var own = 0.0
        for pull in 0..<3_000 {
            let good = swaps && pull > 1_500 ? 2 : 1
            let chances = bandit.chances
            let arm = random.index(weightedBy: chances) ?? 0
            for other in 0..<4 {
                let loss = random.chance(other == good ? 0.3 : 0.5) ? 1.0 : 0
                losses[other] += loss
                if other == arm {
                    own += loss
                    bandit.learn(arm, loss: loss, chance: chances[arm])
                }
            }
        }
        let regret = own - (losses.min() ?? 0)
        #expect(regret < 4 * (4.0 * 3_000).squareRoot())
    }

    @Test func learnsWhichArmSuitsWhichCase() {
        var random = SeededGenerator(seed: 4)
        var bandit = LinUCB(arms: 2, features: 2)
        var right = 0
        for pull in 0..<400 {
            let features = [1, random.uniform(in: -1...1)]
            let arm = bandit.choice(features)
            let best = features[1] > 0 ? 1 : 0
            if pull >= 200, arm == best { right += 1 }
            bandit.learn(arm, features, reward: 0.5 + (arm == 1 ? 0.4 : -0.4) * features[1] + 0.1 * random.normal())
        }
        #expect(right > 180)
        #expect(bandit.best([1, 0.9]) == 1 && bandit.best([1, -0.9]) == 0)
        let (mean, error) = bandit.estimate(1, [1, 0.5])
        #expect(abs(mean - 0.7) < 0.1 && error < 0.5)
        #expect(bandit.estimate(0, [100, 0]).error > bandit.estimate(0, [1, 0]).error)
    }

    @Test func whatIsBelievedChangesNoExpectationAndIsSurer() {
        var bandit = LinUCB(arms: 2, features: 2)
        for pull in 0..<10 { bandit.learn(0, [1, Double(pull) / 10], reward: Double(pull) / 20) }
        let features = [1, 0.4]
        let before = bandit.estimate(0, features)
        bandit.believe(0, features)
        let after = bandit.estimate(0, features)
        #expect(abs(before.mean - after.mean) < 1e-12 && after.error < before.error)
        #expect(bandit.estimate(1, features) == LinUCB(arms: 2, features: 2).estimate(1, features))
    }
}
