import TraceGraph

/// What of a problem is shown and how long each value may be: all the decisions of a rendering, none of its layout.
///
/// Costs are exact, in quarters of a token: what is planned is what the page will cost.
struct ProblemPlan {
    /// The sections that hold values of runs.
    enum Section: Int, CaseIterable {
        case inputs, others, outputs, feedback

        var title: String {
            switch self {
            case .inputs: "Inputs"
            case .others: "Others"
            case .outputs: "Outputs"
            case .feedback: "Feedback"
            }
        }
    }

    let instruction: [String]
    private(set) var code: [String] = []
    private(set) var documentation: [String] = []
    let variables: [String]
    let constraints: [String]
    private(set) var runs: RunPlan
    let writer: ValueText
    let showsCode: Bool

    /// No value is cut to less than this, in quarters of a token.
    static let shortest = 4 * 24
    /// What there must be room for besides instruction, variables and constraints, in quarters of a token: the titles of
    /// all sections and a mark in each.
    static let leastRest = 4 * 160

    init(_ problem: Problem, renderer: ProblemRenderer) {
        let isWhole = renderer.layout == .full || problem.readsVariablesInSeveralPlaces
        showsCode = isWhole
        var runs = RunPlan(problem, renderer: renderer, isWhole: isWhole)
        let said = SaidOfProblem(problem)
        writer = ValueText(longestQuotes: max(said.longestQuotes, runs.longestQuotes))
        instruction = said.instruction
        variables = said.variables(writer)
        constraints = said.constraints(writer)

        let budget = 4 * renderer.tokenBudget
        let fixed =
            Self.cost(of: instruction, titled: "Instruction") + Self.cost(of: variables, titled: "Variables")
            + Self.cost(of: constraints, titled: "Constraints")
        var room = budget - fixed
        if room < Self.leastRest { room = max(Self.leastRest, budget / 4) }

        let values = runs.cost(writer)
        if showsCode {
            let code = CodePlan(problem, room: room)
            let notes = NotePlan(problem.documentation, writer, room: room)
            // Where all fits, all is shown. Else code gets a quarter, half where there are more values than could ever be
            // shown, documentation a fifth of the rest, or what the others do not need.
            var isAll = false
            if let code = code.cost, let notes = notes.cost, let values { isAll = code + notes + values <= room }
            let others = (notes.cost ?? room) + (values ?? room)
            // The variables' own notes come last.
            let own = problem.variables.count { !$0.definition.documentation.isEmpty }
            var shown = Set(problem.documentation.indices.suffix(own))
            self.code =
                isAll
                ? code.all
                : code.lines(
                    room: max(values == nil ? room / 2 : room / 4, room - others), notes: &shown)
            room -= Self.cost(of: self.code, titled: "Code")
            documentation = isAll ? notes.all : notes.lines(room: max(room / 5, room - (values ?? room)), of: shown)
            room -= Self.cost(of: documentation, titled: "Documentation")
        }
        if values.map({ $0 > room }) ?? true { runs.fit(into: room, writer) }
        self.runs = runs
    }

    /// What a section costs with its title and the empty line before it; nothing when it has no lines.
    static func cost(of lines: [String], titled title: String) -> Int {
        guard !lines.isEmpty else { return 0 }
        return lines.reduce(titleCost(title)) { $0 + TextTokens.quarters(of: $1) + 1 }
    }

    static func titleCost(_ title: String) -> Int { title.utf8.count + 4 }
}
