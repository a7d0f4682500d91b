import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Optimization

/// What a state is for: a method that is made anew from it after every step goes the way it would have gone anyway.
@Suite("Optimizers that are made anew from their state after every step") struct RestartTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var method: String
        var options: Value = .null
        var model = "openai:test"

        var testDescription: String { "\(method) \(options.json) \(model)" }
    }

    /// Every method as it comes, those that ask a model with a small one too, and options with which more is kept.
    static let cases: [Case] =
        OptimizerRegistry.standard.names.map { Case(method: $0) }
        + (TextOptimizersTests.names + ["optoprime"]).map { Case(method: $0, model: "local:default") }
        + [
            Case(method: "prefpo", options: ["labelled": false, "hacking_check": true, "grades": true]),
            Case(method: "prefpo", options: ["mode": "standalone", "outputs": 2]),
            Case(method: "calm", options: ["gate_rules": true]),
            Case(method: "calm", options: ["replays": 0, "false_rules": 10]),
            Case(method: "gepa", options: ["components": "bandit", "minibatch": 2]),
            Case(method: "optoprime", options: ["siblings": "together", "memory": 1]),
            Case(method: "bandit", options: ["features": "width", "pulls": 12]),
            Case(method: "bayesian", options: ["lie": "believed", "initial": 4]),
            Case(method: "portfolio", options: ["methods": "gepa, bayesian, prefpo, bootstrap", "exploration": 1]),
            Case(method: "auto", options: ["texts": ["gepa": [:]], "numbers": "bandit"]),
        ]

    @Test("go the same way as those that were not", arguments: cases)
    func same(_ item: Case) async throws {
        let whole = try await story(of: item, forgetting: false)
        let broken = try await story(of: item, forgetting: true)
        #expect(whole.events == broken.events)
        #expect(whole.states == broken.states)
        let fresh = try OptimizerRegistry.standard.optimizer(item.method, options: item.options).state
        #expect(
            whole.events.contains { $0.contains("proposed(") } || whole.states.last != fresh,
            "there has to be something to go on from")
    }

    private func story(
        of item: Case, forgetting: Bool
    ) async throws -> (events: [String], states: [OptimizerState]) {
        let seen = Seen()
        let metrics: [any Metric] = [RightOrWrong(), Size()]
        var objective = Objective(RightOrWrong())
        if item.method == FeasibleSearch.name { objective.constraints = [MetricConstraint("size", atMost: 9)] }
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: MixedTask(), metrics: metrics, objective: objective, concurrency: 4),
            splits: MixedTask.splits,
            plan: OptimizationPlan(steps: 4, minibatch: 4, siblings: 2, seed: 4, patience: nil),
            gate: Gate(RightOrWrong()), purpose: "Do the tasks.",
            expectations: ExpectationSummary(of: MixedTask.splits.train), model: MixedWriter(),
            modelName: try #require(ModelName(item.model)), ledger: Ledger(), journal: seen)
        let record = RunRecord(
            name: "mixed-0", workflow: "mixed", optimizer: item.method, seed: 4, settings: .null,
            parameters: MixedTask().parameters)
        _ = try await loop.run(
            try Forgetful(item.method, options: item.options, forgets: forgetting), as: record,
            events: { seen.note($0) })
        return (seen.story, seen.all.steps.compactMap(\.optimizer))
    }
}

/// Hands everything to a method, which it makes anew from its state, as text, after every step.
private struct Forgetful: Optimizer {
    static let name = "forgetful"
    static let kinds = Set(ParameterKind.allCases)

    private let method: String
    private let options: Value
    private let forgets: Bool
    private var inner: any Optimizer
    private var failure: (any Error)?

    init(_ method: String, options: Value, forgets: Bool) throws {
        self.method = method
        self.options = options
        self.forgets = forgets
        inner = try OptimizerRegistry.standard.optimizer(method, options: options)
    }

    var trialRule: TrialRule { inner.trialRule }
    func modelCalls(proposing siblings: Int) -> Int { inner.modelCalls(proposing: siblings) }
    func workbenchRuns(train: Int) -> Int { inner.workbenchRuns(train: train) }
    func parent(in pool: CandidatePool) -> Candidate.ID { inner.parent(in: pool) }
    func winner(in pool: CandidatePool) -> Candidate.ID? { inner.winner(in: pool) }
    var state: OptimizerState { inner.state }

    mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
        if let failure { throw failure }
        return try await inner.propose(context)
    }

    mutating func observe(_ trials: [Trial]) {
        inner.observe(trials)
        guard forgets else { return }
        do {
            let (name, content) = (inner.state.optimizer, try Value(json: inner.state.content.json))
            inner = try OptimizerRegistry.standard.optimizer(
                method, options: options, state: OptimizerState(optimizer: name, content: content))
        } catch {
            failure = error
        }
    }
}

/// The hinted task with parameters of other kinds beside its texts: a number has to be near 7, by how much an example says.
private struct MixedTask: Optimizable {
    static let definitions =
        HintedTask.definitions + [
            ParameterDefinition("x", kind: .number, initial: 0, constraint: .init(range: 0...10)),
            ParameterDefinition(
                "tone", kind: .choice, initial: "plain", constraint: .init(options: ["plain", "kind"])),
            ParameterDefinition("shots", kind: .examples, initial: [], constraint: .init(maximumCount: 2)),
        ]

    static let splits = OptimizationLoop.Splits(
        train: examples(18, "t"), validation: examples(18, "v"), holdout: examples(18, "h"))

    static func examples(_ count: Int, _ prefix: String) -> [Example] {
        HintedTask.examples(count, prefix).enumerated().map { index, example in
            var example = example
            // Some are right from the start, so that there is something to show and something to lose.
            if index % 4 == 0 { (example.fields["plan"], example.fields["write"]) = ([], []) }
            example.fields["width"] = .integer(index % 3 + 5)
            return example
        }
    }

    var parameters: ParameterSpace { ParameterSpace(Self.definitions) }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        let x = candidate["x"]?.number ?? 0
        let isNear = abs(x - 7) <= (example["width"]?.number ?? 0) && (candidate["tone"] != "kind" || x > 2)
        func lacks(_ name: String) -> String? {
            let lines = (candidate[name]?.text ?? "").split(whereSeparator: \.isNewline).map(String.init)
            return (example[name]?.list?.compactMap(\.text) ?? []).first { !lines.contains($0) }
        }
        let missing = ["plan": lacks("plan"), "write": lacks("write")]
        let isRight = isNear && missing.values.allSatisfy { $0 == nil }
        var trace = await Trace.record(candidate) {
            let parts = Self.definitions.map { Traced<Value>.parameter($0) }
            let task = Traced(example.id, name: "task")
            let planned = traced(
                "think", node: "plan_step", inputs: [parts[0].input(as: "text"), task.input(as: "task")]
            ) { "a plan for \(example.id)" }
            let written = traced(
                "compose", node: "write_step",
                inputs: [
                    parts[1].input(as: "text"), planned.input(as: "plan"), parts[2].input(as: "x"),
                    parts[3].input(as: "tone"), parts[4].input(as: "shots"),
                ]
            ) { "written" }
            return traced("check", node: "outcome", inputs: [written.input(as: "text")]) { isRight ? "right" : "wrong" }
        }
        for (name, rule) in missing.sorted(by: { $0.key < $1.key }) {
            // Every other example has no hints of its own, so that a model is asked about it.
            guard let rule, example.id.utf8.reduce(0, { $0 + Int($1) }) % 2 == 0,
                let step = trace.node(named: "\(name)_step")
            else { continue }
            try? trace.give(Feedback(on: step.id, rule))
        }
        return trace
    }
}

/// What an example costs: the number.
private struct Size: Metric {
    let name = "size"
    let direction = MetricDirection.minimize
    func score(_ subject: MetricSubject) async throws -> Score { Score(subject.candidate?["x"]?.number ?? 0) }
}

/// Writes rules into texts, and the number that is right.
private struct MixedWriter: LanguageModel {
    func reply(to request: ChatRequest) async throws -> ChatReply {
        let prompt = request.messages.map(\.content).joined(separator: "\n")
        let known = HintedTask.rules.filter { prompt.contains($0) }
        guard case .schema("suggestion", let schema) = request.format else {
            return try await RuleWriter().reply(to: request)
        }
        let names = schema["properties"]?["suggestion"]?["properties"]?.object?.names ?? []
        // Asked again, it says something else.
        let more = request.repetition == 0 ? [] : ["Take care, \(request.repetition)."]
        let values = names.compactMap { name -> (String, Value)? in
            switch name {
            case "plan": (name, .text((["Plan."] + known + more).joined(separator: "\n")))
            case "write": (name, .text((["Write."] + known + more).joined(separator: "\n")))
            case "x": (name, 7)
            default: nil
            }
        }
        return ChatReply(
            text: Value.object(["reasoning": "rules were missing", "suggestion": .object(Fields(values))]).json)
    }
}
