import Evaluation
import TraceGraph

extension Calm {
    /// The class of flaw that needs no model to be seen.
    static let formFlaw = "not in the expected form"

    /// What to tell a run whose output has not the form that all right outputs have, where most outputs lack it; nil for
    /// others, where the text says it already, and where it was said in vain: twice and never helped, or as a rule that lost.
    ///
    /// A right output has the form that is wanted, whatever it looks like: metrics read answers in many ways.
    ///
    /// A small model asked for such a run's flaw says that the form is wrong and not which form is right: it sees one
    /// expected output. The train split knows.
    func formHint(
        for evaluation: Evaluation, _ look: Look, _ texts: [ParameterDefinition], _ context: ProposalContext
    ) -> Hint? {
        let trace = evaluation.trace
        guard let form = ExpectedForm(context.expectations), let result = trace.result,
            !form.isHeld(by: result.value)
        else { return nil }
        let formed = look.all.count { !look.failing($0) || form.isHeld(by: $0.trace.result?.value) }
        guard 2 * formed < look.all.count else { return nil }
        let names = texts.map(\.name)
        guard let parameter = trace.nearestParameter(to: result.id, among: names) else { return nil }
        // The model that made the output is what a hint is for; what comes after it only passes it on.
        let asked = trace.calls.last.map { trace[$0.node] }.flatMap { node in
            trace.nearestParameter(to: node.id, among: names) == parameter ? node : nil
        }
        let node = asked ?? result
        guard !(context.parent[parameter]?.text ?? "").contains(form.request) else { return nil }
        let hint = Hint(
            parameter: parameter, node: node.base, place: node.name, kind: Self.formFlaw, text: form.request,
            example: evaluation.example.id)
        let key = CalmMemory.key(parameter, hint.group)
        guard !memory.refused.contains(key) else { return nil }
        return memory.tried[key, default: .init()].helped > 0 || memory.vainForms[key, default: 0] < 2 ? hint : nil
    }

    /// The same rules with the expected words they list in other orders: to a small model another order is another text.
    func reordered(_ rules: [CalmMemory.Rule], _ count: Int, _ context: ProposalContext) -> [[CalmMemory.Rule]] {
        guard count > 0, ProblemRenderer.Layout.fitting(context.modelName) == .compact,
            let words = ExpectedWords(context.expectations, outputs: [])
        else { return [] }
        var random = context.random.stream("order")
        var variants: [[CalmMemory.Rule]] = []
        for _ in 0..<count {
            let variant = rules.map { rule in
                var rule = rule
                rule.text = words.reordered(rule.text, by: &random) ?? rule.text
                return rule
            }
            if variant != rules, !variants.contains(variant) { variants.append(variant) }
        }
        return variants
    }

    /// The rules that stand in other wordings, where nothing else is left to be done; none once that brought nothing twice.
    mutating func otherWordings(_ look: Look, _ context: ProposalContext) -> [Proposal] {
        guard memory.idleWordings < 2 else { return [] }
        let proposals = reordered(memory.rules, context.siblings, context).compactMap { variant -> Proposal? in
            var changes: [String: Value] = [:]
            for (old, new) in zip(memory.rules, variant) where old.text != new.text {
                let present = (changes[old.parameter] ?? context.parent[old.parameter])?.text ?? ""
                let lines = present.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
                let text = lines.map { String($0).trimmed == old.text ? new.text : String($0) }.joined(separator: "\n")
                guard text != present else { return nil }
                changes[old.parameter] = .text(text)
            }
            guard !changes.isEmpty else { return nil }
            memory.pending.append(
                CalmMemory.Pending(kind: .wording, rules: variant, changes: changes, scores: Self.scores(look.all)))
            return Proposal(
                changes: changes, rationale: "the rules with the possible outputs in another order", intent: .refine,
                parent: context.parent.id)
        }
        if !proposals.isEmpty { memory.idleWordings += 1 }
        return proposals
    }
}
