import Evaluation
import TraceGraph

extension OptoPrime {
    /// The one variable a small model is asked about: a text, and now and then one of another kind.
    ///
    /// Where nothing scores yet it is always a text. Later the last sibling of every other step goes to the other kinds
    /// in turn, of every step once texts have stopped to pay; with one sibling a step, every third step does.
    func focus(of index: Int, _ context: ProposalContext) -> ParameterSpace {
        let all = context.parameters.definitions
        let texts = all.filter { $0.kind == .text }
        let others = all.filter { $0.kind != .text }
        let turn = (context.step - 1) * context.siblings + index
        guard !texts.isEmpty else { return ParameterSpace([others[turn % others.count]]) }
        if !others.isEmpty, isTurnOfOthers(index, context) {
            return ParameterSpace([others[(context.step / 2) % others.count]])
        }
        return ParameterSpace([texts[turn % texts.count]])
    }

    private func isTurnOfOthers(_ index: Int, _ context: ProposalContext) -> Bool {
        guard !context.isAtTheBottom else { return false }
        guard context.siblings > 1 else { return context.step.isMultiple(of: 3) }
        guard index == context.siblings - 1 else { return false }
        let recent = context.history.suffix(2 * context.siblings)
        let textsPay = recent.contains { $0.wasAccepted && $0.candidate.id != .seed }
        return context.step.isMultiple(of: 2) || !textsPay
    }

    /// ``ProposalContext/rearrangement(_:besides:)`` where a small model is asked: the first sibling of a step once something
    /// scores, and any that the questions did not bring.
    func rearrangement(_ index: Int, after earlier: [Proposal], _ context: ProposalContext) -> Proposal? {
        guard options.looksAtOneVariable(for: context.modelName) else { return nil }
        return context.rearrangement("order of words \(index)", besides: earlier.map(\.changes))
    }
}
