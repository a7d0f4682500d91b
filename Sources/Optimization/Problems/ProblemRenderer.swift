import TraceGraph

/// Writes a problem down for a model, within a budget.
///
/// The same problem and settings give the same text. Variables, constraints and the instruction are never cut; of the
/// rest the longest values are cut first, each with a mark that says how much is missing, and runs that do not fit are
/// counted.
public struct ProblemRenderer: Sendable {
    /// How the sections are laid out.
    public enum Layout: String, Sendable, Hashable, Codable, CaseIterable {
        /// All nine sections: instruction, code, documentation, variables, constraints, inputs, others, outputs, feedback.
        case full
        /// For small models: instruction, variables and constraints, then each run with its inputs, outputs and feedback
        /// together. Code and intermediate values only where more than one operation reads a variable.
        case compact
    }

    /// Tokens by ``TextTokens``. When instruction, variables and constraints need more than three quarters of it,
    /// a quarter is still kept for what happened, and the text is longer than the budget.
    public var tokenBudget: Int
    public var layout: Layout
    /// The most runs whose values are shown.
    public var maximumRuns: Int

    public init(tokenBudget: Int = 8000, layout: Layout = .full, maximumRuns: Int = 8) {
        self.tokenBudget = tokenBudget
        self.layout = layout
        self.maximumRuns = maximumRuns
    }

    /// - Complexity: O(size of the problem's runs shown and of its lines), independent of the values that are cut except
    ///   for reading them once.
    public func render(_ problem: Problem) -> RenderedProblem {
        let plan = ProblemPlan(problem, renderer: self)
        var page = Page()
        page.section("Instruction", [problem.instruction])
        if plan.showsCode {
            page.section("Code", plan.code)
            page.section("Documentation", plan.documentation)
        }
        page.section("Variables", plan.variables)
        page.section("Constraints", plan.constraints)
        switch layout {
        case .full:
            for section in ProblemPlan.Section.allCases {
                var lines = plan.lines(of: section)
                if section == .feedback, let rest = plan.rest { lines.append(rest) }
                page.section(section.title, lines)
            }
        case .compact:
            for (index, run) in plan.runs.enumerated() {
                page.section(plan.runs.count == 1 ? "Example" : "Example \(index + 1)", run.blockLines)
            }
            if let rest = plan.rest { page.section("Other examples", [rest]) }
        }
        return RenderedProblem(
            text: page.text, tokens: TextTokens.estimate(of: page.text), fence: plan.writer.fence,
            runsShown: plan.runs.count, charactersLeftOut: plan.charactersLeftOut)
    }

    /// Titled sections, empty ones left out.
    private struct Page {
        private(set) var text = ""

        mutating func section(_ title: String, _ lines: [String]) {
            let lines = lines.filter { !$0.isEmpty }
            guard !lines.isEmpty else { return }
            if !text.isEmpty { text += "\n" }
            text += "# \(title)\n"
            for line in lines {
                text += line
                text += "\n"
            }
        }
    }
}

/// A problem as a model reads it.
public struct RenderedProblem: Sendable, Hashable {
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
