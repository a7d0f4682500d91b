import Evaluation
import LanguageModels
import Synchronization
import Testing
import TraceGraph

@testable import Optimization

@Suite("Mixes of methods") struct MixTests {
    @Test("turns go to the method that brings more, and every method keeps some", arguments: 0..<5 as Range<UInt64>)
    func descent(_ seed: UInt64) {
        var descent = MirrorDescent(count: 3)
        var random = SeededGenerator(seed: seed)
        var turns = [0, 0, 0]
        for _ in 0..<400 {
            let turn = descent.draw(&random)
            turns[turn] += 1
            descent.note(random.chance([0.05, 0.4, 0.1][turn]) ? 0.8 : 0, of: turn)
            #expect(abs(descent.chances.reduce(0, +) - 1) < 1e-9)
            #expect(descent.chances.allSatisfy { $0 >= 0.2 / 3 - 1e-9 })
        }
        #expect(turns[1] > 240 && turns[0] > 5 && turns[2] > 5, "\(turns)")
    }

    /// Brings .2 of what can be gained in a step, and nothing more.
    private struct Bringer: Optimizer {
        static let name = "bringer"
        static let kinds: Set<ParameterKind> = [.text]
        var state: OptimizerState { OptimizerState(optimizer: Self.name, content: .null) }
        mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
            [Proposal(changes: ["instruction": "New."], rationale: "", intent: .refine, parent: context.parent.id)]
        }
        mutating func observe(_ trials: [Trial]) {}
    }

    /// The gain that is noted for a step which takes `calls`, on a scale that ends at `top`.
    private func noted(
        calls: Int, top: Double?, paysForQuestions: Bool = true, after earlier: [Double] = []
    ) async throws -> Double {
        var registry = OptimizerRegistry.standard
        registry.register(Bringer.self) { _, _ in Bringer() }
        var mix = MethodMix(
            [try MethodMix.Member(MethodChoice("bringer"), from: registry)], rate: 0.5, exploration: 0.2,
            paysForQuestions: paysForQuestions)
        let spent = Mutex(1_000)
        var context = Fixtures.context([Fixtures.instruction])
        context.scale = ScoreScale(bottom: 0, top: top)
        context.callsSpent = { spent.withLock { $0 } }
        let before = try await Fixtures.evaluation("m", as: "a", expected: "b")
        context.history = earlier.map {
            TriedCandidate(
                candidate: Candidate(values: [:]), score: $0, examples: 1, wasAccepted: true, validation: [before])
        }
        let proposal = try #require(try await mix.propose(context).first)
        spent.withLock { $0 += calls }
        var evaluation = try await Fixtures.evaluation("m", as: "a", expected: "a")
        evaluation.score = 0.2 * (top ?? 1)
        mix.observe([
            Trial(
                candidate: Candidate(values: [:]), proposal: proposal, minibatch: [], validation: [evaluation],
                fate: .accepted("better"))
        ])
        return mix.descent.sums[0]
    }

    @Test("what a method asks and runs by itself is part of what its gain took, and gains are shares of the scale")
    func expense() async throws {
        let cheap = try await noted(calls: 50, top: 1)
        #expect(abs(cheap - 0.2) < 1e-9)
        #expect(abs(try await noted(calls: 400, top: 1) - cheap / 4) < 1e-9)
        #expect(abs(try await noted(calls: 400, top: 1, paysForQuestions: false) - cheap) < 1e-9)
        for top in [10, 0.1, nil] as [Double?] {
            #expect(abs(try await noted(calls: 50, top: top) - cheap) < 1e-9)
        }
        #expect(MethodMix.room(above: 0.99, top: 1) == 0.05, "the last bit is no whole gain")
        #expect(MethodMix.room(above: -30, top: nil) == 31 && MethodMix.room(above: 300, top: nil) == 300)
    }

    @Test("a gain is one over the best that was taken so far, whichever was taken last")
    func best() async throws {
        #expect(try await noted(calls: 50, top: 1, after: [0.5, 0.1]) == 0)
        #expect(abs(try await noted(calls: 50, top: 1, after: [0.1, 0]) - 0.1 / 0.9) < 1e-9)
    }

    @Test("each method has its turn first")
    func round() {
        var descent = MirrorDescent(count: 4)
        var random = SeededGenerator(seed: 1)
        var first: [Int] = []
        for _ in 0..<4 {
            first.append(descent.draw(&random))
            descent.note(first.count == 1 ? 1 : 0, of: first[first.count - 1])
        }
        #expect(first == [0, 1, 2, 3])
        var restored = MirrorDescent(count: 4)
        let isRestored = restored.restore(descent.recorded)
        #expect(isRestored && restored == descent)
        let isRestoredFromLess = restored.restore(MirrorDescent(count: 2).recorded)
        #expect(!isRestoredFromLess)
    }

    @Test("a portfolio of what cannot be in one, or of nothing, is refused")
    func members() {
        for methods in ["portfolio", "optoprime, auto", "", "optoprim"] {
            #expect(throws: OptimizerError.self) {
                try OptimizerRegistry.standard.optimizer("portfolio", options: ["methods": .text(methods)])
            }
        }
        #expect(throws: OptimizerError.self) {
            try OptimizerRegistry.standard.optimizer("auto", options: ["texts": "portfolio"])
        }
    }

    @Test("members take options of their own, keep them over a restart, and mistakes in them are told")
    func options() throws {
        let registry = OptimizerRegistry.standard
        let options: Value = ["methods": ["gepa": ["minibatch": 5], "opro": [:]]]
        let portfolio = try #require(try registry.optimizer("portfolio", options: options) as? Portfolio)
        #expect(portfolio.options.methods.map(\.name) == ["gepa", "opro"])
        let again = try #require(
            try registry.optimizer("portfolio", options: options, state: portfolio.state) as? Portfolio)
        for mix in [portfolio.mix, again.mix] {
            let gepa = try #require(mix.members.first?.optimizer as? Gepa)
            #expect(gepa.options.minibatch == 5 && gepa.options.merges == GepaOptions().merges)
            #expect((mix.members.last?.optimizer as? Opro)?.options == Opro.Options())
        }
        let mixed = try registry.optimizer("portfolio", options: ["methods": ["opro", ["calm": ["repairs": 2]]]])
        #expect((mixed as? Portfolio)?.options.methods == [.init("opro"), .init("calm", options: ["repairs": 2])])

        for (method, options) in [
            ("portfolio", ["methods": ["gepa": ["minibach": 5], "oprro": [:]]] as Value),
            ("auto", ["texts": ["gepa": ["minibach": 5]], "numbers": "oprro"]),
        ] {
            let faults = try registry.faults(in: try #require(options.object), of: method).map(\.message)
            #expect(faults.count == 2)
            #expect(faults.contains { $0.contains("gepa has no option 'minibach', did you mean 'minibatch'?") })
            #expect(faults.contains { $0.contains("no optimizer 'oprro', did you mean 'opro'?") })
            #expect(throws: OptimizerError.self) { try registry.optimizer(method, options: options) }
        }
        for options in [["texts": ["gepa": 3]] as Value, ["texts": "gepa, opro"], ["methods": 3]] {
            let method = options["methods"] == nil ? "auto" : "portfolio"
            #expect(throws: OptimizerError.self) { try registry.optimizer(method, options: options) }
        }
    }

    @Test("auto hands its options to the method that they are for")
    func handedOn() async throws {
        var auto = try OptimizerRegistry.standard.optimizer(
            "auto", options: ["texts": ["opro": ["values": 7]], "demonstrations": ["bootstrap": ["demonstrations": 2]]])
        let space = [
            ParameterDefinition("instruction", kind: .text, initial: "Route the message."),
            ParameterDefinition("shots", kind: .examples, initial: []),
        ]
        let model = Answering { _ in #"{"reasoning": "r", "suggestion": {"instruction": "Name the queue."}}"# }
        _ = try await auto.propose(Fixtures.context(space, model: model))
        let members = try #require((auto as? Auto)?.mix?.members)
        #expect((members.first?.optimizer as? Opro)?.options.values == 7)
        #expect((members.last?.optimizer as? Bootstrap)?.options.demonstrations == 2)
        #expect(members.map(\.kinds) == [[.text, .code], [.examples]])
    }

    @Test("a mix with a method that counts hints gets where that method alone gets")
    func nearItsBest() async throws {
        let seen = Seen()
        let alone = try await HintedTask.conclude(Calm(), model: Scripted([]), steps: 6)
        let mixed = try await HintedTask.conclude(
            try OptimizerRegistry.standard.optimizer("portfolio"), model: RuleWriter(), steps: 12, seen: seen)
        func rules(_ candidate: Candidate) -> Int {
            ["plan", "write"].reduce(0) { count, name in
                count + Set(Calm.lines(candidate[name]?.text ?? "")).intersection(HintedTask.rules).count
            }
        }
        #expect(rules(alone.best) == 6)
        #expect(rules(mixed.best) == 6)
        let notes = seen.all.steps.flatMap(\.notes).map(\.text)
        #expect(notes.count { $0.hasPrefix("hints: 6 of 6 rules proposed were kept") } == 1, "members tell what came")
    }

    @Test("auto gives each kind to a method that fits it and changes nothing else")
    func groups() async throws {
        let space = [
            ParameterDefinition("instruction", kind: .text, initial: "Route the message."),
            ParameterDefinition("heat", kind: .number, initial: 0.5, constraint: .init(range: 0...1)),
            ParameterDefinition("shots", kind: .examples, initial: []),
        ]
        let notes = Notes()
        let evaluation = try await Fixtures.evaluation("m", as: "a", expected: "b")
        let model = Answering { _ in #"{"reasoning": "r", "suggestion": {"instruction": "Name the queue."}}"# }
        var auto = try OptimizerRegistry.standard.optimizer("auto")
        let first = try await auto.propose(
            Fixtures.context(space, evaluations: [evaluation], model: model, notes: notes))
        #expect(first.map { $0.changes.keys.sorted() } == [["instruction"]])
        let told = notes.all.map(\.text).joined()
        #expect(told.contains("optoprime") && told.contains("bootstrap"))
        #expect(told.contains("bayesian") || told.contains("random"))
        #expect(auto.state.optimizer == "auto")
    }

    @Test("auto leaves no kind to nobody: what the method for texts cannot change goes to one that can")
    func uncovered() async throws {
        let code = ParameterDefinition(
            "tidy", kind: .code, initial: "def tidy(x): return x",
            constraint: .init(language: "python", entry: "tidy(x: str) -> str"))
        func members(_ options: Value, hinted: Bool) async throws -> [String: Set<ParameterKind>] {
            var auto = try OptimizerRegistry.standard.optimizer("auto", options: options)
            var evaluation = try await Fixtures.evaluation("m", as: "a", expected: "b")
            if hinted, let node = evaluation.trace.node(named: "format") {
                try evaluation.trace.give(Feedback(on: node.id, "name the unit"))
            }
            let model = Answering { _ in "{}" }
            _ = try await auto.propose(
                Fixtures.context([Fixtures.instruction, code], evaluations: [evaluation], model: model))
            let all = try #require((auto as? Auto)?.mix?.members)
            let again = try OptimizerRegistry.standard.optimizer("auto", options: options, state: auto.state)
            #expect((again as? Auto)?.mix?.members.map(\.kinds) == all.map(\.kinds))
            return Dictionary(uniqueKeysWithValues: all.map { ($0.label, $0.kinds) })
        }
        #expect(try await members(.null, hinted: false) == ["optoprime": [.text, .code]])
        #expect(try await members(.null, hinted: true) == ["calm": [.text, .examples], "optoprime": [.code]])
        #expect(try await members(["texts": "prefpo"], hinted: false) == ["prefpo": [.text], "optoprime": [.code]])
        #expect(try await members(["texts": "gepa"], hinted: true) == ["gepa": [.text, .code]])
    }

    @Test("a method that can change nothing of its group is refused")
    func unfit() {
        for options in [["texts": "bayesian"] as Value, ["numbers": "gepa"], ["demonstrations": "textgrad"]] {
            #expect(throws: OptimizerError.self) {
                try OptimizerRegistry.standard.optimizer("auto", options: options)
            }
        }
    }

    @Test(
        "what a step may take is told for methods that have something to change, and for calm only where nodes have hints"
    )
    func outlooks() throws {
        let heat = ParameterDefinition("heat", kind: .number, initial: 0.5, constraint: .init(range: 0...1))
        let shots = ParameterDefinition("shots", kind: .examples, initial: [])
        func turns(
            _ name: String, _ options: Value = .null, _ parameters: ParameterDefinition...
        ) throws -> [StepOutlook] {
            try OptimizerRegistry.standard.optimizer(name, options: options)
                .outlook(for: ParameterSpace(parameters), train: 60, siblings: 2)
        }
        let calm = try #require(try turns("calm", .null, Fixtures.instruction).first)
        #expect(calm.workbenchRuns > 50 && calm.modelCalls > 0 && !calm.needsHints)
        let auto = try turns("auto", .null, Fixtures.instruction)
        #expect(auto.map(\.needsHints) == [false, true, true] && auto[1].workbenchRuns == calm.workbenchRuns)
        #expect(try turns("auto", ["texts": "calm"], Fixtures.instruction).map(\.needsHints) == [false, false])
        #expect(try turns("auto", .null, heat).map(\.modelCalls) == [0])
        #expect(try turns("calm", .null, heat, shots).isEmpty)
        #expect(try turns("portfolio", ["methods": "calm, gepa"], heat, shots).isEmpty)
        #expect(try turns("portfolio", ["methods": "calm, bootstrap"], shots).count == 1)
    }

    @Test("where the budget does not reach for one method, another has the turn")
    func affordable() async throws {
        var registry = OptimizerRegistry.standard
        registry.register(Bringer.self) { _, _ in Bringer() }
        let members = try ["textgrad", "bringer"].map { try MethodMix.Member(MethodChoice($0), from: registry) }
        #expect(members[0].optimizer.trialRule == members[1].optimizer.trialRule)
        var mix = MethodMix(members, rate: 0.5, exploration: 0.2)
        let notes = Notes()
        var context = Fixtures.context([Fixtures.instruction], notes: notes)
        let dear = members[0].optimizer.modelCalls(proposing: 1)
        context.canAfford = { $0.modelCalls < dear }
        #expect(try await mix.propose(context).count == 1 && mix.turn == 1)
        #expect(notes.all.map(\.text) == ["the budget does not reach for a turn of textgrad", "the turn of bringer"])
        context.canAfford = { _ in false }
        #expect(try await mix.propose(context).isEmpty)
    }

    @Test("whose proposals could not be tried had a turn that brought nothing")
    func refused() async throws {
        var registry = OptimizerRegistry.standard
        registry.register(Bringer.self) { _, _ in Bringer() }
        let bringer = try MethodMix.Member(MethodChoice("bringer"), from: registry)
        var mix = MethodMix([bringer, bringer], rate: 0.5, exploration: 0.2)
        let context = Fixtures.context([Fixtures.instruction])
        #expect(try await mix.propose(context).count == 1 && mix.turn == 0)
        mix.observe([])
        #expect(mix.turn == 1 && mix.descent.turns == 1)
        mix.observe([])
        #expect(mix.descent.turns == 1, "nothing was proposed since")
    }

    @Test("auto counts hints where nodes have feedback of their own")
    func hinted() async throws {
        let seen = Seen()
        _ = try await HintedTask.conclude(
            try OptimizerRegistry.standard.optimizer("auto"), model: RuleWriter(), steps: 2, seen: seen)
        let notes = seen.all.steps.flatMap(\.notes).map(\.text)
        #expect(notes.contains("methods: calm for texts"))
    }
}
