public import Optrace

/// Moves one number at a time, up and down by a step that is halved when neither is better (Hooke and Jeeves 1961).
public struct PatternSearch: Optimizer {
    public static let name = "pattern"
    public static let kinds: Set<ParameterKind> = [.number]
    public static let options: [OptimizerOption] = [
        .number("step", 0.001...1, standard: 0.25, "The first step, as a share of the parameter's range.")
    ]

    /// A share of the range.
    private var step: Double
    /// Turns taken; the parameters are moved in turn.
    private var turn = 0

    /// - Throws: ``OptimizerError`` for options and states that are not its own.
    public init(_ options: Value, _ state: OptimizerState?) throws(OptimizerError) {
        step = try OptionReader(options, of: Self.self).number("step")
        guard let state else { return }
        (step, turn) = try state.memory(of: Self.self) { content in
            guard let step = content["step"]?.number, let turn = content["turn"]?.integer else { return nil }
            return (step, turn)
        }
    }

    public var state: OptimizerState {
        OptimizerState(optimizer: Self.name, content: ["step": .number(step), "turn": .integer(turn)])
    }

    /// It asks no model.
    public func modelCalls(proposing siblings: Int) -> Int { 0 }

    public mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
        let numbers = context.parameters.definitions.filter { $0.kind == .number }
        guard !numbers.isEmpty else { return [] }
        let parameter = numbers[turn % numbers.count]
        turn += 1
        let present = (context.parent[parameter.name] ?? parameter.initial).number ?? 0
        let range = parameter.constraint.range ?? (present - 1)...(present + 1)
        let length = step * (range.upperBound - range.lowerBound)
        return [present - length, present + length].compactMap { moved in
            let moved = min(max(moved, range.lowerBound), range.upperBound)
            guard moved != present else { return nil }
            return Proposal(
                changes: [parameter.name: .number(moved)], rationale: "\(parameter.name) moved by \(moved - present)",
                intent: .refine, parent: context.parent.id)
        }
    }

    public mutating func observe(_ trials: [Trial]) {
        let hasGained = trials.contains { if case .accepted = $0.fate { true } else { false } }
        if !hasGained { step /= 2 }
    }
}
