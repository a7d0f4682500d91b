import Evaluation
import Testing
import TraceGraph

@testable import Optimization

@Suite("Smallest change: choosing edits")
struct EditSelectionTests {
    @Test("is the optimum that trying all subsets finds, for up to 15 edits", arguments: 0..<40)
    func bruteForce(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let count = random.index(below: 16)
        let worths = (0..<count).map { _ in (random.uniform() - 0.3) * 0.2 }
        let costs = (0..<count).map { _ in Double(random.index(below: 40)) - 5 }
        let price = random.uniform() * 0.01
        let most = random.chance(0.5) ? random.index(below: 6) : nil
        func value(_ chosen: some Sequence<Int>) -> Double {
            chosen.reduce(0) { $0 + worths[$1] - price * costs[$1] }
        }
        var best = 0.0
        for subset in 0..<(1 << count) {
            let chosen = (0..<count).filter { subset >> $0 & 1 == 1 }
            if chosen.count <= most ?? count { best = max(best, value(chosen)) }
        }
        let chosen = EditSelection(price: price, most: most).chosen(worths: worths, costs: costs)
        #expect(abs(value(chosen.sorted()) - best) < 1e-12)
        #expect(chosen.count <= most ?? count)
    }

    @Test("hunks: none is the old text, all the new one, and each is one place", arguments: 0..<60)
    func hunks(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let separator = seed.isMultiple(of: 2) ? "\n" : " "
        func text() -> String {
            let words = ["One.", "Two!", "Three?", "Four:", "", "  Five.", "Six"]
            return (0..<random.index(below: 9)).map { _ in words[random.index(below: words.count)] }
                .joined(separator: separator)
        }
        let (old, new) = (text(), text())
        let hunks = TextHunks(from: old, to: new)
        #expect(hunks.text(with: []) == old)
        #expect(hunks.text(with: Set(hunks.hunks.indices)) == new)
        #expect(hunks.hunks.allSatisfy { $0.old != $0.new })
        #expect(hunks.hunks.isEmpty == (old == new))
    }

    @Test("a candidate is its edits: none is the old one, all the new one")
    func candidates() {
        let space = ParameterSpace([
            ParameterDefinition("text", kind: .text, initial: "a\nb\nc\n"),
            ParameterDefinition("number", kind: .number, initial: 1),
        ])
        let new = Candidate(id: Candidate.ID(1), values: ["text": "a\nB\nc\nd\n", "number": 2])
        let edits = CandidateEdits(from: space.seed, to: new, in: space)
        #expect(edits.edits.map(\.parameter) == ["number", "text", "text"])
        #expect(edits.values(with: []) == space.seed.values)
        #expect(edits.values(with: [0, 1, 2]) == new.values)
        #expect(edits.values(with: [2]) == ["text": "a\nb\nc\nd\n", "number": 1])
        #expect(edits.edits.map(\.cost) == [1, 1, 1.25])
    }
}
