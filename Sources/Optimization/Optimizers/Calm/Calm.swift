import Evaluation
public import TraceGraph

/// Corrective hints (CALM, arXiv 2510.04204) as an optimizer of workflows: hints that recur on failing runs become rules.
///
/// A step looks at failing runs of the present texts. Short feedback on their nodes is a hint as it is; for others a model
/// finds the earliest flaw and gives a hint, which is tried on that run and held against a run without it. Hints that come
/// more often than chance become one sentence each in the text that steers their node, kept unless that loses; later they
/// are taken out again one at a time where nothing is lost.
public struct Calm: Optimizer {
    public static let name = "calm"
    public static let kinds: Set<ParameterKind> = [.text, .examples]

    public let options: CalmOptions
    var memory = CalmMemory()
    /// How many runs a model is asked about in this step: fewer than it may be where the budget does not reach for more.
    var repairs: Int

    public init(options: CalmOptions = CalmOptions()) {
        self.options = options
        repairs = options.repairs
    }

    /// - Throws: ``OptimizerError`` with code `badState` when the state is another optimizer's or unreadable.
    public init(_ options: CalmOptions, state: OptimizerState?) throws(OptimizerError) {
        self.init(options: options)
        guard let state else { return }
        memory = try state.memory(of: Self.self) { CalmMemory($0) }
    }

    public var state: OptimizerState { OptimizerState(optimizer: Self.name, content: memory.recorded) }

    /// A change is small and the validation split is what tells whether it loses.
    public var trialRule: TrialRule { .whole }

    /// A question for each intervention, one for what became right, and one for each rule; each asked once more at the most.
    public func modelCalls(proposing siblings: Int) -> Int { outlook(repairing: options.repairs, train: 0).modelCalls }

    /// The train examples looked at, and two runs for every hint and replay, those about the form included.
    public func workbenchRuns(train: Int) -> Int { outlook(repairing: options.repairs, train: train).workbenchRuns }

    /// With all runs that a model may be asked about, and with one; none where there are no texts: then there is nothing
    /// that hints could tell.
    public func outlook(for parameters: ParameterSpace, train: Int, siblings: Int) -> [StepOutlook] {
        guard parameters.definitions.contains(where: { $0.kind == .text }) else { return [] }
        return (options.repairs > 1 ? [options.repairs, 1] : [options.repairs]).map {
            outlook(repairing: $0, train: train)
        }
    }

    private func outlook(repairing count: Int, train: Int) -> StepOutlook {
        StepOutlook(
            trialRule: trialRule, modelCalls: 2 * count * (options.interventions + (options.flawless ? 1 : 0) + 1),
            workbenchRuns: min(options.examples, train) + 2 * options.replays * count * (options.interventions + 1))
    }

    /// The candidate with the rules that stood so far.
    public func parent(in pool: CandidatePool) -> Candidate.ID {
        memory.current.map { Candidate.ID($0) } ?? pool.best.id
    }

    /// The candidate with the rules that stood: what recurs says more than which of a few candidates scored highest.
    public func winner(in pool: CandidatePool) -> Candidate.ID? { memory.current.map { Candidate.ID($0) } }

    /// At most one change: rules to take in, in as many wordings as siblings are wanted, or one to take out.
    ///
    /// - Throws: ``ModelError`` when it ends the run; `CancellationError`; what the context's objection throws.
    public mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
        let texts = context.parameters.definitions.filter { $0.kind == .text }
        guard !texts.isEmpty else { return [] }
        memory.pending = []
        repairs =
            (0...options.repairs).last {
                context.canAfford(outlook(repairing: $0, train: context.workbench.train.count))
            } ?? min(1, options.repairs)
        let seen = try await look(texts, context)
        listen(to: seen, texts, context)
        try await intervene(on: seen, texts, context)
        let rules = try await rulesToTake(texts, seen, context)
        if !rules.isEmpty { return untried(rules, context) }
        if let proposal = try await demonstrationsToTake(seen, context) { return untried([proposal], context) }
        if options.eliminates, let proposal = ruleToDrop(seen, context) { return untried([proposal], context) }
        let wordings = otherWordings(seen, context)
        if !wordings.isEmpty { return untried(wordings, context) }
        context.report(
            OptimizerNote(.remark, "no hint comes more often than chance; \(memory.rules.count) rules stand"))
        return []
    }

    public mutating func observe(_ trials: [Trial]) {
        let own = trials.compactMap { trial in
            memory.pending.first { $0.changes == trial.proposal.changes }.map { ($0, trial) }
        }
        if let (pending, trial) = own.min(by: {
            Self.goesBefore(($0.1.candidate.id, $0.1.validation), ($1.1.candidate.id, $1.1.validation))
        }) {
            memory.pending = []
            var wasAccepted = false
            if case .accepted = trial.fate { wasAccepted = true }
            settle(pending, trial.candidate, trial.validation, wasAccepted: wasAccepted)
        }
        for trial in trials where !own.contains(where: { $0.1.candidate.id == trial.candidate.id }) {
            if case .accepted = trial.fate, isClearlyBetter(trial) {
                // Another method's success: go on from there, with the rules it still has.
                memory.current = trial.candidate.id.number
                memory.scores = Self.scores(trial.validation)
                memory.rules = memory.rules.filter { rule in
                    trial.candidate[rule.parameter]?.text.map { Self.lines($0).contains(rule.text) } ?? false
                }
            }
        }
    }

    /// Of wordings of one change the one that got furthest on validation, then the one that scored highest there.
    private static func goesBefore(
        _ a: (id: Candidate.ID, validation: [Evaluation]), _ b: (id: Candidate.ID, validation: [Evaluation])
    ) -> Bool {
        func sum(_ validation: [Evaluation]) -> Double { validation.reduce(0) { $0 + ($1.score ?? 0) } }
        guard a.validation.count == b.validation.count else { return a.validation.count > b.validation.count }
        guard sum(a.validation) == sum(b.validation) else { return sum(a.validation) > sum(b.validation) }
        return a.id < b.id
    }

    /// Those of `proposals` that nobody tried before. Where all were, what is known of them decides at once: the loop does
    /// not try values twice, and asking for them again each step would end in nothing.
    private mutating func untried(_ proposals: [Proposal], _ context: ProposalContext) -> [Proposal] {
        func known(_ proposal: Proposal) -> TriedCandidate? {
            let values = context.parent.values.merging(proposal.changes) { _, new in new }
            return context.history.first { $0.candidate.values == values }
        }
        let fresh = proposals.filter { known($0) == nil }
        let best = proposals.compactMap { proposal in known(proposal).map { (changes: proposal.changes, tried: $0) } }
            .min {
                Self.goesBefore(
                    ($0.tried.candidate.id, $0.tried.validation), ($1.tried.candidate.id, $1.tried.validation))
            }
        guard fresh.isEmpty, let (changes, tried) = best,
            let pending = memory.pending.first(where: { $0.changes == changes })
        else { return fresh }
        memory.pending = []
        context.report(
            OptimizerNote(.remark, "the change makes \(tried.candidate.id) again: what that one scored decides"))
        settle(pending, tried.candidate, tried.validation, wasAccepted: tried.wasAccepted)
        return []
    }

    /// Whether what another method found is more than the best of many tries: where it rewrote texts, it has to be better
    /// beyond chance than the rules that stand; other parameters are left to it.
    private func isClearlyBetter(_ trial: Trial) -> Bool {
        guard !memory.rules.isEmpty, trial.proposal.changes.values.contains(where: { $0.text != nil }) else {
            return true
        }
        let scores = Self.scores(trial.validation)
        let common = scores.keys.filter { memory.scores[$0] != nil }.sorted()
        let differences = PairedDifferences(common.map { (scores[$0] ?? 0) - (memory.scores[$0] ?? 0) })
        return common.isEmpty || differences.pValueForGreater <= 0.05
    }

    /// Whether the rules stay in, or out.
    private mutating func settle(
        _ pending: CalmMemory.Pending, _ candidate: Candidate, _ validation: [Evaluation], wasAccepted: Bool
    ) {
        let scores = Self.scores(validation)
        let common = scores.keys.filter { pending.scores[$0] != nil }.sorted()
        let keys = pending.rules.map { CalmMemory.key($0.parameter, $0.group) }
        guard !common.isEmpty else {
            // Nobody could tell: it is not asked for again each step.
            switch pending.kind {
            case .elimination: memory.needed.formUnion(keys)
            case .rules where pending.rules.count == 1: memory.refused.formUnion(keys)
            case .rules: memory.isSingle = true
            case .demonstrations, .wording: break
            }
            return
        }
        let differences = PairedDifferences(common.map { (scores[$0] ?? 0) - (pending.scores[$0] ?? 0) })
        switch pending.kind {
        case .elimination:
            let recurs = pending.rules.contains { !isWithinChance($0, heardIn: validation) }
            memory.needed.formUnion(keys)
            guard !recurs, differences.mean >= 0 else { return }
            // Should its hints come again, the rule is taken again, and then it stays.
            memory.rules.removeAll { pending.rules.contains($0) }
        case .rules:
            guard doesNotSpeakAgainst(pending, differences) else {
                if pending.rules.count == 1 { memory.refused.formUnion(keys) }
                memory.isSingle = true
                return
            }
            memory.rules += pending.rules
        case .demonstrations:
            // One repaired run is no rule: what is shown has to pay by itself.
            guard wasAccepted else { return }
        case .wording:
            // The best of several that say the same is better by luck alone, more often than not.
            guard differences.mean > (differences.sample.standardError ?? 0) else { return }
            memory.idleWordings = 0
            memory.rules = pending.rules
        }
        memory.current = candidate.id.number
        memory.scores = scores
    }

    /// What recurs has spoken for itself: a score only has to not speak against it, unless it is to be better by itself.
    /// A model that is asked for hints may repeat itself, though: what it said has to be better, as long as scores tell.
    private mutating func doesNotSpeakAgainst(
        _ pending: CalmMemory.Pending, _ differences: PairedDifferences
    ) -> Bool {
        guard options.gatesRules else {
            let areAskedFor = pending.rules.contains {
                memory.askedFor.contains(CalmMemory.key($0.parameter, $0.group))
            }
            return areAskedFor
                ? differences.mean > 0 || differences.values.allSatisfy { $0 == 0 }
                : differences.mean >= -(differences.sample.standardError ?? 0)
        }
        memory.tests += 1
        return differences.pValueForGreater <= CalmMemory.level(of: memory.tests, spending: options.ruleAlpha)
    }

    /// Hints on the candidate's own runs, where nodes have them.
    private func isWithinChance(_ rule: CalmMemory.Rule, heardIn validation: [Evaluation]) -> Bool {
        var round = HintRecurrence.Round(present: [], counts: [:])
        for evaluation in validation {
            let hints = evaluation.trace.givenHints(
                for: evaluation.example.id, texts: [rule.parameter], longest: options.hintTokens)
            for group in Set(hints.map(\.group)) { round.counts[group, default: 0] += 1 }
        }
        let others = memory.rounds.filter { $0.parameter == rule.parameter }.flatMap { $0.heard.counts.keys }
        return HintRecurrence.isWithinChance(rule.group, in: round, others: Set(others).count - memory.rules.count)
    }

    static func lines(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).map { String($0).trimmed }
    }

    static func scores(_ evaluations: [Evaluation]) -> [String: Double] {
        var scores: [String: Double] = [:]
        for evaluation in evaluations { scores[evaluation.example.id] = evaluation.score }
        return scores
    }
}
