import Evaluation
import TraceGraph

extension ProposalContext {
    /// The parent's text with the expected words it lists in another order: for a small model another order is another
    /// instruction, and it takes no question to find one.
    ///
    /// - Parameters:
    ///   - stream: What the order is drawn for; the same in a step gives the same order.
    ///   - others: Changes of this step that it must differ from, besides all that were tried.
    /// - Returns: Nil when no text lists the words, or nothing scores.
    func rearrangement(_ stream: String, besides others: [[String: Value]] = []) -> Proposal? {
        guard !isAtTheBottom, let words = ExpectedWords(expectations, outputs: []) else { return nil }
        var random = random.stream(stream)
        for definition in parameters.definitions where definition.kind == .text {
            guard let text = (parent[definition.name] ?? definition.initial).text else { continue }
            let values = history.map(\.candidate.values) + others
            let tried = Set(values.compactMap { $0[definition.name]?.text })
            for _ in 0..<8 {
                guard let other = words.reordered(text, by: &random) else { break }
                guard !tried.contains(other), (try? definition.checked(.text(other))) != nil else { continue }
                report(OptimizerNote(.remark, "\(definition.name): the expected outputs in another order"))
                return Proposal(
                    changes: [definition.name: .text(other)],
                    rationale: "The same text with the expected outputs listed in another order.", intent: .refine,
                    parent: parent.id)
            }
        }
        return nil
    }
}
