import Evaluation
public import TraceGraph

/// Sets thresholds and other numbers so that limits are held, by optimistic feasible search.
///
/// Among the assignments that may hold every limit (lower confidence bound of each excess ≤ 0) the one whose reward may be
/// highest (upper confidence bound); where none may, the one that may come nearest. Rewards and excesses are modelled by a
/// Gaussian process each, over the candidates' scores on validation. The limits are the objective's constraints, and an
/// excess is what the gate goes by: that of the bound which a candidate's values give, not of their mean.
public struct FeasibleSearch: Optimizer {
    public static let name = "feasible"
    public static let kinds: Set<ParameterKind> = [.number, .integer, .choice, .flag]

    /// How it goes about it.
    public struct Options: Sendable, Hashable, Codable {
        /// Standard deviations between what is expected and either bound.
        public var optimism = 2.0
        /// Assignments spread over the space first; 0 for as many as there are parameters, and 3 at least.
        public var initial = 0

        public init() {}

        /// Reads the options that ``FeasibleSearch/options`` declares.
        ///
        /// - Throws: ``OptimizerError`` with code `badOption`.
        public init(_ options: Value) throws(OptimizerError) {
            let reader = try OptionReader(options, of: FeasibleSearch.self)
            optimism = try reader.number("optimism")
            initial = try reader.integer("initial")
        }
    }

    /// ``Options-swift.struct`` as a workflow file writes them.
    public static let options: [OptimizerOption] = [
        .number(
            "optimism", 0...10, standard: Options().optimism,
            "Standard deviations between what is expected of an assignment and what it may come to."),
        .integer(
            "initial", 0...1000, standard: Options().initial,
            "Assignments spread over the space first; 0 for as many as there are parameters, 3 at least and 12 at most."
        ),
    ]

    /// The whole validation split: its scores are modelled.
    public var trialRule: TrialRule { .whole }
    /// None: it computes.
    public func modelCalls(proposing siblings: Int) -> Int { 0 }

    public let options: Options
    private(set) var memory = BayesianMemory()

    public init(options: Options = Options()) { self.options = options }

    init(options: Options, memory: BayesianMemory) {
        self.options = options
        self.memory = memory
    }

    /// - Throws: ``OptimizerError`` with code `badState` when the state is another optimizer's or unreadable.
    public init(_ options: Options, state: OptimizerState?) throws(OptimizerError) {
        self.options = options
        guard let state else { return }
        memory = try state.memory(of: Self.self) { BayesianMemory(recorded: $0) }
    }

    public var state: OptimizerState { OptimizerState(optimizer: Self.name, content: memory.recorded) }

    public mutating func observe(_ trials: [Trial]) {}

    /// The best candidate that is shown to hold the limits, where the best by its means is not: that one would not ship.
    public func winner(in pool: CandidatePool) -> Candidate.ID? { pool.bestHoldingLimits }

    /// As many new assignments as wanted; fewer, with a note, when no new ones are left.
    ///
    /// - Throws: What the context's objection throws.
    public mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
        let variables = try await context.runnable(
            context.parameters.definitions.filter { Self.kinds.contains($0.kind) })
        var random = context.random.stream(Self.name)
        let sampler = memory.sampler(
            for: variables, BayesianOptions(initial: options.initial), random: context.random.stream("design"))
        guard !sampler.isEmpty else {
            context.report(
                OptimizerNote(.remark, "no parameter is a number, a choice or a flag with more than one value"))
            return []
        }
        if context.constraints.isEmpty, memory == BayesianMemory() {
            context.report(
                OptimizerNote(
                    .remark,
                    "the objective has no limits that come first; set some with 'subject_to', or take 'bayesian'"))
        }
        let names = Set(variables.map(\.name))
        let rewards = ObservedAssignments(context, names: names)
        let excesses = context.constraints.map { ObservedAssignments(context, names: names, of: $0) }
        var search = OptimisticSearch(
            sampler: sampler, rewards: rewards, excesses: excesses, optimism: options.optimism)
        let chosen = search.next(context.siblings, excluding: rewards.excluded, &random)
        memory = BayesianMemory(search.sampler)
        if chosen.count < context.siblings {
            context.report(
                OptimizerNote(.remark, "only \(chosen.count) of \(context.siblings) assignments were new"))
        }
        return chosen.compactMap { values, rationale in
            let changes = values.filter { $0.value != context.parent[$0.key] ?? context.parameters[$0.key]?.initial }
            guard !changes.isEmpty else { return nil }
            return Proposal(changes: changes, rationale: rationale, intent: .refine, parent: context.parent.id)
        }
    }
}
