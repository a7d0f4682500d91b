import TraceGraph

/// What a reflection asks for.
extension Gepa {
    static func isSmall(_ context: ProposalContext) -> Bool {
        ProblemRenderer.Layout.fitting(context.modelName) == .compact
    }

    /// Small models take an order to change a text for the text itself, and a finding less often; see `docs/design`.
    func goal(_ chosen: [ParameterDefinition], _ context: ProposalContext) -> String {
        let names = Self.names(chosen)
        return Self.isSmall(context) && Self.areTexts(chosen)
            ? "The feedback shows what is left open or wrong in \(names)."
            : "Rewrite \(names) so that the feedback gets better, also on other inputs."
    }

    /// What is to be made of the runs; nil where the last thing said tells it.
    func lesson(_ chosen: [ParameterDefinition], _ context: ProposalContext) -> String? {
        let names = Self.names(chosen)
        guard chosen.contains(where: { $0.kind == .text }) else {
            return """
                Work out from the runs what \(names) gets wrong and why, and mend that for other inputs of the sort too, not for \
                these runs alone. Keep what works.
                """
        }
        guard closing(chosen, context) == nil else { return nil }
        return """
            Work out from the runs what is left open or wrong in \(names), put what is to be learned into general words, and \
            write each new value as a whole. Keep what works.
            """
    }

    /// The last thing a small model reads when it rewrites one text: why, and how the new text begins.
    func closing(_ chosen: [ParameterDefinition], _ context: ProposalContext) -> String? {
        guard Self.isSmall(context), Self.areTexts(chosen), chosen.count == 1, let variable = chosen.first else {
            return nil
        }
        let present = (context.parent[variable.name] ?? variable.initial).plainText
        let first = present.split(whereSeparator: \.isWhitespace).prefix(6).joined(separator: " ")
        let beginning = first.isEmpty ? "" : "begins as the present one does, with \(Value.text(first).json), "
        return """
            The feedback is bad because the present value of \(variable.name) leaves things open. The new value \(beginning)\
            keeps what works in it and says in general words what the runs show to be missing: which form the output has and how \
            to get right what was wrong.
            """
    }

    private static func names(_ chosen: [ParameterDefinition]) -> String {
        chosen.map(\.name).joined(separator: " and ")
    }

    private static func areTexts(_ chosen: [ParameterDefinition]) -> Bool { chosen.allSatisfy { $0.kind == .text } }
}
