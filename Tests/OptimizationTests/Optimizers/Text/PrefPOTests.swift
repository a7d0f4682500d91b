import Evaluation
import LanguageModels
import Synchronization
import Testing
import TraceGraph

@testable import Optimization

@Suite("PrefPO") struct PrefPOTests {
    private let side = PrefPO.Side(outputs: [.init(input: nil, output: "first", expected: nil, notes: [])])
    private let other = PrefPO.Side(outputs: [.init(input: nil, output: "second", expected: nil, notes: [])])

    private func finding(_ preferred: [String]) async throws -> PrefPOJudge.Finding? {
        let replies = preferred.map { #"{"feedback": "be short", "preferred": "\#($0)"}"# }
        // Both orders are asked at once: which reply goes to which question is told by what is shown as A.
        let model = Answering { request in
            let prompt = request.messages.map(\.content).joined()
            let first = prompt.firstRange(of: "output: first")?.lowerBound ?? prompt.endIndex
            let second = prompt.firstRange(of: "output: second")?.lowerBound ?? prompt.endIndex
            return replies[first < second ? 0 : 1]
        }
        let context = Fixtures.context([Fixtures.instruction], model: model)
        var inquiry = Inquiry(context, asked: AskedQuestions())
        return try await PrefPOJudge(options: PrefPOOptions(), context: context).together(side, other, &inquiry)
    }

    @Test("a judge that goes by position calls a tie, one that does not decides")
    func orders() async throws {
        #expect(try await finding(["A", "A"])?.result == 0.5)
        #expect(try await finding(["B", "B"])?.result == 0.5)
        #expect(try await finding(["A", "B"])?.result == 1)
        #expect(try await finding(["B", "A"])?.result == 0)
        #expect(try await finding(["tie", "tie"])?.result == 0.5)
        #expect(try await finding(["A", "B"])?.feedback == "be short")
    }

    @Test("without labels no question shows what is expected or noted, and preference chooses the winner")
    func unlabelled() async throws {
        let asked = RememberingWriter()
        let optimizer = PrefPO(options: PrefPOOptions(isLabelled: false))
        _ = try await HintedTask.conclude(optimizer, model: asked, steps: 2)
        #expect(!asked.prompts.isEmpty)
        for prompt in asked.prompts {
            #expect(!prompt.contains("expected"), "\(prompt)")
            // What checkers noted on nodes is no output either.
            if prompt.contains("# Outputs of A") { #expect(!prompt.contains("plan_step")) }
        }
        var prefpo = PrefPO(options: PrefPOOptions(isLabelled: false))
        prefpo.memory.pool = (0..<3).map { .init(values: ["plan": .integer($0)], candidate: $0) }
        prefpo.memory.duels = [.init(2, 0, result: 1), .init(2, 1, result: 1), .init(0, 1, result: 0.5)]
        let pool = CandidatePool(
            tried: [], best: Candidate(values: [:]), validationCount: 0, random: SeededGenerator(seed: 1))
        #expect(prefpo.winner(in: pool) == Candidate.ID(2))
        #expect(PrefPO().winner(in: pool) == nil)
    }

    @Test("standalone texts are answered by the workflow, generation by generation, and the judge is shown no input")
    func standalone() async throws {
        let asked = Mutex<[String]>([])
        let model = Answering { request in
            let prompt = request.messages.map(\.content).joined(separator: "\n")
            asked.withLock { $0.append(prompt) }
            return switch request.format {
            case .schema("duel", _): #"{"feedback": "rhyme", "preferred": "A"}"#
            default: #"{"reasoning": "r", "suggestion": {"instruction": "Write \#(request.messages.count) lines."}}"#
            }
        }
        let ran = Mutex<[String]>([])
        var context = Fixtures.context([Fixtures.instruction], model: model)
        // Five generations are wanted and two are there: the others are further repeats of these.
        context.workbench = Workbench(train: ["g0", "g1"].map { Example(id: $0, fields: [:]) }) {
            values, examples, repetition in
            var evaluations: [Evaluation] = []
            for example in examples {
                let text = values["instruction"]?.text ?? ""
                ran.withLock { $0.append("\(text) \(example.id) \(repetition)") }
                evaluations.append(
                    try await Fixtures.evaluation(example.id, as: "a poem", expected: "b", instruction: text))
            }
            return evaluations
        }
        var prefpo = PrefPO(options: PrefPOOptions(mode: .standalone, outputs: 5))
        #expect(try await prefpo.propose(context).count == 1)
        context.siblings = 2
        _ = try await prefpo.propose(context)
        let runs = ran.withLock { $0 }
        for text in ["Route the message.", "Write 2 lines."] {
            for run in ["g0 0", "g1 0", "g0 1", "g1 1", "g0 2"] { #expect(runs.contains("\(text) \(run)"), "\(runs)") }
        }
        let questions = asked.withLock { $0 }
        #expect(questions.contains { $0.contains("output: a poem") })
        #expect(questions.allSatisfy { !$0.contains("input: ") && $0 != "Route the message." })
        #expect(prefpo.workbenchRuns(train: 2) == 10 && PrefPO().workbenchRuns(train: 2) == 4)
    }
}

@Suite("BradleyTerry") struct BradleyTerryTests {
    @Test("finds the strengths that duels were drawn from")
    func recovery() {
        let strengths = [-1.0, 0, 0.5, 1.2]
        var random = SeededGenerator(seed: 3)
        var duels: [BradleyTerry.Duel] = []
        for _ in 0..<4000 {
            let pair = random.sample(2, from: 0..<4)
            let wins = random.chance(BradleyTerry.chance(strengths[pair[0]] - strengths[pair[1]]))
            duels.append(.init(pair[0], pair[1], result: wins ? 1 : 0))
        }
        let fitted = BradleyTerry(duels, count: 4)
        for place in 1..<4 {
            let difference = fitted.ratings[place] - fitted.ratings[0]
            #expect(abs(difference - (strengths[place] - strengths[0])) < 4 * fitted.standardError(of: place, minus: 0))
            #expect(fitted.standardError(of: place, minus: 0) < 0.15)
        }
        #expect(fitted.champion(by: 2) == 3)
    }

    @Test("nothing is known without duels, and every win teaches")
    func errors() {
        let none = BradleyTerry([], count: 3)
        #expect(none.ratings == [0, 0, 0] && none.standardError(of: 0) == 1)
        #expect(none.champion(by: 2) == nil)
        #expect(none.mostInformativePair.map { [$0.first, $0.second] } == [0, 1])
        let one = BradleyTerry([.init(0, 1, result: 1)], count: 3)
        #expect(one.ratings[0] > 0 && one.ratings[1] < 0 && abs(one.ratings[2]) < 1e-12)
        #expect(one.standardError(of: 0) < 1)
        // The solution of θ = 1 − σ(2θ).
        #expect(abs(one.ratings[0] - (1 - BradleyTerry.chance(2 * one.ratings[0]))) < 1e-9)
        #expect(one.information(0, 2) > one.information(0, 1))
        let tie = BradleyTerry([.init(0, 1, result: 0.5)], count: 2)
        #expect(abs(tie.ratings[0]) < 1e-12 && tie.standardError(of: 0) < 1)
    }

    @Test("the order of duels and of sides does not matter", arguments: 0..<10 as Range<UInt64>)
    func symmetry(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let duels = (0..<20).map { _ in
            let pair = random.sample(2, from: 0..<5)
            return BradleyTerry.Duel(pair[0], pair[1], result: Double(random.index(below: 3)) / 2)
        }
        let turned = random.shuffled(duels).map { BradleyTerry.Duel($0.second, $0.first, result: 1 - $0.result) }
        let (a, b) = (BradleyTerry(duels, count: 5), BradleyTerry(turned, count: 5))
        for place in 0..<5 {
            #expect(abs(a.ratings[place] - b.ratings[place]) < 1e-8)
            #expect(abs(a.standardError(of: place) - b.standardError(of: place)) < 1e-8)
        }
        #expect(abs(a.ratings.reduce(0, +)) < 1e-8)
    }
}
