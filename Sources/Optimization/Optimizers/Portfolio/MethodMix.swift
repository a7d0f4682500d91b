import Evaluation
import TraceGraph

/// Several optimizers that take turns, one a step, each on parameters of its own; turns go by realised gain per unit of
/// budget.
struct MethodMix: Sendable {
    /// One of the optimizers.
    struct Member: Sendable {
        let label: String
        var optimizer: any Optimizer
        /// The kinds of parameters it is given.
        let kinds: Set<ParameterKind>
        private let options: Value

        /// - Throws: ``OptimizerError`` when there is no such method, or its options are none of its own.
        init(_ choice: MethodChoice, kinds: Set<ParameterKind>? = nil, from registry: OptimizerRegistry) throws {
            let able = registry.kinds(of: choice.name) ?? []
            label = choice.name
            options = choice.options
            optimizer = try registry.optimizer(choice.name, options: choice.options)
            self.kinds = kinds?.intersection(able) ?? able
        }

        /// Goes on where the one with `state` stood.
        mutating func restore(_ state: OptimizerState, from registry: OptimizerRegistry) throws {
            optimizer = try registry.optimizer(label, options: options, state: state)
        }
    }

    private(set) var members: [Member]
    private(set) var descent: MirrorDescent
    /// Whose turn it is.
    private(set) var turn = 0
    /// Where draws come from; nil before the first step, which has the run's seed.
    private var random: SeededGenerator?
    /// The best score before the step.
    private var bestBefore: Double?
    /// The best score there can be; nil where there is no end.
    private var top: Double?
    /// Whether the one whose turn it is has proposed something that is not heard of yet.
    private var isOut = false
    /// What the run had spent before the step, and what it has now.
    private var spent: (before: Int, now: @Sendable () -> Int)?
    /// Whether what a method asks and runs by itself counts as what its gain took, besides the runs of what it proposes.
    private let paysForQuestions: Bool

    init(_ members: [Member], rate: Double, exploration: Double, paysForQuestions: Bool = false) {
        self.members = members
        self.descent = MirrorDescent(count: members.count, rate: rate, exploration: exploration)
        self.paysForQuestions = paysForQuestions
    }

    var current: (any Optimizer)? { members.indices.contains(turn) ? members[turn].optimizer : nil }

    /// Those of all members that have something to change.
    func outlook(for parameters: ParameterSpace, train: Int, siblings: Int) -> [StepOutlook] {
        members.flatMap { member -> [StepOutlook] in
            let own = parameters.definitions.filter { member.kinds.contains($0.kind) }
            guard !own.isEmpty else { return [] }
            return member.optimizer.outlook(for: ParameterSpace(own), train: train, siblings: siblings)
        }
    }

    /// What its members have to tell of the run.
    func report(on best: Candidate, from seed: Candidate, _ verdict: Verdict) -> [String] {
        members.flatMap { $0.optimizer.report(on: best, from: seed, verdict) }
    }

    mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
        if random == nil { random = context.random.stream("mix") }
        isOut = false
        let taken = context.history.filter { !$0.validation.isEmpty && $0.wasAccepted }.compactMap(\.score)
        // Who keeps to limits may score less than who broke them.
        bestBefore = (context.constraints.isEmpty ? taken.max() : taken.last) ?? context.parentScore
        top = context.scale.top
        spent = (context.callsSpent(), context.callsSpent)
        for _ in members.indices {
            let own = context.parameters.definitions.filter { members[turn].kinds.contains($0.kind) }
            if !own.isEmpty {
                var context = context
                context.parameters = ParameterSpace(own)
                let label = members[turn].label
                if isAffordable(members[turn], context) {
                    context.report(OptimizerNote(.remark, "the turn of \(label)"))
                    let proposals = try await members[turn].optimizer.propose(context)
                    isOut = !proposals.isEmpty
                    if isOut { return proposals }
                } else {
                    context.report(OptimizerNote(.remark, "the budget does not reach for a turn of \(label)"))
                }
            }
            // Whoever has nothing to say leaves the turn to the next, if that tries candidates the same way.
            descent.note(0, of: turn)
            let rule = members[turn].optimizer.trialRule
            let next = (turn + 1) % members.count
            guard members[next].optimizer.trialRule == rule else {
                advance()
                return []
            }
            turn = next
        }
        return []
    }

    private func isAffordable(_ member: Member, _ context: ProposalContext) -> Bool {
        let steps = member.optimizer.outlook(
            for: context.parameters, train: context.workbench.train.count, siblings: context.siblings)
        return steps.isEmpty || steps.contains(where: context.canAfford)
    }

    mutating func observe(_ trials: [Trial]) {
        for place in members.indices { members[place].optimizer.observe(trials) }
        guard !trials.isEmpty else {
            // Nothing of what was proposed could be tried: that is a turn, too, and brought nothing.
            if isOut {
                descent.note(0, of: turn)
                advance()
            }
            isOut = false
            return
        }
        isOut = false
        var best = bestBefore ?? 0
        var cost = 0
        for trial in trials {
            cost += trial.minibatch.count + trial.validation.count
            if case .accepted = trial.fate { best = max(best, trial.validation.meanScore ?? best) }
        }
        if paysForQuestions, let spent { cost = max(cost, spent.now() - spent.before) }
        // The share of what was left to gain, by a hundred runs.
        let gain = max(0, best - (bestBefore ?? 0)) / Self.room(above: bestBefore ?? 0, top: top)
        descent.note(gain * min(1, 100 / Double(max(1, cost))), of: turn)
        advance()
    }

    /// What is left to gain; a scale without an end is taken to end at 1, and beyond that gains count by the score itself.
    static func room(above best: Double, top: Double?) -> Double {
        guard let top else { return best > 1 ? best : max(0.05, 1 - best) }
        return max(0.05 * (top > 0 ? top : 1), top - best)
    }

    private mutating func advance() {
        var random = self.random ?? SeededGenerator(seed: 0)
        turn = descent.draw(&random)
        self.random = random
    }

    // MARK: Restarts

    var recorded: Value {
        [
            "turn": .integer(turn), "descent": descent.recorded, "random": random.map { .text($0.state) } ?? .null,
            "members": .list(
                members.map {
                    ["optimizer": .text($0.optimizer.state.optimizer), "content": $0.optimizer.state.content]
                }
            ),
        ]
    }

    /// - Parameter registry: Where members are made again with their states.
    mutating func restore(_ recorded: Value, from registry: OptimizerRegistry) throws -> Bool {
        guard let turn = recorded["turn"]?.integer, members.indices.contains(turn),
            descent.restore(recorded["descent"]),
            let states = recorded["members"]?.list, states.count == members.count
        else { return false }
        self.turn = turn
        random = recorded["random"]?.text.flatMap { SeededGenerator(state: $0) }
        for (place, state) in states.enumerated() {
            guard let name = state["optimizer"]?.text, let content = state["content"] else { return false }
            try members[place].restore(OptimizerState(optimizer: name, content: content), from: registry)
        }
        return true
    }
}
