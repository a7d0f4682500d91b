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

    /// The present text with the expected words it lists in another order: for a small model another order is another
    /// instruction, and it takes no question to find one. The first sibling of a step once something scores, and any
    /// that the questions did not bring.
    ///
    /// - Returns: Nil when no text lists the words, or nothing scores, or the model is not a small one.
    func rearrangement(_ index: Int, after earlier: [Proposal], _ context: ProposalContext) -> Proposal? {
        guard options.looksAtOneVariable(for: context.modelName), !context.isAtTheBottom,
            let words = ExpectedWords(
                context.expectations, outputs: context.evaluations.map { $0.trace.result?.value })
        else { return nil }
        var random = context.random.stream("order of words \(index)")
        for definition in context.parameters.definitions where definition.kind == .text {
            guard let text = (context.parent[definition.name] ?? definition.initial).text else { continue }
            let values = context.history.map(\.candidate.values) + earlier.map(\.changes)
            let tried = Set(values.compactMap { $0[definition.name]?.text })
            for _ in 0..<8 {
                guard let other = words.reordered(text, by: &random) else { break }
                guard !tried.contains(other), (try? definition.checked(.text(other))) != nil else { continue }
                let note = "\(definition.name): the expected outputs in another order"
                context.report(OptimizerNote(.remark, note))
                return Proposal(
                    changes: [definition.name: .text(other)],
                    rationale: "The same text with the expected outputs listed in another order.", intent: .refine,
                    parent: context.parent.id)
            }
        }
        return nil
    }
}
