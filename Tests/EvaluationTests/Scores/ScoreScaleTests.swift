import Evaluation
import Testing

@Suite struct ScoreScaleTests {
    private let accuracy = ExactMatch(name: "accuracy")
    private let cost = ResourceMetric(.cost, name: "cost")

    @Test func theBottomOfAComparisonIsNought() {
        let scale = ScoreScale(of: Objective(accuracy), metrics: [accuracy], top: 1)
        #expect(scale.isBottom(0) && scale.isBottom(nil) && !scale.isBottom(0.1))
        #expect(scale.isTop(1) && !scale.isTop(0.9) && !scale.isTop(nil))
    }

    @Test func whatIsMinimisedHasNoBottomUnlessOneIsGiven() {
        let free = ScoreScale(of: Objective(cost), metrics: [cost], top: nil)
        #expect(free.bottom == nil && !free.isBottom(-1e9) && !free.isTop(1e9))
        let bounded = ResourceMetric(.cost, worst: 5, name: "cost")
        #expect(ScoreScale(of: Objective(bounded), metrics: [bounded], top: nil).bottom == -5)
    }

    @Test func aWeightedSumHasTheSumOfItsBottoms() {
        let bounded = ResourceMetric(.cost, worst: 5, name: "cost")
        let objective = Objective([.init("accuracy", .maximize, weight: 2), .init("cost", .minimize, weight: 0.1)])
        #expect(ScoreScale(of: objective, metrics: [accuracy, bounded], top: nil).bottom == -0.5)
        #expect(ScoreScale(of: objective, metrics: [accuracy, cost], top: nil).bottom == nil)
    }
}
