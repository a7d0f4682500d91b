import Evaluation
import LanguageModels
import Synchronization
import Testing
import TraceGraph

@testable import Optimization

@Suite("Calm") struct CalmTests {
    @Test("hints on nodes become rules without a model, and the run is promoted")
    func hints() async throws {
        let seen = Seen()
        let conclusion = try await HintedTask.conclude(Calm(), model: Scripted([]), seen: seen)
        for name in ["plan", "write"] {
            let lines = Calm.lines(conclusion.best[name]?.text ?? "")
            #expect(Set(lines).isSuperset(of: HintedTask.rules), "\(name): \(lines)")
            #expect(Set(lines).count == lines.count, "a rule stands there once")
        }
        #expect(conclusion.verdict?.decision == .promote)
        // Six rules of three words in two texts of two tokens, and all examples right that were wrong.
        let report = seen.all.steps.flatMap(\.notes).map(\.text).filter { $0.hasPrefix("hints: ") }
        #expect(report.count == 1)
        #expect(report.first?.contains("hints: 6 of 6 rules proposed were kept; tokens of their texts +") == true)
        #expect(report.first?.hasSuffix("\(RightOrWrong().name) on the hold-out +1") == true, "\(report)")
        let verdict = seen.all.events.lastIndex { if case .verdict = $0 { true } else { false } }
        #expect(verdict == seen.all.events.indices.last, "what it tells comes before the verdict")
    }

    @Test("goes on from its state with the same next proposal")
    func state() async throws {
        let seen = Seen()
        _ = try await HintedTask.conclude(Calm(), model: Scripted([]), steps: 2, seen: seen)
        let recorded = try #require(seen.all.steps.last { $0.optimizer != nil }?.optimizer)
        let again = try Calm(CalmOptions(), state: recorded)
        #expect(again.state == recorded)
        #expect(throws: OptimizerError.self) {
            try Calm(CalmOptions(), state: OptimizerState(optimizer: "calm", content: .null))
        }
    }

    @Test("a hint tried on its run counts when the run is better for it, and the pair is kept")
    func repairs() async throws {
        // Both texts need a rule; with plans that are complete a hint for the plan never helps, so only "write" is open.
        let examples = (0..<6).map { index in
            Example(
                id: "t\(index)",
                fields: ["plan": .list([.text(HintedTask.rules[index % 3])]), "write": .list([]), "expected": "right"])
        }
        let subject = HintedTask(givesHints: false)
        let metric = RightOrWrong()
        let evaluator = Evaluator(subject: subject, metrics: [metric], objective: Objective(metric))
        let bench = Workbench(train: examples) { values, examples, repetition in
            try await evaluator.evaluate(Candidate(values: values), on: examples, repetition: repetition)
        }
        let kept = Mutex<[PreferencePair]>([])
        var context = Fixtures.context(HintedTask.definitions, model: RuleWriter())
        context.workbench = bench
        context.expectations = ExpectationSummary(of: examples)
        context.prefer = { preference in kept.withLock { $0.append(preference) } }
        var calm = Calm(options: CalmOptions(repairs: 6, falseRules: 10))
        _ = try await calm.propose(context)
        #expect(calm.memory.repairs == 6 && calm.memory.helped == 6)
        let preferences = kept.withLock { $0 }
        #expect(preferences.count == 6)
        let preference = try #require(preferences.first)
        #expect(preference.node == "plan_step" && preference.lift > 0 && HintedTask.rules.contains(preference.hint))
        #expect(preference.prompt["text"] == "Plan.")
        #expect(preference.recorded["prompt"]?.text?.contains("Plan.") == true, "two inputs are JSON")
        #expect(try Calm(calm.options, state: calm.state).memory == calm.memory)
    }

    @Test("hints that were tried become a rule once they helped more often than chance, however often they come")
    func tried() {
        func findings(helped: Int, hurt: Int, alpha: Double) -> Int {
            var memory = CalmMemory()
            memory.seen["plan"] = 0
            for place in 0..<8 {
                memory.count(
                    Hint(parameter: "plan", node: "step", kind: "slip", text: "Count.", example: "e\(place)"),
                    candidate: 0)
            }
            memory.tried[CalmMemory.key("plan", "step: slip")] = .init(helped: helped, hurt: hurt)
            return memory.recurring("plan", falseRules: 0.2, ruleAlpha: alpha).count
        }
        #expect(findings(helped: 8, hurt: 0, alpha: 0.25) == 1)
        #expect(findings(helped: 3, hurt: 0, alpha: 0.25) == 1)
        #expect(findings(helped: 2, hurt: 0, alpha: 0.25) == 0)
        #expect(findings(helped: 8, hurt: 7, alpha: 0.25) == 0, "luck, with and without them")
        #expect(findings(helped: 8, hurt: 7, alpha: 1) == 1)
        #expect(abs(CalmMemory.Tried(helped: 12, hurt: 3).chance - 0.017578) < 1e-6, "the exact McNemar test")
        #expect(CalmMemory.Tried().chance == 1)
        let total = (1...400).reduce(0) { $0 + CalmMemory.level(of: $1, spending: 0.2) }
        #expect(total <= 0.2 && total > 0.19)
    }

    @Test("where each rule has to be better by itself, one at a time is tried and level spent on it")
    func gated() async throws {
        let seen = Seen()
        let conclusion = try await HintedTask.conclude(
            Calm(options: CalmOptions(gatesRules: true)), model: Scripted([]), steps: 12, seen: seen)
        let proposals = seen.all.events.compactMap { event -> [String]? in
            if case .proposed(_, _, _, let changes, _) = event { return changes }
            return nil
        }
        #expect(proposals.count > 2 && proposals.allSatisfy { $0.count == 1 }, "\(proposals)")
        let rules = ["plan", "write"].reduce(0) { count, name in
            count + Set(Calm.lines(conclusion.best[name]?.text ?? "")).intersection(HintedTask.rules).count
        }
        // The first rule alone makes no example right that needs one of the other text: no score speaks for it.
        #expect(rules < 6)
    }

    @Test("runs that a hint repaired and that became no rule are shown as demonstrations, and stay if that is better")
    func demonstrations() async throws {
        let shots = ParameterDefinition(
            "shots", kind: .examples, initial: [], constraint: ParameterConstraint(maximumCount: 3))
        let notes = Notes()
        var context = Fixtures.context(HintedTask.definitions + [shots], model: RuleWriter(), notes: notes)
        let examples = HintedTask.examples(1, "t").map { example in
            var example = example
            example.fields["write"] = .list([])
            return example
        }
        let metric = RightOrWrong()
        let evaluator = Evaluator(
            subject: HintedTask(givesHints: false), metrics: [metric], objective: Objective(metric))
        context.workbench = Workbench(train: examples) { values, examples, repetition in
            try await evaluator.evaluate(Candidate(values: values), on: examples, repetition: repetition)
        }
        context.expectations = ExpectationSummary(of: examples)
        var calm = Calm()
        let proposal = try #require(try await calm.propose(context).first)
        let shown = try #require(proposal.changes["shots"]?.list)
        #expect(proposal.changes.count == 1 && shown.count == 1)
        #expect(shown.allSatisfy { $0["expected"] == "right" && $0["plan"] != nil })
        #expect(try Calm(calm.options, state: calm.state).memory == calm.memory)

        let candidate = Candidate(
            id: .init(4), values: context.parent.values.merging(proposal.changes) { _, new in new })
        for (fate, current) in [(Trial.Fate.kept("no better"), nil), (.accepted("better"), 4)] as [(Trial.Fate, Int?)] {
            var calm = calm
            let trained = try await context.workbench.evaluate(context.parent.values, on: examples)
            calm.observe([
                Trial(candidate: candidate, proposal: proposal, minibatch: [], validation: trained, fate: fate)
            ])
            #expect(calm.memory.current == current)
            #expect(calm.memory.repaired.isEmpty, "proposed once")
        }
    }

    @Test("a hint that gives the answer away is refused")
    func leaks() {
        let answer: Value = "the fox jumps over the lazy dog today"
        #expect(Hint.leaks("Say that the fox jumps over the fence.", expected: answer, labels: false))
        #expect(!Hint.leaks("Say what the fox does.", expected: answer, labels: false))
        #expect(Hint.leaks("Answer 4711.", expected: 4711, labels: false))
        #expect(!Hint.leaks("Answer return or payment.", expected: "return", labels: true))
        #expect(!Hint.leaks("Anything", expected: nil, labels: false))
    }

    @Test("without a field that is known to hold it, five words of what the workflow does not read give it away")
    func unnamed() async throws {
        let evaluation = try await Fixtures.evaluation("m", as: "a", expected: "one two three four five six")
        let context = Fixtures.context([Fixtures.instruction])
        func leaks(_ text: String) -> Bool {
            let hint = Hint(parameter: "instruction", node: "queue", kind: "slip", text: text, example: "m")
            return Calm().isLeak(hint, of: evaluation, context)
        }
        #expect(leaks("Say two three four five six."))
        #expect(!leaks("Say two three."))
    }

    @Test("the place a hint is about is the turn of the loop that was named, and its group the same for all turns")
    func turns() async throws {
        let trace = await Trace.record(Candidate(values: [:])) {
            var text = Traced("", name: "text")
            let instruction = Traced<Value>.parameter(Fixtures.instruction)
            for _ in 0..<3 {
                text = traced(
                    "ask", node: "reply", inputs: [instruction.input(as: "instruction"), text.input(as: "text")]
                ) { "more" }
            }
            return text
        }
        let node = try #require(CalmIntervener.node("reply:2", in: trace))
        #expect(node.name == "reply:2" && node.base == "reply")
        #expect(CalmIntervener.node("reply", in: trace)?.name == "reply:0")
        #expect(CalmIntervener.node("none", in: trace) == nil)
    }

    @Test("a hint after which nothing can be scored does not help, also where all scores are below 0")
    func gaps() async throws {
        struct Cost: Metric {
            let name = "cost"
            let direction = MetricDirection.minimize
            func score(_ subject: MetricSubject) async throws -> Score {
                guard subject.candidate?["plan"] == "Plan." else {
                    throw MetricError(.unreadableJudgement, "cannot be told", metric: name, example: "t")
                }
                return Score(3)
            }
        }
        let metric = Cost()
        let evaluator = Evaluator(
            subject: HintedTask(givesHints: false), metrics: [metric], objective: Objective(metric))
        var context = Fixtures.context(HintedTask.definitions, model: RuleWriter())
        context.workbench = Workbench(train: HintedTask.examples(6, "t")) { values, examples, repetition in
            try await evaluator.evaluate(Candidate(values: values), on: examples, repetition: repetition)
        }
        var calm = Calm()
        _ = try await calm.propose(context)
        #expect(calm.memory.repairs > 0 && calm.memory.helped == 0)
    }

    @Test("a hint belongs to the nearest text above its node")
    func nearest() async throws {
        let trace = await HintedTask().run(
            HintedTask().parameters.seed, on: HintedTask.examples(1, "t")[0], repetition: 0)
        let hints = trace.givenHints(for: "t0", texts: ["plan", "write"], longest: 40)
        #expect(hints.map(\.parameter).sorted() == ["plan", "write"])
        #expect(hints.allSatisfy { $0.node == "\($0.parameter)_step" })
        #expect(trace.givenHints(for: "t0", texts: ["plan"], longest: 40).allSatisfy { $0.parameter == "plan" })
        #expect(trace.givenHints(for: "t0", texts: ["plan", "write"], longest: 1).isEmpty, "a long text is no hint")
    }
}
