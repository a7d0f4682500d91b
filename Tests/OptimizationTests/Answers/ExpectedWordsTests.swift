import Evaluation
import Testing
import TraceGraph

@testable import Optimization

@Suite struct ExpectedWordsTests {
    private let labels = ExpectationSummary(of: ["sick", "sowing", "harvest", "sick", "sowing", "harvest"] as [Value])

    private func words(_ outputs: [Value?] = []) throws -> ExpectedWords {
        try #require(ExpectedWords(labels, outputs: outputs))
    }

    @Test func onlyAFewWordsAreExpectedWords() throws {
        #expect(try words().words == ["harvest", "sick", "sowing"])
        #expect(ExpectedWords(nil, outputs: []) == nil)
        #expect(ExpectedWords(ExpectationSummary(of: [1.5, 2.5, 9.75] as [Value]), outputs: []) == nil)
        #expect(ExpectedWords(ExpectationSummary(of: ["one", "one"] as [Value]), outputs: []) == nil)
    }

    @Test func wordsAreMissingWhereFewOutputsAreOneOfThem() throws {
        #expect(try words(["a note", nil, "sick"]).areMissing)
        #expect(try !words([" Sick ", "a note"]).areMissing)
        #expect(try !words(["harvest", "sowing"]).areMissing)
    }

    @Test func aTextNamesAllWordsOrNone() throws {
        let missing = try words(["a note", "another"])
        let valid = try words(["sick", "sowing"])
        #expect(missing.objection(to: "Answer harvest, sick or sowing.") == nil)
        #expect(missing.objection(to: "Judge the note.") != nil)
        #expect(valid.objection(to: "Judge the note.") == nil)
        for words in [missing, valid] {
            let reason = try #require(words.objection(to: "The expected word is 'sick', not sickness."))
            #expect(reason.contains("1 of the 3"))
            #expect(!reason.contains("\n"))
        }
    }

    @Test func aWordInsideAnotherIsNotNamed() throws {
        #expect(try words().named(in: "Sickness and SOWING.") == ["sowing"])
        let nested = try #require(
            ExpectedWords(
                ExpectationSummary(of: ["return", "return request", "return", "return request"] as [Value]),
                outputs: []))
        #expect(nested.named(in: "a return request") == ["return request"])
        #expect(nested.named(in: "a return request or a return").count == 2)
    }

    @Test(arguments: [
        "Answer with one of: harvest, sick, or sowing. Nothing else.",
        "A sick plant?\n- \"Sick\"\n- \"harvest\"\n- \"sowing\"",
    ]) func anotherOrderChangesNothingElse(_ text: String) throws {
        let words = try words()
        for seed in 0..<20 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let other = try #require(words.reordered(text, by: &random))
            #expect(other != text)
            #expect(other.sorted() == text.sorted())
            #expect(words.named(in: other) == words.named(in: text))
            var again = SeededGenerator(seed: seed)
            #expect(words.reordered(text, by: &again) == other)
        }
    }

    @Test(arguments: [
        "", "harvest", "sick, sick, sowing", "harvest when it is ripe, sick when it is not, sowing else",
    ]) func withoutARowOfAllWordsThereIsNoOtherOrder(_ text: String) throws {
        var random = SeededGenerator(seed: 1)
        #expect(try words().reordered(text, by: &random) == nil)
    }
}
