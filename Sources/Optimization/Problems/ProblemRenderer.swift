import TraceGraph

/// Writes a problem down for a model, within a budget.
///
/// The same problem and settings give the same text. Variables, constraints and the instruction are never cut; of the
/// rest the longest values are cut first. Whatever is cut or left out is marked and counted where it is missing.
public struct ProblemRenderer: Sendable {
    /// How the sections are laid out.
    public enum Layout: String, Sendable, Hashable, Codable, CaseIterable {
        /// All nine sections: instruction, code, documentation, variables, constraints, inputs, others, outputs, feedback.
        case full
        /// For small models: instruction, variables and constraints, then each run with its inputs, outputs and feedback
        /// together. Code and intermediate values only where more than one operation reads a variable.
        case compact
    }

    /// Tokens by ``TextTokens``. The text costs no more whenever instruction, variables and constraints leave 160 for what
    /// happened; when they do not, a quarter of the budget comes on top of them.
    public var tokenBudget: Int
    /// How the parts are set.
    public var layout: Layout
    /// The most runs whose values are shown.
    public var maximumRuns: Int

    public init(tokenBudget: Int = 8000, layout: Layout = .full, maximumRuns: Int = 8) {
        self.tokenBudget = tokenBudget
        self.layout = layout
        self.maximumRuns = maximumRuns
    }

    /// - Complexity: O(operations and values of the runs that may be shown + bytes of those that have room).
    public func render(_ problem: Problem) -> RenderedProblem {
        let plan = ProblemPlan(problem, renderer: self)
        var page = ProblemPage()
        page.section("Instruction", plan.instruction)
        page.section("Code", plan.code)
        page.section("Documentation", plan.documentation)
        page.section("Variables", plan.variables)
        page.section("Constraints", plan.constraints)
        let runs = plan.runs
        switch layout {
        case .full:
            for section in ProblemPlan.Section.allCases {
                var lines = runs.shared[section.rawValue].lines(plan.writer)
                for (index, rows) in runs.runs.enumerated() {
                    let row = rows[section.rawValue].lines(plan.writer)
                    lines += runs.runs.count > 1 ? row.map { "[\(index + 1)] \($0)" } : row
                }
                if section == .feedback, let rest = runs.rest { lines.append(rest) }
                page.section(section.title, lines)
            }
        case .compact:
            for (index, rows) in runs.runs.enumerated() {
                page.section(
                    runs.runs.count == 1 ? "Example" : "Example \(index + 1)", rows.flatMap { $0.lines(plan.writer) })
            }
            if let rest = runs.rest { page.section("Other examples", [rest]) }
        }
        return RenderedProblem(
            text: page.text, tokens: TextTokens.estimate(of: page.text), fence: plan.writer.fence,
            runsShown: runs.runs.count, charactersLeftOut: runs.charactersLeftOut)
    }
}

/// Titled sections, empty ones left out.
private struct ProblemPage {
    private(set) var text = ""

    mutating func section(_ title: String, _ lines: [String]) {
        guard !lines.isEmpty else { return }
        if !text.isEmpty { text += "\n" }
        text += "# \(title)\n"
        for line in lines {
            text += line
            text += "\n"
        }
    }
}

/// A problem as a model reads it.
public struct RenderedProblem: Sendable, Hashable {
    /// What the model is shown.
    public let text: String
    /// By ``TextTokens``.
    public let tokens: Int
    /// The line that stands before and after values of several lines.
    public let fence: String
    /// How many runs are shown with their values; the others are counted in the text.
    public let runsShown: Int
    /// Unicode scalars of values that were cut.
    public let charactersLeftOut: Int
}
