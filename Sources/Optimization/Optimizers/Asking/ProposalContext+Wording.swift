import Evaluation
import LanguageModels
import TraceGraph

/// What every question of an optimizer says, in the same words.
extension ProposalContext {
    /// A longer text costs more on every call for as long as it is used.
    var priceInWords: String? {
        guard parameters.definitions.contains(where: { $0.kind == .text }) else { return nil }
        return "Every word of a text is paid for on each call: say what is needed, once, and copy no examples."
    }

    /// What the workflow is for.
    var purposeInWords: String? {
        let objective = objective.trimmed
        guard !objective.isEmpty else { return nil }
        guard objective.contains(where: \.isNewline) else { return "What the program is for: \(objective)" }
        // Set in, so that no line of it can be taken for a title.
        let lines = objective.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { "  \($0)" }
        return "What the program is for:\n" + lines.joined(separator: "\n")
    }

    /// What right looks like, from train examples alone.
    func expectationsInWords(contrasting evaluations: [Evaluation]) -> String? {
        guard let summary = expectations else { return nil }
        let said = summary.text(contrasting: summary.contrasts(in: evaluations))
        return "\(said)\nThe program does not see what is expected: the values have to tell it."
    }

    /// All of `variables` for a model that can see to several at once, else one in turn: small models mend one text and spoil
    /// the others.
    func takingTurns(_ variables: [ParameterDefinition], _ turn: Int) -> [ParameterDefinition] {
        guard ProblemRenderer.Layout.fitting(modelName) == .compact, !variables.isEmpty else { return variables }
        return [variables[turn % variables.count]]
    }

    /// `evaluations` as a problem about `variables`, in the layout for the model that is asked.
    ///
    /// - Parameter recurrence: What came back in the feedback of all runs, in words.
    func rendered(
        _ evaluations: [Evaluation], variables: [ParameterDefinition], candidate: Candidate, instruction: String,
        recurrence: String? = nil, tokenBudget: Int
    ) throws -> String {
        let instruction = [instruction, recurrence].compactMap { $0 }.joined(separator: "\n")
        let problem = try Problem(
            evaluations.map { Observation($0) }, parameters: ParameterSpace(variables), candidate: candidate,
            instruction: instruction)
        let said = problem.variables.reduce(TextTokens.estimate(of: instruction)) { sum, variable in
            sum + TextTokens.estimate(of: variable.value.plainText)
        }
        let layout = ProblemRenderer.Layout.fitting(modelName)
        return ProblemRenderer(
            // However long the variables are, a quarter of the budget is for what happened.
            tokenBudget: max(tokenBudget, said + tokenBudget / 4), layout: layout,
            maximumRuns: layout == .compact ? 3 : 8
        ).render(problem).text
    }
}

extension [Evaluation] {
    /// By score, those without one before all; equals as they stand.
    var worstFirst: [Evaluation] {
        enumerated().sorted { a, b in
            let (first, second) = (a.element.score ?? -.infinity, b.element.score ?? -.infinity)
            return first == second ? a.offset < b.offset : first < second
        }.map(\.element)
    }
}

extension ProblemRenderer.Layout {
    /// Compact for models that run on this kind of machine (local, Ollama), full for the others.
    static func fitting(_ model: ModelName) -> ProblemRenderer.Layout {
        ["local", "ollama"].contains(model.provider) ? .compact : .full
    }
}
