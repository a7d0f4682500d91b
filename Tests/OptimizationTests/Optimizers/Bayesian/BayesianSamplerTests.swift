import Evaluation
import Foundation
import Testing
import TraceGraph

@testable import Optimization

@Suite struct BayesianSamplerTests {
    private static let bowl = [
        ParameterDefinition("x", kind: .number, initial: 0, constraint: ParameterConstraint(range: 0...1)),
        ParameterDefinition("y", kind: .number, initial: 0, constraint: ParameterConstraint(range: 0...1)),
    ]

    private static func best(
        _ definitions: [ParameterDefinition], evaluations: Int, seed: UInt64, batch: Int = 1,
        _ score: ([String: Value]) -> Double
    ) -> BayesianSampler.Observation? {
        var random = SeededGenerator(seed: seed)
        var sampler = BayesianSampler(definitions, random: random.stream("design"))
        var tried: [BayesianSampler.Observation] = []
        while tried.count < evaluations {
            let next = sampler.suggestions(batch, after: tried, random: &random)
            if next.isEmpty { break }
            #expect(next.count <= batch)
            tried += next.map { .init($0.values, score: score($0.values)) }
        }
        #expect(Set(tried.map(\.values)).count == tried.count)
        return tried.max { $0.score < $1.score }
    }

    @Test(arguments: [1, 3]) func climbsASmoothHill(_ batch: Int) throws {
        let found = try #require(
            Self.best(Self.bowl, evaluations: 15, seed: 1, batch: batch) { values in
                let (x, y) = (values["x"]?.number ?? 0, values["y"]?.number ?? 0)
                return -(x - 0.63) * (x - 0.63) - 2 * (y - 0.21) * (y - 0.21)
            })
        #expect(found.score > -1e-3)
    }

    @Test(
        "proposals of one step stay apart, whatever untried ones are taken to score",
        arguments: BayesianOptions.Lie.allCases)
    func batches(_ lie: BayesianOptions.Lie) {
        for seed in 0..<4 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var sampler = BayesianSampler(
                Self.bowl, options: BayesianOptions(lie: lie), random: random.stream("design"))
            var tried: [BayesianSampler.Observation] = []
            for _ in 0..<3 {
                let step = sampler.suggestions(4, after: tried, random: &random)
                #expect(step.count == (tried.isEmpty ? 3 : 4), "nothing is modelled before the first scores")
                let places = step.map { [$0.values["x"]?.number ?? 0, $0.values["y"]?.number ?? 0] }
                for (one, place) in places.enumerated() {
                    for other in places.dropFirst(one + 1) {
                        let distance = zip(place, other).map { abs($0 - $1) }.max() ?? 0
                        #expect(distance > 0.005, "\(lie) \(place) \(other)")
                    }
                }
                tried += zip(step, places).map { suggestion, place in
                    let (x, y) = (place[0] - 0.63, place[1] - 0.21)
                    return .init(suggestion.values, score: -x * x - 2 * y * y)
                }
            }
        }
    }

    @Test func findsTheOptionTheNumberAndTheFlagTogether() {
        let space = [
            ParameterDefinition(
                "model", kind: .choice, initial: "a", constraint: ParameterConstraint(options: ["a", "b", "c", "d"])),
            ParameterDefinition("count", kind: .integer, initial: 1, constraint: ParameterConstraint(range: 1...10)),
            ParameterDefinition("fast", kind: .flag, initial: true),
        ]
        let worths = ["a": 0.1, "b": 0.5, "c": 0.9, "d": 0.4]
        let found = Self.best(space, evaluations: 24, seed: 2) { values in
            let worth = worths[values["model"]?.text ?? ""] ?? 0
            let distance = (values["count"]?.number ?? 0) - 7
            let bonus = values["fast"]?.flag == true ? 0 : 0.2
            return worth + bonus - 0.02 * distance * distance
        }
        #expect(found?.values == ["model": "c", "count": 7, "fast": false])
    }

    @Test func anExhaustedSpaceHasNoMoreSuggestions() {
        let flags = ["a", "b"].map { ParameterDefinition($0, kind: .flag, initial: false) }
        var random = SeededGenerator(seed: 3)
        var sampler = BayesianSampler(flags, random: random)
        var tried: [BayesianSampler.Observation] = [.init(["a": false, "b": false], score: 0)]
        let first = sampler.suggestions(10, after: tried, random: &random)
        tried += first.map { .init($0.values, score: 1) }
        #expect(Set(tried.map(\.values)).count == 4)
        #expect(sampler.suggestions(1, after: tried, random: &random).isEmpty)
    }

    @Test func scoresUnderAnotherSettingTeach() throws {
        var random = SeededGenerator(seed: 5)
        var sampler = BayesianSampler([Self.bowl[0]], random: random.stream("design"))
        func hill(_ x: Double) -> Double { 1 - (x - 0.7) * (x - 0.7) }
        // The same hill under setting 0, a constant higher; only one look under setting 1.
        var seen: [BayesianSampler.Observation] = (0...10).map { place in
            .init(["x": .number(Double(place) / 10)], score: hill(Double(place) / 10))
        }
        seen.append(.init(["x": 0.0], score: hill(0) - 0.2, setting: 1))
        for _ in 0..<3 {
            let next = try #require(sampler.suggestions(1, after: seen, in: 1, random: &random).first)
            seen.append(.init(next.values, score: hill(next.values["x"]?.number ?? 0) - 0.2, setting: 1))
        }
        let best = seen.suffix(3).map(\.score).max() ?? 0
        #expect(best > 0.78)
    }

    /// Scores that are known to be inexact are not taken at their face.
    @Test func noiseIsAveragedOut() throws {
        var random = SeededGenerator(seed: 6)
        var sampler = BayesianSampler([Self.bowl[0]], random: random.stream("design"))
        let seen: [BayesianSampler.Observation] = (0...20).map { place in
            let x = Double(place) / 20
            return .init(
                ["x": .number(x)], score: 1 - 2 * (x - 0.3) * (x - 0.3) + (place == 19 ? 0.9 : 0.05 * random.normal()),
                variance: place == 19 ? 0.5 : 0.0025)
        }
        let suggestions = sampler.suggestions(3, after: seen, random: &random)
        for suggestion in suggestions { #expect((suggestion.values["x"]?.number ?? 1) < 0.75) }
    }

    @Test func nothingFiniteIsNoReasonToStop() {
        var random = SeededGenerator(seed: 7)
        var sampler = BayesianSampler(Self.bowl, random: random)
        let seen = (0..<4).map { BayesianSampler.Observation(["x": .number(Double($0) / 4), "y": 0], score: .nan) }
        #expect(sampler.suggestions(2, after: seen, random: &random).count == 2)
        let level = (0..<4).map { BayesianSampler.Observation(["x": .number(Double($0) / 4), "y": 0], score: 0) }
        #expect(sampler.suggestions(2, after: level, random: &random).count == 2)
    }
}
