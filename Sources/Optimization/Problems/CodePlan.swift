import TraceGraph

/// The code of a problem, one line an operation, whole or as much of it as has room.
struct CodePlan {
    private let problem: Problem
    /// All lines; empty when there are too many to have room.
    let all: [String]
    /// What all lines cost with their title; nil when there are too many.
    let cost: Int?

    private static let title = "Code"
    /// `… 1,234,567,890 operations left out`.
    private static let mark = 4 + " 1,234,567,890 operations left out\n".utf8.count
    /// How many arguments of an operation are shown where not all lines fit.
    private static let mostArguments = 12

    init(_ problem: Problem, room: Int) {
        self.problem = problem
        // No line costs less than `a = b()`.
        guard 8 * problem.code.count <= room else {
            all = []
            cost = nil
            return
        }
        let total = problem.runs.count
        all = problem.code.map { $0.text(runs: total) }
        cost = ProblemPlan.cost(of: all, titled: Self.title)
    }

    /// The lines that have room: of operations that failed, of those that read a variable, and from both ends.
    ///
    /// - Parameter notes: Gets the places of what the operations that are shown say about themselves.
    func lines(room: Int, notes: inout Set<Int>) -> [String] {
        let code = problem.code
        if let cost, cost <= room {
            notes.formUnion(code.compactMap(\.note))
            return all
        }
        guard !code.isEmpty else { return [] }
        let total = problem.runs.count
        var texts: [Int: String] = [:]
        func text(_ line: Int) -> String {
            if let text = texts[line] { return text }
            let text = code[line].text(runs: total, mostArguments: Self.mostArguments)
            texts[line] = text
            return text
        }
        let failures = code.indices.filter { code[$0].failures > 0 }
        let readers = code.indices.filter { code[$0].readsVariable }
        // Both ends are worth a line each before the many that may read a variable.
        let important = [failures, [0, code.count - 1], readers].joined()
        let kept = Excerpt.choose(
            of: code.count, important: important, room: room - ProblemPlan.titleCost(Self.title), mark: Self.mark
        ) { TextTokens.quarters(of: text($0)) + 1 }
        notes.formUnion(kept.compactMap { code[$0].note })
        return Excerpt.lines(kept.map { ($0, text($0)) }, of: code.count) { count in
            "… \(ValueText.counted(count, "operation", "operations")) left out"
        }
    }
}

extension Problem {
    /// Whether the way from the variables to the outputs has more to it than one place where they are used.
    var readsVariablesInSeveralPlaces: Bool {
        if variables.contains(where: { $0.definition.kind == .code }) { return true }
        return code.count(where: \.readsVariable) > 1
    }
}

extension Problem.Line {
    /// `label = operation(name=input)`, with `×37` for a repeated one and a remark when not all runs have it.
    ///
    /// - Parameter mostArguments: Of more, the middle is left out, with a mark.
    func text(runs total: Int, mostArguments: Int = .max) -> String {
        var text = "\(label) = \(ValueText.name(operation))("
        let half = mostArguments / 2
        let left = arguments.count > mostArguments ? half..<(arguments.count - half) : 0..<0
        for (index, argument) in arguments.enumerated() where !left.contains(index) {
            if index > 0 { text += ", " }
            if !left.isEmpty, index == left.upperBound {
                text += "… \(ValueText.grouped(left.count)) inputs left out, "
            }
            argument.write(to: &text)
        }
        text += ")"
        if repeats.upperBound > 1 { text += "  ×\(Self.range(repeats))" }
        if failures > 0 {
            if repeats.upperBound > 1 {
                text += "  (\(failures) failed)"
            } else if total > 1 {
                text += "  (failed in \(failures) of \(total) runs)"
            }
        }
        if !scope.isEmpty { text += "  (in \(ValueText.name(scope)))" }
        if runs < total { text += "  (in \(runs) of \(total) runs)" }
        return text
    }

    fileprivate static func range(_ range: ClosedRange<Int>) -> String {
        range.count == 1 ? "\(range.upperBound)" : "\(range.lowerBound)–\(range.upperBound)"
    }
}

extension Problem.Argument {
    /// `name=label`, `name=before then label` in a loop, `name=label ×37`.
    fileprivate func write(to text: inout String) {
        text += ValueText.name(name)
        text += "="
        text += ValueText.name(label)
        for other in alternatives {
            text += isInTurn ? " then " : " or "
            text += ValueText.name(other)
        }
        if readsMore { text += " or others" }
        if count.upperBound > 1 { text += " ×\(Problem.Line.range(count))" }
    }
}
