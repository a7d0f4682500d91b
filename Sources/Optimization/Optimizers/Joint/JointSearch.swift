import Evaluation
public import TraceGraph

/// Searches texts, demonstrations and hyperparameters together.
///
/// Texts that a model proposes and sets of demonstrations drawn from train examples become options; together with the
/// numbers, choices and flags they are one space, searched by the Bayesian sampler. Most trials are minibatches of train
/// examples; after each step the assignment that promises most on validation is run there whole (the idea of MIPROv2,
/// Opsahl-Ong 2024, on a sampler that knows how sure it is).
public struct JointSearch: Optimizer {
    public static let name = "joint"
    public static let kinds = Set(ParameterKind.allCases)

    /// How it goes about it.
    public struct Options: Sendable, Hashable, Codable {
        /// Texts asked for a step.
        public var texts = 2
        /// Steps that ask for texts.
        public var writing = 1000
        /// Sets of demonstrations.
        public var sets = 6
        /// Trials on minibatches a step; 0 for as many as the parameters call for.
        public var trials = 0
        /// Train examples of a trial.
        public var minibatch = 8

        public init() {}

        /// Reads the options that ``JointSearch/options`` declares.
        ///
        /// - Throws: ``OptimizerError`` with code `badOption`.
        public init(_ options: Value) throws(OptimizerError) {
            let reader = try OptionReader(options, of: JointSearch.self)
            texts = try reader.integer("texts")
            writing = try reader.integer("writing")
            sets = try reader.integer("sets")
            trials = try reader.integer("trials")
            minibatch = try reader.integer("minibatch")
        }
    }

    /// ``Options-swift.struct`` as a workflow file writes them.
    public static let options: [OptimizerOption] = [
        .integer("texts", 0...20, standard: Options().texts, "Texts a model is asked for in a step."),
        .integer(
            "writing", 0...1000, standard: Options().writing, "Steps in which texts are asked for, the first ones."),
        .integer("sets", 0...100, standard: Options().sets, "Sets of demonstrations drawn from train examples."),
        .integer(
            "trials", 0...100, standard: Options().trials,
            "Assignments a step that are tried on a minibatch; 0 for the texts asked for, one more, and one for each parameter that is no text, 3 at least and 8 at most; never fewer than the texts asked for."
        ),
        .integer("minibatch", 1...1000, standard: Options().minibatch, "Train examples of such a trial."),
    ]

    /// The whole validation split: what it proposes has come out of trials of its own.
    public var trialRule: TrialRule { .whole }
    /// Each text asked for, and once more.
    public func modelCalls(proposing siblings: Int) -> Int { 2 * options.texts }
    /// The parent and each trial on a minibatch.
    public func workbenchRuns(train: Int) -> Int {
        min(options.minibatch, train) * (1 + (trials ?? max(options.trials, options.texts, Self.mostTrials)))
    }
    /// With as many trials as the parameters call for.
    public func outlook(for parameters: ParameterSpace, train: Int, siblings: Int) -> [StepOutlook] {
        [
            StepOutlook(
                trialRule: trialRule, modelCalls: modelCalls(proposing: siblings),
                workbenchRuns: min(options.minibatch, train) * (1 + trials(for: parameters)))
        ]
    }

    public let options: Options
    private var writer: OptoPrime
    private var memory: JointMemory
    /// Of a step, once one was taken.
    private var trials: Int?
    private static let mostTrials = 8

    public init(options: Options = Options()) {
        self.options = options
        writer = OptoPrime()
        memory = JointMemory()
    }

    /// - Throws: ``OptimizerError`` with code `badState` when the state is another optimizer's or unreadable.
    public init(_ options: Options, state: OptimizerState?) throws(OptimizerError) {
        self.init(options: options)
        guard let state else { return }
        guard state.optimizer == Self.name, let memory = JointMemory(recorded: state.content["memory"] ?? .null) else {
            throw OptimizerError(.badState, "this is not a state of \(Self.name)")
        }
        self.memory = memory
        trials = state.content["trials"]?.integer
        writer = try OptoPrime(
            OptoPrimeOptions(),
            state: OptimizerState(optimizer: OptoPrime.name, content: state.content["writer"] ?? .null))
    }

    public var state: OptimizerState {
        OptimizerState(
            optimizer: Self.name,
            content: [
                "memory": memory.recorded, "writer": writer.state.content,
                "trials": trials.map(Value.integer) ?? .null,
            ])
    }

    public mutating func observe(_ trials: [Trial]) { writer.observe(trials) }

    /// The assignment that promises most on validation, after a step's minibatch trials.
    ///
    /// - Throws: ``ModelError`` when it ends the run; `CancellationError`; what the context's objection throws.
    public mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
        var random = context.random.stream(Self.name)
        let trials = trials(for: context.parameters)
        self.trials = trials
        let batch = random.sample(options.minibatch, from: context.workbench.train)
        guard !batch.isEmpty else { return [] }
        let observed = try await context.workbench.evaluate(context.parent.values, on: batch)
        memory.note(context.parent.values, observed)
        for tried in context.history { memory.offer(tried.candidate.values, context.parameters) }
        let written = try await addTexts(context, observed)
        let answer = observed.lazy.compactMap(\.trace.result?.base).first
        try await memory.addSets(options.sets, answer: answer, context, &random)

        let variables = memory.variables(context.parameters)
        let design = context.random.stream("design")
        var sampler = memory.sampler(for: variables, random: design)
        guard !sampler.isEmpty else {
            context.report(OptimizerNote(.remark, "there is nothing to choose between yet"))
            return []
        }
        // A text was written to go with the others of its proposal: first of all it is tried with them.
        for changes in written.prefix(trials) {
            let values = context.parent.values.merging(changes) { _, new in new }
            memory.note(values, try await context.workbench.evaluate(values, on: batch))
        }
        for _ in written.count..<max(written.count, trials) {
            let known = memory.observations(context)
            guard
                let next = sampler.suggestions(
                    1, after: known, in: JointMemory.train, excluding: memory.tried, random: &random
                ).first
            else { break }
            let values = context.parent.values.merging(next.values) { _, new in new }
            memory.note(values, try await context.workbench.evaluate(values, on: batch))
        }
        let validated = context.history.map(\.candidate.values)
        let chosen = sampler.ranked(
            memory.tried.filter { !validated.contains($0) }, after: memory.observations(context),
            in: JointMemory.validation, random: &random
        ).prefix(1)
        memory.keep(sampler)
        return chosen.compactMap { suggestion in
            let changes = suggestion.values.filter {
                context.parameters[$0.key] != nil
                    && $0.value != context.parent[$0.key] ?? context.parameters[$0.key]?.initial
            }
            guard !changes.isEmpty else { return nil }
            let mean = suggestion.expected.map { ValueText.number(($0.mean * 1000).rounded() / 1000) }
            return Proposal(
                changes: changes, rationale: mean.map { "expected \($0) on validation" } ?? "covers the space",
                intent: .refine, parent: context.parent.id)
        }
    }

    /// Mixing pays by what there is to mix: texts with each other, and with every parameter of another kind.
    private func trials(for parameters: ParameterSpace) -> Int {
        guard options.trials == 0 else { return max(options.trials, options.texts) }
        let others = parameters.definitions.filter { ![.text, .code].contains($0.kind) }.count
        let written = others < parameters.definitions.count ? options.texts : 0
        return max(min(written + 1 + others, Self.mostTrials), 3, written)
    }

    /// New texts and code for the pool, each parameter's own.
    ///
    /// - Returns: What was written together.
    private mutating func addTexts(
        _ context: ProposalContext, _ observed: [Evaluation]
    ) async throws -> [[String: Value]] {
        let texts = context.parameters.definitions.filter { [.text, .code].contains($0.kind) }
        guard options.texts > 0, context.step <= options.writing, !texts.isEmpty else { return [] }
        var asking = context
        asking.parameters = ParameterSpace(texts)
        asking.evaluations = observed
        // What was said of these runs counts too, beside what was said of the parent before.
        let shown = Set(observed.map(\.example.id))
        let earlier = (context.trainRuns[context.parent.id] ?? []).filter { !shown.contains($0.example.id) }
        asking.trainRuns[context.parent.id] = earlier + observed
        asking.siblings = options.texts
        let written = try await writer.propose(asking).map(\.changes)
        for changes in written { memory.offer(changes, context.parameters) }
        return written
    }
}
