import Evaluation
import Foundation
import Testing

@Suite struct SeededGeneratorTests {
    /// Computed from the published algorithms by an independent program.
    @Test func bitsAreThoseOfXoshiroSeededBySplitmix() {
        var generator = SeededGenerator(seed: 42)
        #expect(
            (0..<4).map { _ in generator.next() }
                == [0x1578_0B2E_0C2E_C716, 0x6104_D986_6D11_3A7E, 0xAE17_5332_39E4_99A1, 0xECB8_AD47_03B3_60A1])
        var zero = SeededGenerator(seed: 0)
        #expect((0..<2).map { _ in zero.next() } == [0x99EC_5F36_CB75_F2B4, 0xBF6E_1F78_4956_452A])
    }

    @Test(arguments: [0, 1, 77] as [Int]) func stateGoesOnExactlyThere(draws: Int) throws {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<draws { _ = generator.next() }
        let text = try JSONEncoder().encode([generator])
        var restored = try #require(try JSONDecoder().decode([SeededGenerator].self, from: text).first)
        #expect(restored == generator)
        #expect((0..<50).map { _ in restored.next() } == (0..<50).map { _ in generator.next() })
        #expect(restored.stream("a") == generator.stream("a"))
    }

    @Test(arguments: ["", "12", String(repeating: "0", count: 80), String(repeating: "g", count: 80)])
    func stateMustBeOne(text: String) {
        #expect(SeededGenerator(state: text) == nil)
    }

    @Test func streamsDependOnSeedAndNameAlone() {
        let fresh = SeededGenerator(seed: 3)
        var used = fresh
        for _ in 0..<10 { _ = used.next() }
        #expect(used.stream("minibatch") == fresh.stream("minibatch"))
        #expect(fresh.stream("minibatch") != fresh.stream("minibatch2"))
        #expect(fresh.stream("a") != SeededGenerator(seed: 4).stream("a"))
        #expect(fresh.stream("a").stream("b") != fresh.stream("b").stream("a"))
        #expect(fresh.stream("a").seed != fresh.seed)
    }

    @Test func indicesAreEvenlySpread() {
        var generator = SeededGenerator(seed: 5)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<14_000 { counts[generator.index(below: 7)] += 1 }
        // Standard deviation 41: five of them either side.
        #expect(counts.allSatisfy { abs($0 - 2_000) < 210 })
    }

    @Test func shufflesAreEvenlySpread() {
        var generator = SeededGenerator(seed: 6)
        var counts: [[Int]: Int] = [:]
        for _ in 0..<6_000 { counts[generator.shuffled([1, 2, 3]), default: 0] += 1 }
        #expect(counts.count == 6)
        #expect(counts.values.allSatisfy { abs($0 - 1_000) < 150 })
    }

    @Test func samplesAreDifferentPlaces() {
        var generator = SeededGenerator(seed: 7)
        for count in 0...12 {
            let sample = generator.sample(count, from: 0..<10)
            #expect(sample.count == min(count, 10))
            #expect(Set(sample).count == sample.count)
        }
    }

    @Test func normalsHaveTheirMoments() throws {
        var generator = SeededGenerator(seed: 8)
        let sample = Sample((0..<20_000).map { _ in generator.normal() })
        #expect(abs(try #require(sample.mean)) < 0.03)
        #expect(abs(try #require(sample.variance) - 1) < 0.05)
        #expect(abs(try #require(sample.skewness)) < 0.08)
    }

    @Test func weightsDecideHowOftenAPlaceIsDrawn() {
        var generator = SeededGenerator(seed: 10)
        var counts = [0, 0, 0, 0]
        for _ in 0..<4_000 {
            if let place = generator.index(weightedBy: [1, 0, 3, .nan]) { counts[place] += 1 }
        }
        #expect(counts[1] == 0 && counts[3] == 0)
        #expect(abs(counts[0] - 1_000) < 140)
        #expect(generator.index(weightedBy: [0, -1]) == nil)
        #expect(generator.index(weightedBy: []) == nil)
        #expect(generator.pick(from: [Int]()) == nil)
    }
}
