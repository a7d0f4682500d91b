import TraceGraph

/// What stands in every rendering of a problem, uncut: the instruction, the variables and their constraints.
struct SaidOfProblem {
    /// Line by line.
    let instruction: [String]
    let longestQuotes: Int

    private let variables: [(label: String, text: String)]
    private let constraints: [(label: String, text: String)]

    init(_ problem: Problem) {
        instruction = Self.setIn(problem.instruction)
        variables = problem.variables.map { variable in
            let definition = variable.definition
            // Whoever reads the problem must not look for the effect of what had none.
            let note = variable.isUsed || problem.runs.isEmpty ? "" : " (not read in these runs)"
            return (
                "(\(definition.kindText)) \(ValueText.name(definition.name))\(note)", ValueText.text(of: variable.value)
            )
        }
        constraints = problem.variables.compactMap { variable in
            variable.definition.constraint.summary.map { (ValueText.name(variable.definition.name), $0) }
        }
        var longest = TextMeasure(problem.instruction).longestQuotes
        for (_, text) in variables + constraints { longest = max(longest, TextMeasure(text).longestQuotes) }
        for note in problem.documentation { longest = max(longest, TextMeasure(note.text).longestQuotes) }
        longestQuotes = longest
    }

    func variables(_ writer: ValueText) -> [String] { variables.map { writer.line($0.label, $0.text) } }

    func constraints(_ writer: ValueText) -> [String] { constraints.map { writer.remark($0.label, $0.text) } }

    /// The instruction's lines; those that look like a title are set in.
    private static func setIn(_ instruction: String) -> [String] {
        guard !instruction.isEmpty else { return [] }
        return instruction.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
            line.hasPrefix("# ") ? "  \(line)" : String(line)
        }
    }
}

extension ParameterDefinition {
    /// The kind as the problem shows it: `text`, `integer`, `code in python`.
    var kindText: String {
        guard kind == .code, let language = constraint.language else { return kind.rawValue }
        return "code in \(language)"
    }
}
