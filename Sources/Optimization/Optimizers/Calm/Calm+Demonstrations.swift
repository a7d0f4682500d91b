import Evaluation
import TraceGraph

extension Calm {
    /// Keeps a run that a hint made right as an example to be shown, where there is a parameter for such.
    ///
    /// - Throws: What the context's objection throws.
    mutating func keep(_ run: Evaluation, repairedBy hint: Hint, _ context: ProposalContext) async throws {
        guard context.scale.isTop(run.score), run.trace.result != nil else { return }
        for variable in context.parameters.definitions where variable.kind == .examples {
            guard let shown = try await context.demonstration(of: run, for: variable) else { continue }
            let item = CalmMemory.Repaired(
                parameter: variable.name, rule: CalmMemory.key(hint.parameter, hint.group), demonstration: shown)
            if !memory.repaired.contains(item) { memory.repaired.append(item) }
        }
        memory.repaired.removeFirst(max(0, memory.repaired.count - CalmMemory.repairedKept))
    }

    /// Repaired runs whose hints became no rule, as demonstrations; nil where there are none, or no room for them. Each is
    /// proposed once.
    mutating func demonstrationsToTake(_ look: Look, _ context: ProposalContext) async throws -> Proposal? {
        let ruled = Set(memory.rules.map { CalmMemory.key($0.parameter, $0.group) })
        let open = memory.repaired.filter { !ruled.contains($0.rule) }
        guard !open.isEmpty else { return nil }
        memory.repaired = []
        for variable in context.parameters.definitions where variable.kind == .examples {
            let present = (context.parent[variable.name] ?? variable.initial).list ?? []
            let room = min(4, (variable.constraint.maximumCount ?? .max) - present.count)
            let own = open.filter { $0.parameter == variable.name }.map(\.demonstration)
            let new = own.filter { !present.contains($0) }.prefix(max(0, room))
            guard !new.isEmpty, let value = try? variable.checked(.list(present + new)) else { continue }
            if let reason = try await context.objection(value, variable) {
                context.report(OptimizerNote(.refused, "\(variable.name): \(reason)"))
                continue
            }
            memory.pending = [
                CalmMemory.Pending(
                    kind: .demonstrations, rules: [], changes: [variable.name: value], scores: Self.scores(look.all))
            ]
            return Proposal(
                changes: [variable.name: value],
                rationale: "shows \(new.count) runs that hints repaired and that became no rule", intent: .refine,
                parent: context.parent.id)
        }
        return nil
    }
}
