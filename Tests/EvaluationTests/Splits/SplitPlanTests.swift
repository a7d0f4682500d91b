import Evaluation
import Foundation
import Testing
import TraceGraph

@Suite struct SplitPlanTests {
    private func examples(_ count: Int, inputs: Int? = nil, labels: Int? = nil) -> [Example] {
        (0..<count).map { place in
            var fields: Fields = ["message": .text("input \(place % (inputs ?? count))")]
            fields["expected"] = labels.map { .text("label \(place % $0)") } ?? .text("answer \(place)")
            return Example(id: "e\(place)", fields: fields, line: place + 1)
        }
    }

    private func sizes(of split: Split) -> [Int] {
        SplitPart.allCases.map { split[$0].count }
    }

    @Test func sizesAreExactAndPartsDisjoint() throws {
        for count in [1, 2, 3, 7, 10, 99, 250] {
            for labels in [nil, 2, 5] {
                let split = try SplitPlan(.fractions(train: 0.5, validation: 0.3, holdout: 0.2), seed: 3)
                    .split(examples(count, labels: labels))
                let got = sizes(of: split)
                #expect(got.reduce(0, +) == count)
                for (size, share) in zip(got, [0.5, 0.3, 0.2]) {
                    #expect(abs(Double(size) - share * Double(count)) < 1)
                }
                #expect(Set(split.train + split.validation + split.holdout).count == count)
                #expect(split.remarks.isEmpty)
            }
        }
        let counts = try SplitPlan(.counts(train: 5, validation: 0, holdout: 90)).split(examples(100))
        #expect(sizes(of: counts) == [5, 0, 90])
        let partial = try SplitPlan(.fractions(train: 0.1, validation: 0.2, holdout: 0.1)).split(examples(50))
        #expect(sizes(of: partial) == [5, 10, 5])
    }

    @Test func seedDecidesWhoGoesWhere() throws {
        let examples = examples(60)
        let first = try SplitPlan(seed: 1).split(examples)
        #expect(try SplitPlan(seed: 1).split(examples) == first)
        #expect(try SplitPlan(seed: 2).split(examples) != first)
        #expect(try JSONDecoder().decode(Split.self, from: JSONEncoder().encode(first)) == first)
        #expect(first.train == first.train.sorted { Int($0.dropFirst()) ?? 0 < Int($1.dropFirst()) ?? 0 })
        #expect(first.part(of: first.holdout[0]) == .holdout)
    }

    @Test func equalInputsStayTogether() throws {
        for (count, inputs) in [(100, 40), (90, 31), (64, 63)] {
            for labels in [nil, 3] {
                let examples = examples(count, inputs: inputs, labels: labels)
                let split = try SplitPlan(seed: 5).split(examples)
                var parts: [Value: Set<SplitPart>] = [:]
                for example in examples {
                    let part = try #require(split.part(of: example.id))
                    parts[try #require(example["message"]), default: []].insert(part)
                }
                #expect(parts.values.allSatisfy { $0.count == 1 })
            }
        }
    }

    @Test func singlesFillUpBesideGroupsExactly() throws {
        let examples = examples(63, inputs: 50)
        let split = try SplitPlan(.counts(train: 31, validation: 16, holdout: 16), seed: 9).split(examples)
        #expect(sizes(of: split) == [31, 16, 16])
        #expect(split.remarks.isEmpty)
    }

    @Test func sizesThatGroupsForbidAreRemarked() throws {
        let split = try SplitPlan(.counts(train: 5, validation: 3, holdout: 2)).split(examples(10, inputs: 1))
        #expect(sizes(of: split).sorted() == [0, 0, 10])
        #expect(split.remarks.count == 1)
    }

    @Test func eachPartGetsItsShareOfEveryLabel() throws {
        for seed in 0..<10 as Range<UInt64> {
            // 10, 30 and 60 per cent.
            let examples = (0..<100).map { place in
                Example(
                    id: "\(place)",
                    fields: ["m": .integer(place), "expected": place < 10 ? "rare" : place < 40 ? "some" : "most"])
            }
            let split = try SplitPlan(seed: seed).split(examples)
            let byID = Dictionary(uniqueKeysWithValues: examples.map { ($0.id, $0) })
            for (part, share) in [(SplitPart.train, 0.5), (.validation, 0.25), (.holdout, 0.25)] {
                for (label, count) in [("rare", 10.0), ("some", 30), ("most", 60)] {
                    let got = split[part].filter { byID[$0]?["expected"]?.text == label }.count
                    #expect(abs(Double(got) - share * count) <= 2)
                }
            }
        }
    }

    @Test func givenSplitsAreTakenAndLeaksRemarked() throws {
        let words = ["train", "Test", "dev", "train", "holdout"]
        let examples = words.enumerated().map { place, word in
            Example(id: "\(place)", fields: ["m": .integer(place % 4), "part": .text(word), "expected": "x"])
        }
        let split = try SplitPlan(.column("part")).split(examples)
        #expect(split.train == ["0", "3"] && split.validation == ["2"] && split.holdout == ["1", "4"])
        #expect(split.remarks == ["leak: 1 input is in more than one part of the split"])
    }

    @Test func impossibleSplitsAreRefused() {
        let ten = examples(10)
        #expect(throws: (any Error).self) { try SplitPlan(.column("part")).split(ten) }
        for (sizes, code) in [
            (.fractions(train: 0.8, validation: 0.3, holdout: 0), .impossibleSizes),
            (.fractions(train: -0.1, validation: 0.3, holdout: 0), .impossibleSizes),
            (.counts(train: 5, validation: 5, holdout: 1), .tooFewExamples), (.column("part"), .missingColumn),
            (.column("message"), .unknownPart),
        ] as [(SplitPlan.Sizes, SplitError.Code)] {
            do {
                _ = try SplitPlan(sizes).split(ten)
                Issue.record("not refused: \(sizes)")
            } catch {
                #expect(error.code == code)
            }
        }
    }
}
