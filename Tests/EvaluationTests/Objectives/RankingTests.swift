import Evaluation
import Testing
import TraceGraph

@Suite struct RankingTests {
    private func evaluations(_ scores: [[String: Double]], _ objective: Objective) async -> [Evaluation] {
        var made: [Evaluation] = []
        for (place, scores) in scores.enumerated() {
            let trace = await Trace.record { Traced("x", name: "x") }
            made.append(
                Evaluation(
                    candidate: .seed, example: Example(id: "\(place)", fields: [:]), repetition: 0,
                    scores: scores.mapValues { Score($0) }, score: objective.value(of: scores), evidence: 0,
                    trace: trace))
        }
        return made
    }

    private var accuracy: Objective { Objective([Objective.Term("accuracy", .maximize)]) }

    @Test func whoHoldsTheLimitsBeatsWhoDoesNot() async {
        var objective = accuracy
        objective.constraints = [MetricConstraint("cost", atMost: 1), MetricConstraint("recall", atLeast: 0.5)]
        let ranking = Ranking(objective)
        let good = await evaluations([["accuracy": 0.9, "cost": 2, "recall": 0.6]], objective)
        let held = await evaluations([["accuracy": 0.2, "cost": 0.9, "recall": 0.6]], objective)
        let better = await evaluations([["accuracy": 0.3, "cost": 1, "recall": 0.5]], objective)
        let near = await evaluations([["accuracy": 0.1, "cost": 1.1, "recall": 0.5]], objective)
        #expect(ranking.prefers(held, to: good, countingGapsAs: 0))
        #expect(!ranking.prefers(good, to: held, countingGapsAs: 0))
        #expect(ranking.prefers(better, to: held, countingGapsAs: 0))
        #expect(ranking.prefers(near, to: good, countingGapsAs: 0))
        let unknown = await evaluations([["accuracy": 1]], objective)
        #expect(!ranking.prefers(unknown, to: good, countingGapsAs: 0))
    }

    @Test func pricesRiseWhileALimitIsBrokenAndFallAfterwards() async {
        var lagrangian = Lagrangian([MetricConstraint("cost", atMost: 1)], rate: 0.5)
        lagrangian.update(seeing: [["cost": 3], ["cost": 1]])
        #expect(lagrangian.prices == [0.5])
        #expect(lagrangian.value(of: 1, ["cost": 2]) == 0.5)
        lagrangian.update(seeing: [["cost": 0.5]])
        #expect(lagrangian.prices == [0.25])
        lagrangian.update(seeing: [["cost": -9]])
        #expect(lagrangian.prices == [0])

        var objective = accuracy
        objective.constraints = [MetricConstraint("cost", atMost: 1)]
        objective.limitRule = .priced(rate: 1)
        var ranking = Ranking(objective)
        let dear = await evaluations([["accuracy": 0.9, "cost": 2]], objective)
        let cheap = await evaluations([["accuracy": 0.5, "cost": 1]], objective)
        #expect(ranking.prefers(dear, to: cheap, countingGapsAs: 0))
        ranking.update(seeing: dear)
        #expect(ranking.prefers(cheap, to: dear, countingGapsAs: 0))
    }

    @Test func riskPrefersTheSteady() async {
        var objective = accuracy
        let daring = await evaluations(([0] + [Double](repeating: 0.9, count: 9)).map { ["accuracy": $0] }, objective)
        let steady = await evaluations([Double](repeating: 0.8, count: 10).map { ["accuracy": $0] }, objective)
        #expect(Ranking(objective).prefers(daring, to: steady, countingGapsAs: 0))
        for risk in [RiskMeasure.tail(share: 0.2), .mixed] {
            objective.risk = risk
            #expect(Ranking(objective).prefers(steady, to: daring, countingGapsAs: 0))
        }
    }

    @Test func onAFrontNothingIsBought() async {
        var objective = Objective([Objective.Term("accuracy", .maximize), Objective.Term("cost", .minimize)])
        objective.isFront = true
        let ranking = Ranking(objective)
        let first = await evaluations([["accuracy": 0.5, "cost": 1]], objective)
        let dearer = await evaluations([["accuracy": 0.9, "cost": 1.1]], objective)
        let both = await evaluations([["accuracy": 0.6, "cost": 1]], objective)
        #expect(!ranking.prefers(dearer, to: first, countingGapsAs: 0))
        #expect(ranking.prefers(both, to: first, countingGapsAs: 0))
        #expect(!ranking.prefers(first, to: first, countingGapsAs: 0))
    }

    @Test func aSumIsPlainAndSaysSo() {
        var objective = accuracy
        #expect(objective.isPlain && objective.summary == "maximize accuracy")
        objective.risk = .tail(share: 0.2)
        objective.constraints = [MetricConstraint("cost", atMost: 1)]
        #expect(!objective.isPlain)
        #expect(objective.summary == "maximize accuracy, mean of the worst 20 %, subject to cost ≤ 1")
    }
}
