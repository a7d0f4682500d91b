import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Optimization

@Suite("Gepa") struct GepaTests {
    @Test("the front holds who is best at something, and nobody whom others make superfluous")
    func front() {
        let front = CandidateFront([
            (0, ["a": 1, "b": 0, "c": 0]), (1, ["a": 0, "b": 1, "c": 1]), (2, ["a": 0, "b": 0, "c": 1]),
            (3, ["a": 0, "b": 0, "c": 0]),
        ])
        #expect(front.wins.map(\.candidate) == [0, 1])
        #expect(front.wins.map(\.weight) == [1, 2])
        var random = SeededGenerator(seed: 2)
        let drawn = (0..<3000).compactMap { _ in front.draw(&random) }
        #expect(abs(drawn.count { $0 == 1 } - 2000) < 150)
        #expect(CandidateFront([]).draw(&random) == nil)
        #expect(CandidateFront([(4, ["a": 1]), (5, ["a": 1])]).wins.count == 1, "equals: one of them is enough")
    }

    /// How often a child is taken whose chance of being right is so much above its parent's.
    private func accepted(_ gain: Double, most: Int, seed: UInt64) async throws -> Double {
        var random = SeededGenerator(seed: seed)
        let right = try await Fixtures.evaluation("m", as: "a", expected: "a")
        let wrong = try await Fixtures.evaluation("m", as: "b", expected: "a")
        func draw(_ chance: Double, _ index: Int) -> Evaluation {
            var evaluation = random.chance(chance) ? right : wrong
            evaluation.example.id = "\(index)"
            return evaluation
        }
        var count = 0
        for _ in 0..<2000 {
            var acceptance = SequentialAcceptance(most: most)
            while !acceptance.isDecided {
                let lap = acceptance.count..<min(most, acceptance.count + 4)
                acceptance.add(lap.map { draw(0.5 + gain, $0) }, against: lap.map { draw(0.5, $0) })
            }
            if acceptance.isAccepted { count += 1 }
        }
        return Double(count) / 2000
    }

    @Test("an equal child is taken seldom, a much better one mostly, and more examples tell more")
    func acceptance() async throws {
        // The peer this comes from takes 34 % of equal children.
        let equal = try await accepted(0, most: 8, seed: 1)
        #expect(equal < 0.3, "\(equal)")
        #expect(try await accepted(-0.3, most: 8, seed: 2) < 0.05)
        #expect(try await accepted(0.4, most: 8, seed: 3) > 0.75)
        let (few, many) = (try await accepted(0.2, most: 8, seed: 4), try await accepted(0.2, most: 48, seed: 5))
        #expect(many > few)
    }

    @Test("children that never differ are not taken")
    func ties() async throws {
        let same = [try await Fixtures.evaluation("m", as: "b", expected: "a")]
        var acceptance = SequentialAcceptance(most: 1)
        acceptance.add(same, against: same)
        #expect(acceptance.isDecided && !acceptance.isAccepted)
    }

    @Test("a merge takes of each text the side that changed it, from a common ancestor")
    func merging() {
        let space = HintedTask.definitions
        let seed = Candidate(values: ["plan": "Plan.", "write": "Write."])
        let a = Candidate(id: .init(1), values: ["plan": "Plan A.", "write": "Write."], parents: [.seed])
        let b = Candidate(id: .init(2), values: ["plan": "Plan.", "write": "Write B."], parents: [.seed])
        let c = Candidate(id: .init(3), values: ["plan": "Plan C.", "write": "Write B."], parents: [.init(2)])
        let known = [seed, a, b, c]
        #expect(Gepa.commonAncestor(a, b, known)?.id == .seed)
        #expect(Gepa.commonAncestor(b, c, known) == nil, "one comes from the other")
        #expect(Gepa.commonAncestor(a, c, known)?.id == .seed)
        #expect(Gepa.joined(a, b, seed, space) == ["write": "Write B."])
        #expect(
            Gepa.joined(a, c, seed, space) == ["write": "Write B."], "both changed the plan: the better one's stays")
        #expect(Gepa.joined(b, a, seed, space) == ["plan": "Plan A."])
    }

    @Test("values that did no better are shown to the next reflection")
    func rejected() {
        var memory = GepaMemory()
        let proposal = Proposal(changes: ["plan": "Guess."], rationale: "", intent: .refine, parent: .seed)
        memory.reject(proposal)
        memory.reject(proposal)
        #expect(memory.rejectedInWords(["plan"], count: 4)?.contains("plan: \"Guess.\"") == true)
        #expect(memory.rejectedInWords(["write"], count: 4) == nil)
        #expect(memory.rejected.count == 1)
        #expect(GepaMemory(memory.recorded) == memory)
    }
}
