import Evaluation
import LanguageModels
import Synchronization
import Testing
import TraceGraph

@testable import Optimization

@Suite("OPRO") struct OproTests {
    private func tried(_ number: Int, _ text: String, _ score: Double, examples: Int = 8) -> TriedCandidate {
        TriedCandidate(
            candidate: Candidate(id: Candidate.ID(number), values: ["instruction": .text(text)]), score: score,
            examples: examples, wasAccepted: false)
    }

    private func lines(_ prompt: String) -> [Substring] {
        prompt.split(separator: "\n").drop { $0 != "# Values with their scores, the best last" }.dropFirst()
            .prefix { $0.hasPrefix("score ") }.map { $0 }
    }

    @Test("shows the best 20 values once each with their best score, the best last")
    func best() async throws {
        var history = (0..<25).map { tried($0 + 1, "Text \($0).", Double(($0 * 7) % 25) / 100) }
        // The same text again, once worse and once better than all others.
        history += [tried(26, "Text 3.", 0.01, examples: 2), tried(27, "Text 4.", 0.9, examples: 60)]
        let writer = Numbered()
        var opro = Opro()
        _ = try await opro.propose(Fixtures.context([Fixtures.instruction], model: writer, history: history))
        let shown = lines(try #require(writer.prompts.first))
        let scores = shown.compactMap { $0.split(separator: " ").dropFirst().first.flatMap { Double($0) } }
        #expect(shown.count == 20 && scores.count == 20 && scores == scores.sorted())
        #expect(shown.last == "score 0.9 on 60 examples: instruction = \"Text 4.\"")
        #expect(shown.count { $0.hasSuffix("\"Text 3.\"") } == 1 && shown.count { $0.hasSuffix("\"Text 4.\"") } == 1)
        // Text 4 had .03: of the 25 values those from 0 to .05 are left out.
        #expect(scores[0] == 0.06, "\(scores)")
        var few = Opro(options: .init(values: 3))
        _ = try await few.propose(Fixtures.context([Fixtures.instruction], model: writer, history: history))
        #expect(lines(try #require(writer.prompts.last)) == shown.suffix(3))
    }

    @Test("shows a few runs, each sibling others, what went most wrong first")
    func exemplars() async throws {
        var runs: [Evaluation] = []
        for (index, score) in [0.6, 1, 0, 0.3, 0.9].enumerated() {
            var run = try await Fixtures.evaluation("message \(index)", as: "a", expected: "b")
            run.score = score
            runs.append(run)
        }
        let writer = Numbered()
        var opro = Opro(options: .init(exemplars: 2))
        _ = try await opro.propose(
            Fixtures.context([Fixtures.instruction], evaluations: runs, model: writer, siblings: 2))
        for (prompt, shown) in zip(writer.prompts, [[2, 3], [0, 4]]) {
            for index in 0..<5 {
                #expect(prompt.contains("message \(index)") == shown.contains(index), "\(index) in \(prompt)")
            }
        }
    }

    @Test("brings as many different values as are wanted")
    func siblings() async throws {
        let writer = Numbered()
        var opro = Opro()
        let proposals = try await opro.propose(
            Fixtures.context([Fixtures.instruction], model: writer, siblings: 4))
        #expect(Set(proposals.map(\.changes)).count == 4)
        // Whoever always says the same is asked once more each time, and brings it once.
        let notes = Notes()
        var stubborn = Opro()
        let same = Answering { _ in #"{"reasoning": "r", "suggestion": {"instruction": "Always this."}}"# }
        let one = try await stubborn.propose(
            Fixtures.context([Fixtures.instruction], model: same, siblings: 3, notes: notes))
        #expect(one.count == 1 && notes.kinds.count { $0 == .asked } == 5)
    }
}

/// Writes a text of its own to every question, and keeps them.
private final class Numbered: LanguageModel {
    private let kept = Mutex<[String]>([])

    var prompts: [String] { kept.withLock { $0 } }

    func reply(to request: ChatRequest) async throws -> ChatReply {
        let count = kept.withLock { kept in
            kept.append(request.messages.map(\.content).joined(separator: "\n"))
            return kept.count
        }
        return ChatReply(text: #"{"reasoning": "r", "suggestion": {"instruction": "New text \#(count)."}}"#)
    }
}
