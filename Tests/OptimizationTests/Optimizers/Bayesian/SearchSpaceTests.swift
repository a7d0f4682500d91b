import Evaluation
import Testing
import TraceGraph

@testable import Optimization

@Suite struct SearchSpaceTests {
    static let mixed = [
        ParameterDefinition(
            "rate", kind: .number, initial: 0.01,
            constraint: ParameterConstraint(range: 0.0001...1, isLogarithmic: true)),
        ParameterDefinition("warmth", kind: .number, initial: 0.5, constraint: ParameterConstraint(range: 0...2)),
        ParameterDefinition("count", kind: .integer, initial: 3, constraint: ParameterConstraint(range: 0...8)),
        ParameterDefinition(
            "width", kind: .integer, initial: 3, constraint: ParameterConstraint(range: 1...4096, isLogarithmic: true)),
        ParameterDefinition(
            "model", kind: .choice, initial: "a", constraint: ParameterConstraint(options: ["a", "b", "c"])),
        ParameterDefinition(
            "votes", kind: .choice, initial: 1, constraint: ParameterConstraint(options: [5, 1, 3])),
        ParameterDefinition("fast", kind: .flag, initial: false),
        ParameterDefinition("free", kind: .number, initial: 30),
        ParameterDefinition("instruction", kind: .text, initial: "Route."),
        ParameterDefinition(
            "settled", kind: .integer, initial: 3, constraint: ParameterConstraint(range: 3...3)),
    ]

    @Test(arguments: 0..<30) func everyPointIsAnAllowedAssignmentAndBack(_ seed: UInt64) throws {
        let space = SearchSpace(Self.mixed)
        #expect(space.names == ["rate", "warmth", "count", "width", "model", "votes", "fast", "free"])
        var random = SeededGenerator(seed: seed)
        let drawn = space.drawn(&random)
        for point in [drawn, space.near(drawn, by: 0.3, &random)] + space.design(5, &random) {
            #expect(space.snapped(point) == point)
            let values = space.values(at: point)
            for (name, value) in values {
                let definition = try #require(Self.mixed.first { $0.name == name })
                #expect(try definition.checked(value) == value)
            }
            for (found, coordinate) in zip(space.point(of: values), point) {
                #expect(abs(found - coordinate) < 1e-9)
            }
        }
    }

    @Test func logarithmsMakeEqualRatiosEqualSteps() throws {
        let rate = try #require(SearchDimension(Self.mixed[0]))
        #expect(abs(rate.coordinate(of: 0.01) - 0.5) < 1e-12)
        #expect(abs((rate.value(at: 0.75).number ?? 0) - 0.1) < 1e-12)
        #expect(rate.coordinate(of: 0.0001) == 0 && rate.coordinate(of: 1.0) == 1)
    }

    @Test func neighboursAreOneStepAwayAndOptionsAreAllNeighbours() throws {
        let count = try #require(SearchDimension(Self.mixed[2]))
        #expect(count.neighbours(of: count.coordinate(of: 8)).map(count.value) == [7])
        #expect(count.neighbours(of: count.coordinate(of: 4)).map(count.value) == [3, 5])
        let votes = try #require(SearchDimension(Self.mixed[5]))
        #expect(votes.neighbours(of: votes.coordinate(of: 3)).map(votes.value) == [1, 5])
        let model = try #require(SearchDimension(Self.mixed[4]))
        #expect(model.isOption && model.neighbours(of: model.coordinate(of: "b")).map(model.value) == ["a", "c"])
    }

    @Test func aDesignMeetsEveryPartOfEveryDimensionOnce() {
        let space = SearchSpace([Self.mixed[1], Self.mixed[0]])
        var random = SeededGenerator(seed: 8)
        let points = space.design(7, &random)
        for place in 0..<2 {
            #expect(Set(points.map { Int($0[place] * 7) }) == Set(0..<7))
        }
    }

    /// On a logarithmic scale equal steps pass over whole numbers; listing them does not.
    @Test func everyWholeNumberOfALogarithmicScaleIsThere() throws {
        let definition = ParameterDefinition(
            "k", kind: .integer, initial: 3, constraint: ParameterConstraint(range: 1...100, isLogarithmic: true))
        let space = SearchSpace([definition])
        let values = space.allPoints.map { space.values(at: $0)["k"] }
        #expect(values == (1...100).map { Value.integer($0) })
        #expect(space.allPoints.allSatisfy { space.snapped($0) == $0 })
    }

    @Test func smallSpacesAreCountedWhole() {
        let space = SearchSpace([Self.mixed[2], Self.mixed[4], Self.mixed[6]])
        #expect(space.count(upTo: 100) == 54 && space.count(upTo: 53) == nil)
        #expect(Set(space.allPoints).count == 54)
        #expect(SearchSpace([Self.mixed[0]]).count(upTo: 100) == nil)
    }

    @Test func extremeRangesHoldTogether() throws {
        let wide = ParameterDefinition(
            "wide", kind: .number, initial: 0,
            constraint: ParameterConstraint(
                range: -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude))
        let whole = ParameterDefinition(
            "whole", kind: .integer, initial: 0, constraint: ParameterConstraint(range: -1e300...1e300))
        for definition in [wide, whole] {
            let dimension = try #require(SearchDimension(definition))
            for share in [0, 0.3, 1] {
                let value = dimension.value(at: share)
                #expect(try definition.checked(value) == value)
                #expect(abs(dimension.coordinate(of: value) - share) < 1e-9)
            }
        }
    }
}
