import Evaluation
import Testing

@Suite struct ParetoFrontTests {
    @Test func whatIsBeatenInEverythingIsOff() {
        let front = ParetoFront([[1, 1], [0.5, 2], [0.5, 1], [2, 0], [1, 1]])
        #expect(front.members == [0, 1, 3, 4])
        #expect(!ParetoFront.dominates([1, 1], [1, 1]))
    }

    @Test func theVolumeOfKnownShapes() {
        #expect(ParetoFront([[2, 1], [1, 2]]).hypervolume(above: [0, 0]) == 3)
        #expect(ParetoFront([[2, 3, 4]]).hypervolume(above: [1, 1, 1]) == 6)
        #expect(ParetoFront([[1, 2, 3], [3, 2, 1]]).hypervolume(above: [0, 0, 0]) == 10)
        #expect(ParetoFront([[0.5]]).hypervolume(above: [0.2]) == 0.3)
        #expect(ParetoFront([[-1, 5]]).hypervolume(above: [0, 0]) == 0)
    }

    /// Against counting random points below the front.
    @Test(arguments: [2, 3, 4]) func theVolumeIsTheShareOfPointsBelow(_ places: Int) {
        var random = SeededGenerator(seed: UInt64(places))
        let points = (0..<12).map { _ in (0..<places).map { _ in random.uniform() } }
        let front = ParetoFront(points)
        let exact = front.hypervolume(above: [Double](repeating: 0, count: places))
        let below = (0..<20_000).filter { _ in
            let point = (0..<places).map { _ in random.uniform() }
            return points.contains { zip($0, point).allSatisfy { $0 >= $1 } }
        }.count
        #expect(abs(exact - Double(below) / 20_000) < 0.015)
        #expect(
            abs(
                ParetoFront(front.members.map { points[$0] }).hypervolume(above: [Double](repeating: 0, count: places))
                    - exact) < 1e-12)
    }

    @Test func disagreementsAreCountedAndNamed() throws {
        let terms = [Objective.Term("accuracy", .maximize), Objective.Term("cost", .minimize)]
        let old = [
            "a": ["accuracy": 0.0, "cost": 1.0], "b": ["accuracy": 1, "cost": 1], "c": ["accuracy": 0, "cost": 1],
        ]
        let new = [
            "a": ["accuracy": 1.0, "cost": 2.0], "b": ["accuracy": 0, "cost": 0.5], "c": ["accuracy": 1, "cost": 0.5],
        ]
        let row = try #require(MetricDisagreement.table(of: terms, new: new, old: old).first)
        #expect(row.agreeing == 1 && row.firstOnly == ["a"] && row.secondOnly == ["b"])
        #expect(try #require(row.summary).contains("1 are better in accuracy only (a)"))
        #expect(MetricDisagreement.table(of: terms, new: old, old: old).allSatisfy { $0.summary == nil })
    }
}
