import Evaluation
import LanguageModels
import Synchronization
import Testing
import TraceGraph

@testable import Optimization

/// A model's thought and the output it leads to: right with one line in the text that steers it, sound with another.
private struct Reasoning: Optimizable {
    static let think = ParameterDefinition("think", kind: .text, initial: "Think.")
    static let mends = "check the unit"
    static let completes = "show the sum"

    /// Whether the thought is the output itself, so that its score sees all there is.
    var saysAll = false

    var parameters: ParameterSpace { ParameterSpace([Self.think]) }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        let lines = Calm.lines(candidate["think"]?.text ?? "")
        let isRight = lines.contains(Self.mends)
        let thought = !isRight ? "a guess" : lines.contains(Self.completes) ? "a sound thought" : "a lucky thought"
        let output = isRight ? "right" : "wrong"
        return await Trace.record(candidate) {
            let think = Traced<Value>.parameter(Self.think)
            let task = Traced(example.id, name: "task")
            let said = try await traced(
                "ask", node: "thought", inputs: [think.input(as: "text"), task.input(as: "task")]
            ) { () async -> String in
                Recording.note(
                    model: "openai:small", completion: nil, usage: Usage(calls: 1), wasCached: false, duration: 0)
                return saysAll ? output : thought
            }
            return traced("read", node: "outcome", inputs: [said.input(as: "text")]) { output }
        }
    }
}

/// What calm keeps of runs that hints made right.
@Suite("Calm: right and without a flaw") struct CalmFlawlessTests {
    private struct Course {
        var pairs: [PreferencePair] = []
        var calm: Calm
        var questions = 0
    }

    /// Finds a missing line in a run that is wrong, and luck in one that is right.
    private static func observer(_ prompt: String) -> (step: String, hint: String) {
        guard prompt.contains("although the output is right") else { return ("thought", Reasoning.mends) }
        return prompt.contains("a lucky thought") ? ("thought", Reasoning.completes) : ("None", "")
    }

    private func course(
        _ options: CalmOptions = CalmOptions(repairs: 6), saysAll: Bool = false, mostCalls: Int = .max,
        _ observe: @escaping @Sendable (String) -> (step: String, hint: String) = Self.observer
    ) async throws -> Course {
        let metric = RightOrWrong()
        let evaluator = Evaluator(
            subject: Reasoning(saysAll: saysAll), metrics: [metric], objective: Objective(metric))
        let asked = Mutex(0)
        let kept = Mutex<[PreferencePair]>([])
        let train = (0..<6).map { Example(id: "t\($0)", fields: ["expected": "right"]) }
        var context = Fixtures.context(
            [Reasoning.think],
            model: Answering { request in
                asked.withLock { $0 += 1 }
                let said = observe(request.messages.map(\.content).joined(separator: "\n"))
                return Value.object(["step": .text(said.step), "flaw": "slip", "hint": .text(said.hint)]).json
            })
        context.workbench = Workbench(train: train) { values, examples, repetition in
            try await evaluator.evaluate(Candidate(values: values), on: examples, repetition: repetition)
        } rerun: { reruns in
            try await evaluator.evaluate(reruns)
        }
        context.expectations = ExpectationSummary(of: train)
        context.callsSpent = { asked.withLock { $0 } }
        context.canAfford = { $0.modelCalls + $0.workbenchRuns <= mostCalls }
        context.prefer = { pair in kept.withLock { $0.append(pair) } }
        var calm = Calm(options: options)
        _ = try await calm.propose(context)
        #expect(try Calm(options, state: calm.state).memory == calm.memory)
        let questions = asked.withLock { $0 }
        #expect(calm.memory.calls == questions, "no call of this workflow goes through the budget")
        #expect(questions <= calm.modelCalls(proposing: 1))
        return Course(pairs: kept.withLock { $0 }, calm: calm, questions: questions)
    }

    @Test("what is right by luck is asked about again, and kept as it became without the flaw")
    func lucky() async throws {
        let course = try await course()
        // The flaw, the luck, and that nothing is left.
        #expect(course.questions == 18)
        #expect(course.pairs.count == 6)
        for pair in course.pairs {
            #expect(pair.rejected == "a guess" && pair.chosen == "a sound thought")
            #expect(pair.hint == "\(Reasoning.mends)\n\(Reasoning.completes)" && pair.lift == 1)
            #expect(pair.prompt["text"] == "Think.")
        }
        #expect(course.calm.memory.right == 6 && course.calm.memory.flawless == 6)
        // No score tells whether the second hint helps: it is no evidence for a rule.
        #expect(course.calm.memory.repairs == 6 && course.calm.memory.helped == 6)
    }

    @Test("what is right and flawless at once costs one question more")
    func flawless() async throws {
        let course = try await course { prompt in
            prompt.contains("although the output is right") ? ("none", "") : ("thought", Reasoning.mends)
        }
        #expect(course.questions == 12)
        #expect(course.pairs.map(\.chosen) == Array(repeating: "a lucky thought", count: 6))
    }

    @Test("where the score sees all that was said, or where nobody wants to know, nobody is asked")
    func unasked() async throws {
        let open = try await course(saysAll: true)
        #expect(open.questions == 6 && open.pairs.count == 6)
        let careless = try await course(CalmOptions(repairs: 6, flawless: false))
        #expect(careless.questions == 6)
        #expect(careless.calm.repairsInWords.last == "6 runs made right", "nobody looked for flaws")
        #expect(open.calm.repairsInWords.last == "6 runs made right, 6 of them without a flaw")
        #expect(careless.pairs.map(\.chosen) == Array(repeating: "a lucky thought", count: 6))
    }

    @Test("what never becomes flawless is not kept, and hints and questions come to an end")
    func never() async throws {
        let course = try await course(CalmOptions(repairs: 6, interventions: 3)) { prompt in
            ("thought", prompt.contains("although the output is right") ? "mind the tone" : Reasoning.mends)
        }
        // Three hints, and a last question about what the third made of it.
        #expect(course.questions == 6 * 4)
        #expect(course.pairs.isEmpty && course.calm.memory.right == 6 && course.calm.memory.flawless == 0)
        // The first of them still counts: it helped.
        #expect(course.calm.memory.helped == 6)
    }

    @Test(
        "asks about as many runs as the budget reaches for, and about one where it reaches for none in the worst case")
    func thrifty() async throws {
        let one = Calm(options: CalmOptions(repairs: 1))
        let worst = one.modelCalls(proposing: 1) + one.workbenchRuns(train: 6)
        for (calls, repairs) in [(0, 1), (worst, 1), (2 * worst - 6, 2), (Int.max, 6)] {
            let course = try await course(mostCalls: calls) { prompt in
                prompt.contains("although the output is right") ? ("none", "") : ("thought", Reasoning.mends)
            }
            #expect(course.pairs.count == repairs && course.questions == 2 * repairs, "\(calls) calls")
        }
    }

    @Test("a flaw in a step that there is not is no hint, and what it is said of is not called flawless")
    func nowhere() async throws {
        let course = try await course { prompt in
            prompt.contains("although the output is right")
                ? ("no such step", "whatever") : ("thought", Reasoning.mends)
        }
        #expect(course.questions == 12 && course.pairs.isEmpty)
    }
}
