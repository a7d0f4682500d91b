import Optimization
import TraceGraph

/// Proposes the listed values in turn, as many a step as are wanted.
struct ListedOptimizer: Optimizer {
    static let name = "listed"
    static let kinds: Set<ParameterKind> = [.number]

    var values: [Double]
    var seen: Seen
    /// The most questions it would ask in a step; it asks none.
    var mostQuestions: [Int] = []
    private var place = 0

    init(_ values: [Double], seen: Seen = Seen()) {
        self.values = values
        self.seen = seen
    }

    mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
        seen.note(context)
        let next = values.dropFirst(place).prefix(context.siblings)
        place += next.count
        return next.map {
            Proposal(changes: ["x": .number($0)], rationale: "try \($0)", intent: .refine, parent: context.parent.id)
        }
    }

    func modelCalls(proposing siblings: Int) -> Int {
        mostQuestions.isEmpty ? 0 : mostQuestions[min(place, mostQuestions.count - 1)]
    }

    mutating func observe(_ trials: [Trial]) { seen.note(trials) }

    var state: OptimizerState { OptimizerState(optimizer: Self.name, content: .integer(place)) }
}
