import Evaluation
public import TraceGraph

/// Sets numbers, whole numbers, choices and flags by a Gaussian process over the scores of the candidates tried.
///
/// A few assignments spread over the space first, then those that promise most: Matérn 5/2 with a length scale for each
/// parameter, fitted by marginal likelihood, and noisy expected improvement, the noise of each candidate's score taken
/// from its paired scores on validation. Proposals of one step are kept apart by constant liar. Asks no model.
public struct BayesianSearch: Optimizer {
    public static let name = "bayesian"
    public static let kinds: Set<ParameterKind> = [.number, .integer, .choice, .flag]

    /// ``BayesianOptions`` as a workflow file writes them.
    public static let options: [OptimizerOption] = [
        .integer(
            "initial", 0...1000, standard: BayesianOptions().initial,
            "Assignments spread over the space before scores are modelled; 0 for as many as there are parameters, 3 at least and 12 at most."
        ),
        .choice(
            "lie", standard: BayesianOptions().lie,
            "What an untried proposal of a step is taken to score while the next is chosen."),
        .integer(
            "draws", 2...1024, standard: BayesianOptions().draws,
            "Draws of the true scores over which the improvement is averaged where scores are noisy."),
    ]

    /// The whole validation split: the process models that score.
    public var trialRule: TrialRule { .whole }
    /// None: it computes.
    public func modelCalls(proposing siblings: Int) -> Int { 0 }

    public let options: BayesianOptions
    private var memory: BayesianMemory
    private static let attempts = 20

    public init(options: BayesianOptions = BayesianOptions()) {
        self.options = options
        memory = BayesianMemory()
    }

    /// - Throws: ``OptimizerError`` with code `badState` when the state is another optimizer's or unreadable.
    public init(_ options: BayesianOptions, state: OptimizerState?) throws(OptimizerError) {
        self.init(options: options)
        guard let state else { return }
        memory = try state.memory(of: Self.self) { BayesianMemory(recorded: $0) }
    }

    public var state: OptimizerState { OptimizerState(optimizer: Self.name, content: memory.recorded) }

    public mutating func observe(_ trials: [Trial]) {}

    /// As many new assignments as wanted; fewer, with a note, when no new ones are left.
    ///
    /// - Throws: What the context's objection throws.
    public mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
        guard context.constraints.isEmpty else { return try await feasible(context) }
        var variables = context.parameters.definitions.filter { Self.kinds.contains($0.kind) }
        var random = context.random.stream(Self.name)
        let design = context.random.stream("design")
        var sampler = memory.sampler(for: variables, options, random: design)
        guard !sampler.isEmpty else {
            context.report(
                OptimizerNote(.remark, "no parameter is a number, a choice or a flag with more than one value"))
            return []
        }
        let seen = ObservedAssignments(context, names: Set(variables.map(\.name)))
        var excluded = seen.excluded
        var proposals: [Proposal] = []
        for _ in 0..<Self.attempts where proposals.count < context.siblings {
            let suggestions = sampler.suggestions(
                context.siblings - proposals.count, after: seen.observations, in: seen.setting, excluding: excluded,
                random: &random)
            if suggestions.isEmpty { break }
            for suggestion in suggestions {
                excluded.append(suggestion.values)
                let changes = Self.changes(suggestion, context)
                if let objected = try await Self.objected(changes, context) {
                    variables = variables.map { $0.name == objected.name ? $0.without(objected.value) : $0 }
                } else if !changes.isEmpty {
                    proposals.append(Self.proposal(changes, suggestion, context))
                }
            }
            memory = BayesianMemory(sampler)
            sampler = memory.sampler(for: variables, options, random: design)
        }
        if proposals.count < context.siblings {
            context.report(
                OptimizerNote(.remark, "only \(proposals.count) of \(context.siblings) assignments were new"))
        }
        return proposals
    }

    /// Where the objective has limits the score alone would lead beyond them.
    private mutating func feasible(_ context: ProposalContext) async throws -> [Proposal] {
        var options = FeasibleSearch.Options()
        options.initial = self.options.initial
        var search = FeasibleSearch(options: options, memory: memory)
        if memory == BayesianMemory() {
            context.report(
                OptimizerNote(.remark, "the objective has limits: assignments are chosen as by \(FeasibleSearch.name)"))
        }
        let proposals = try await search.propose(context)
        memory = search.memory
        return proposals
    }

    /// Where the objective has limits, the best candidate that is shown to hold them.
    public func winner(in pool: CandidatePool) -> Candidate.ID? { pool.bestHoldingLimits }

    /// What differs from the parent.
    private static func changes(
        _ suggestion: BayesianSampler.Suggestion, _ context: ProposalContext
    ) -> [String: Value] {
        suggestion.values.filter { name, value in
            value != context.parent[name] ?? context.parameters[name]?.initial
        }
    }

    /// The first of `changes` that the workflow cannot run.
    private static func objected(
        _ changes: [String: Value], _ context: ProposalContext
    ) async throws -> (name: String, value: Value)? {
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            guard let definition = context.parameters[name] else { continue }
            if try await context.objection(value, definition) != nil { return (name, value) }
        }
        return nil
    }

    private static func proposal(
        _ changes: [String: Value], _ suggestion: BayesianSampler.Suggestion, _ context: ProposalContext
    ) -> Proposal {
        var rationale = "covers the space"
        if let expected = suggestion.expected {
            rationale =
                "expected \(ValueText.number(rounded(expected.mean))) "
                + "±\(ValueText.number(rounded(expected.deviation)))"
        }
        return Proposal(
            changes: changes, rationale: rationale, intent: suggestion.expected == nil ? .diverge : .refine,
            parent: context.parent.id)
    }

    private static func rounded(_ number: Double) -> Double { (number * 1000).rounded() / 1000 }
}
