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

    @Test("a metric that is to be small keeps the candidate with the smallest mean on the front")
    func directions() async throws {
        func tried(_ number: Int, accuracy: Double, cost: Double) async throws -> TriedCandidate {
            var evaluation = try await Fixtures.evaluation("m", as: "a", expected: "a")
            evaluation.scores = ["accuracy": Score(accuracy), "cost": Score(cost), "words": Score(cost)]
            evaluation.score = accuracy
            return TriedCandidate(
                candidate: Candidate(id: .init(number), values: [:]), score: accuracy, examples: 1, wasAccepted: true,
                validation: [evaluation])
        }
        let pool = [try await tried(1, accuracy: 1, cost: 9), try await tried(2, accuracy: 0, cost: 1)]
        let aims: [String: MetricDirection] = ["accuracy": .maximize, "cost": .minimize]
        let front = CandidateFront(pool, by: .objective, directions: aims)
        #expect(front.wins.map(\.candidate) == [1, 2])
        #expect(front.wins.map(\.weight) == [2, 1], "what nobody asked for keeps nobody on the front")
        let alone = CandidateFront(pool, by: .objective, directions: ["accuracy": .maximize])
        #expect(alone.wins.map(\.candidate) == [1])
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
        #expect(equal < 0.25, "\(equal)")
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

    @Test("two branches of an ancestor that scores nothing are joined, once")
    func mergesBranches() async throws {
        func tried(_ candidate: Candidate, _ scores: [Double]) async throws -> TriedCandidate {
            var evaluations: [Evaluation] = []
            for (place, score) in scores.enumerated() {
                var evaluation = try await Fixtures.evaluation("v\(place)", as: "a", expected: "a")
                evaluation.score = score
                evaluations.append(evaluation)
            }
            return TriedCandidate(
                candidate: candidate, score: scores.reduce(0, +) / 2, examples: 2, wasAccepted: true,
                validation: evaluations)
        }
        let seed = Candidate(values: ["plan": "Plan.", "write": "Write."])
        let a = Candidate(id: .init(1), values: ["plan": "Plan A.", "write": "Write."], parents: [.seed])
        let b = Candidate(id: .init(2), values: ["plan": "Plan.", "write": "Write B."], parents: [.seed])
        var context = Fixtures.context(HintedTask.definitions)
        context.history = [try await tried(seed, [0, 0]), try await tried(a, [1, 0]), try await tried(b, [0, 1])]
        context.validationCount = 2
        var gepa = Gepa()
        let before = gepa.merge(HintedTask.definitions, context)
        #expect(before == nil, "nothing came in since the last one")
        gepa.memory.hasNewBranch = true
        let joining = gepa.merge(HintedTask.definitions, context)
        let merge = try #require(joining)
        let parent = try #require(context.history.first { $0.candidate.id == merge.parent }?.candidate)
        let joined = parent.values.merging(merge.changes) { _, new in new }
        #expect(joined == ["plan": "Plan A.", "write": "Write B."])
        #expect(merge.others.count == 1)
        gepa.memory.hasNewBranch = true
        let again = gepa.merge(HintedTask.definitions, context)
        #expect(again == nil, "a pair is joined once")
        var other = Gepa(options: GepaOptions(merges: 0))
        other.memory.hasNewBranch = true
        let never = other.merge(HintedTask.definitions, context)
        #expect(never == nil)
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

    @Test("what its own runs show tells a small model which outputs are missing, and refuses what names none or copies")
    func missingOutputs() async throws {
        let metric = ExactMatch()
        let evaluator = Evaluator(subject: Sorting(), metrics: [metric], objective: Objective(metric))
        let train = Sorting.examples(24, "t")
        let copying = "Answer account, delivery, payment or return, such as: My parcel is lost."
        let model = Scripted(
            texts: ["Sort the message well.", copying, "Answer account, delivery, payment or return."].map { text in
                #"{"reasoning": "why", "suggestion": {"instruction": "\#(text)"}}"#
            })
        let notes = Notes()
        var context = Fixtures.context(
            [Sorting.instruction], model: model, expectations: ExpectationSummary(of: train), modelName: "local:small",
            notes: notes)
        let shown = train.map { example in
            var example = example
            example.fields["text"] = "My parcel is lost."
            return example
        }
        context.workbench = Workbench(train: shown) { values, examples, repetition in
            try await evaluator.evaluate(Candidate(values: values), on: examples, repetition: repetition)
        }
        context.history = [
            TriedCandidate(candidate: context.parent, score: 0, examples: 0, wasAccepted: true, validation: [])
        ]
        var gepa = Gepa()
        #expect(try await gepa.propose(context).isEmpty)
        let question = try #require(model.requests.first?.messages.last?.content)
        #expect(question.hasSuffix("and says to answer with exactly one of these, and nothing else."))
        #expect(notes.all.filter { $0.kind == .refused }.count == 2, "\(notes.all)")
        let children = try await gepa.propose(context)
        #expect(
            children.first?.changes["instruction"] == "Answer account, delivery, payment or return.", "\(notes.all)")
    }

    /// A step of `gepa` on a small model whose parent lists every word, on twelve examples.
    private func step(
        of gepa: inout Gepa, asking model: any LanguageModel, knowing words: Bool = true, _ notes: Notes = Notes()
    ) async throws -> [Proposal] {
        let metric = ExactMatch()
        let evaluator = Evaluator(subject: Sorting(), metrics: [metric], objective: Objective(metric))
        let train = Sorting.examples(12, "t")
        let present = "Sort the message: account, delivery, payment or return."
        var context = Fixtures.context(
            [Sorting.instruction], model: model, parent: ["instruction": .text(present)],
            expectations: words ? ExpectationSummary(of: train) : nil, modelName: "local:small", notes: notes)
        context.parentScore = 0.5
        context.workbench = Workbench(train: train) { values, examples, repetition in
            try await evaluator.evaluate(Candidate(values: values), on: examples, repetition: repetition)
        }
        context.history = [
            TriedCandidate(candidate: context.parent, score: 0.5, examples: 12, wasAccepted: true, validation: [])
        ]
        return try await gepa.propose(context)
    }

    private func suggestion(_ text: String) -> String {
        let answer: Value = ["reasoning": "why", "suggestion": ["instruction": .text(text)]]
        return answer.json
    }

    @Test(
        "a small model is told a finding and how the text begins, and never shown what was tried; what it repeats is refused"
    )
    func smallModelsCopy() async throws {
        var gepa = Gepa()
        let tried = "Sort well: account, delivery, payment or return."
        gepa.memory.reject(
            Proposal(changes: ["instruction": .text(tried)], rationale: "", intent: .refine, parent: .seed))
        let copied = "The feedback shows what is left open or wrong in instruction. Say which output is right."
        let model = Scripted(texts: [suggestion(tried), suggestion(copied)])
        let notes = Notes()
        _ = try await step(of: &gepa, asking: model, knowing: false, notes)
        #expect(model.requests.count == 2)
        #expect(notes.all.filter { $0.kind == .refused }.count == 2, "\(notes.all)")
        for request in model.requests {
            let question = request.messages.map(\.content).joined()
            #expect(!question.contains(tried))
            #expect(!question.contains("Rewrite"))
            #expect(
                question.contains(
                    "begins as the present one does, with \"Sort the message: account, delivery, payment\""))
        }
        var large = Gepa()
        large.memory.reject(
            Proposal(changes: ["instruction": .text(tried)], rationale: "", intent: .refine, parent: .seed))
        #expect(large.memory.rejectedInWords(["instruction"], count: 4)?.contains(tried) == true)
    }

    @Test("where a small model brings nothing, the expected words in another order are tried")
    func rearranged() async throws {
        var gepa = Gepa()
        let notes = Notes()
        _ = try await step(of: &gepa, asking: Scripted(texts: ["It depends.", "It depends."]), notes)
        #expect(notes.all.contains { $0.text.contains("in another order") }, "\(notes.all)")
        let child = try #require(gepa.memory.rejected.first?.value)
        #expect(child != "Sort the message: account, delivery, payment or return.")
        #expect(
            Set(child.split { !$0.isLetter })
                == Set("Sort the message account delivery payment or return".split(separator: " ")))
    }
}
