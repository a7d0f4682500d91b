import TraceGraph

extension ProblemPlan {
    /// A variable's value: a text as it is, anything else as JSON.
    static func text(of variable: Problem.Variable) -> String { variable.value.plainText }

    /// What a run shows, uncut; of very many values only as many as could fit into the budget.
    static func pieces(of run: Problem.Run, isCompact: Bool, budget: Int) -> [Piece] {
        func row(_ entries: [Problem.Entry], _ section: Section) -> [Piece] {
            func piece(_ entry: Problem.Entry) -> Piece {
                Piece(section, entry.isFailure ? "\(entry.label) (failed)" : entry.label, entry.value.plainText)
            }
            // No value costs less than four tokens with its label.
            let most = max(8, budget / 8)
            guard entries.count > 2 * most else { return entries.map(piece) }
            return entries.prefix(most).map(piece) + [Piece(section, leftOut: entries.count - 2 * most)]
                + entries.suffix(most).map(piece)
        }
        var pieces = row(run.inputs, .inputs)
        pieces += row(run.others.filter { !isCompact || $0.isFailure }, .others)
        pieces += row(run.outputs, .outputs)
        if run.outputsLeftOut > 0 {
            pieces.append(Piece(.outputs, leftOut: run.outputsLeftOut, of: "outputs with feedback"))
        }
        pieces += run.feedback.map { remark in
            let scores = remark.scores.map { "\($0.metric) \(ValueText.number($0.value))" }
            let label = isCompact ? "feedback" : remark.label
            return Piece(
                .feedback, scores.isEmpty ? label : "\(label) (\(scores.joined(separator: ", ")))",
                remark.text.isEmpty ? "no words, only the score" : remark.text, isRemark: true)
        }
        return pieces
    }

    /// One line an operation, the middle left out where they do not fit into `room` quarters of a token.
    static func lines(of problem: Problem, room: Int) -> [String] {
        let totalRuns = problem.runs.count
        // A line costs at least its label, sign and brackets: no more than so many can fit, whatever they say.
        let most = max(4, room / 8)
        let code = problem.code
        let near =
            code.count <= 2 * most ? Array(code.indices) : Array(0..<most) + Array((code.count - most)..<code.count)
        let texts = near.map { code[$0].text(runs: totalRuns) }
        let costs = texts.map { TextTokens.quarters(of: $0) + 1 }
        guard costs.reduce(0, +) > room || near.count < code.count else { return texts }
        let missing = code.count - near.count
        return ends(of: texts, costs: costs, room: max(0, room - 48), least: 2) { hidden in
            "… \(ValueText.grouped(hidden.count + missing)) operations left out"
        }
    }

    static func documentation(of problem: Problem, writer: ValueText, room: Int) -> [String] {
        let notes = problem.documentation.prefix(max(1, room / 8))
        let texts = notes.map { note in
            let text = ValueText.cut(note.text, to: max(shortest, room / max(1, notes.count))).text
            return writer.remark(note.name, text)
        }
        let missing = problem.documentation.count - notes.count
        let costs = texts.map { TextTokens.quarters(of: $0) + 1 }
        guard costs.reduce(0, +) > room || missing > 0 else { return texts }
        return ends(of: texts, costs: costs, room: max(0, room - 48), least: 1) { hidden in
            "… \(ValueText.grouped(hidden.count + missing)) entries left out"
        }
    }

    /// The runs that are not shown, told apart as far as their scores allow.
    static func rest(of problem: Problem, shown: Int) -> String? {
        let hidden = problem.runs.dropFirst(shown)
        guard !hidden.isEmpty else { return nil }
        let failed = hidden.filter(\.hasFailed).count
        let scores = hidden.filter { !$0.hasFailed }.compactMap(\.score)
        let unscored = hidden.count - failed - scores.count
        var parts: [String] = []
        if failed > 0 { parts.append("\(failed) failed") }
        if problem.runs.allSatisfy({ $0.score == nil || $0.score == 0 || $0.score == 1 }) {
            let right = scores.filter { $0 == 1 }.count
            if scores.count > right { parts.append("\(scores.count - right) wrong") }
            if right > 0 { parts.append("\(right) right") }
        } else if let least = scores.min(), let most = scores.max() {
            let range = least == most ? "" : "from \(ValueText.number(least)) to "
            parts.append("\(scores.count) scored \(range)\(ValueText.number(most))")
        }
        if unscored > 0 { parts.append("\(unscored) without a score") }
        let noun = hidden.count == 1 ? "example" : "examples"
        return "\(ValueText.grouped(hidden.count)) more \(noun): \(parts.joined(separator: ", "))."
    }
}

extension Problem {
    /// Whether the way from the variables to the outputs has more to it than one place where they are used.
    var readsVariablesInSeveralPlaces: Bool {
        if variables.contains(where: { $0.definition.kind == .code }) { return true }
        let names = Set(variables.map(\.definition.name))
        return code.filter { $0.arguments.contains { names.contains($0.label) } }.count > 1
    }
}

extension Problem.Line {
    /// `label = operation(name=input)`, with `×37` for a repeated one and a remark when not all runs have it.
    func text(runs total: Int) -> String {
        let inputs = arguments.map { argument in
            "\(argument.name)=\(argument.label)" + (argument.count > 1 ? " ×\(argument.count)" : "")
        }
        var text = "\(label) = \(Self.spelling(of: operation))(\(inputs.joined(separator: ", ")))"
        if repeats.upperBound > 1 {
            text += repeats.count == 1 ? "  ×\(repeats.upperBound)" : "  ×\(repeats.lowerBound)–\(repeats.upperBound)"
        }
        if runs < total { text += "  (in \(runs) of \(total) runs)" }
        return text
    }

    /// Names of operations are free text: on one line they must not look like anything else.
    private static func spelling(of operation: String) -> String {
        operation.contains { $0.isNewline || $0 == "(" } ? TraceGraph.Value.text(operation).json : operation
    }
}

extension ParameterDefinition {
    /// The kind as the problem shows it: `text`, `integer`, `code in python`.
    var kindText: String {
        guard kind == .code, let language = constraint.language else { return kind.rawValue }
        return "code in \(language)"
    }
}
