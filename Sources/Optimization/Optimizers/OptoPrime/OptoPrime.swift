import Evaluation
public import TraceGraph

/// Shows a model the minimal graph between the parameters and the feedback and asks it for better values (Trace, Cheng
/// et al. 2024, arXiv 2406.16218).
///
/// One call a sibling, each with a stated intent and a temperature of its own; one more when the reply is no use. Values
/// of all kinds are changed the same way.
public struct OptoPrime: Optimizer {
    public static let name = "optoprime"
    public static let kinds = Set(ParameterKind.allCases)

    public let options: OptoPrimeOptions
    private(set) var memory: OptoPrimeMemory

    public init(options: OptoPrimeOptions = OptoPrimeOptions()) {
        self.options = options
        self.memory = OptoPrimeMemory()
    }

    /// An optimizer that goes on where the one with `state` stood; nil to begin.
    ///
    /// - Throws: ``OptimizerError`` with code `badState` when the state is another optimizer's or unreadable.
    public init(_ options: OptoPrimeOptions, state: OptimizerState?) throws(OptimizerError) {
        self.init(options: options)
        guard let state else { return }
        memory = try state.memory(of: Self.self) { OptoPrimeMemory($0) }
    }

    public var state: OptimizerState {
        OptimizerState(optimizer: Self.name, content: memory.recorded)
    }

    public mutating func observe(_ trials: [Trial]) {
        for trial in trials { memory.keep(OptoPrimeMemory.Round(trial)) }
    }

    /// - Throws: ``ModelError`` when it ``ModelError/endsRun``; `CancellationError`; what the context's objection throws.
    public mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
        guard !context.parameters.definitions.isEmpty, context.siblings > 0 else { return [] }
        var proposals: [Proposal] = []
        switch options.siblings {
        case .inTurn:
            for index in 0..<context.siblings {
                if index == 0, context.siblings > 1, let other = rearrangement(0, after: proposals, context) {
                    proposals.append(other)
                    continue
                }
                let turn = try turn(index, after: proposals, context)
                take(try await turn.outcome(memory.asked), into: &proposals, context)
                // A sibling that no question brought is not lost.
                if proposals.count <= index, let other = rearrangement(index, after: proposals, context) {
                    proposals.append(other)
                }
            }
        case .together:
            let turns = try (0..<context.siblings).map { try turn($0, after: [], context) }
            for outcome in try await Self.outcomes(of: turns, asked: memory.asked) {
                take(outcome, into: &proposals, context)
            }
        }
        return proposals
    }

    private func turn(
        _ index: Int, after earlier: [Proposal], _ context: ProposalContext
    ) throws -> OptoPrimeTurn {
        var context = context
        if options.looksAtOneVariable(for: context.modelName) {
            context.parameters = focus(of: index, context)
        }
        let problem = try Problem(
            context.evaluations.map { Observation($0) }, parameters: context.parameters, candidate: context.parent)
        let names = Set(context.parameters.definitions.map(\.name))
        return OptoPrimeTurn(
            context: context, options: options, memory: memory, problem: problem, index: index,
            earlier: earlier.filter { !names.isDisjoint(with: $0.changes.keys) }, cutReplies: memory.cutReplies)
    }

    /// In the order of the siblings, whichever answers first.
    private static func outcomes(
        of turns: [OptoPrimeTurn], asked: [String: Int]
    ) async throws -> [OptoPrimeTurn.Outcome] {
        try await withThrowingTaskGroup(of: (Int, OptoPrimeTurn.Outcome).self) { group in
            var asked = asked
            for (index, turn) in turns.enumerated() {
                let before = asked
                group.addTask { (index, try await turn.outcome(before)) }
                asked[turn.firstKey, default: 0] += 1
            }
            var outcomes: [Int: OptoPrimeTurn.Outcome] = [:]
            var failure: (any Error)?
            // A turn that fails does not break off the calls of the others, which are paid for.
            while let result = await group.nextResult() {
                switch result {
                case .success(let (index, outcome)): outcomes[index] = outcome
                case .failure(let error): failure = failure ?? error
                }
            }
            if let failure { throw failure }
            return turns.indices.compactMap { outcomes[$0] }
        }
    }

    private mutating func take(
        _ outcome: OptoPrimeTurn.Outcome, into proposals: inout [Proposal], _ context: ProposalContext
    ) {
        outcome.notes.forEach(context.report)
        for key in outcome.asked { memory.asked[key, default: 0] += 1 }
        memory.cutReplies += outcome.cutReplies
        guard let proposal = outcome.proposal else { return }
        guard !proposals.contains(where: { $0.changes == proposal.changes }) else {
            context.report(OptimizerNote(.refused, "a sibling proposes the same values; they are tried once"))
            return
        }
        proposals.append(proposal)
    }
}
