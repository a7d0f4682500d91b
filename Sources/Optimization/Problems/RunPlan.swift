import TraceGraph

/// Which runs of a problem are shown, with which values, and how long each may be.
struct RunPlan {
    typealias Section = ProblemPlan.Section
    /// By section.
    typealias Rows = [PieceRow]

    /// What is the same in all runs, shown once.
    var shared: Rows
    var runs: [Rows]
    var charactersLeftOut = 0

    private let problem: Problem
    private let layout: ProblemRenderer.Layout
    /// What the number of a run costs before each of its values.
    let prefix: Int

    /// Rows longer than this are not searched for what all runs share.
    private static let mostShared = 64

    /// - Parameter isWhole: Whether intermediate values are shown that did not fail.
    init(_ problem: Problem, renderer: ProblemRenderer, isWhole: Bool) {
        self.problem = problem
        layout = renderer.layout
        let room = max(4 * renderer.tokenBudget, ProblemPlan.leastRest)
        let isCompact = !isWhole
        runs = problem.runs.prefix(max(1, renderer.maximumRuns)).map { run in
            var outputs = PieceRow(run.outputs, room: room)
            outputs.unasked = run.outputsLeftOut
            return [
                PieceRow(run.inputs, room: room),
                PieceRow(isCompact ? run.others.filter(\.isFailure) : run.others, room: room), outputs,
                PieceRow(Self.remarks(of: run, isCompact: isCompact)),
            ]
        }
        prefix = layout == .full && runs.count > 1 ? "[\(runs.count)] ".utf8.count : 0
        shared = Section.allCases.map { _ in .empty }
        if layout == .full, runs.count > 1 { share() }
    }

    var longestQuotes: Int {
        ([shared] + runs).joined().reduce(0) { longest, row in
            row.pieces.reduce(longest) { max($0, $1.piece.longestQuotes) }
        }
    }

    /// The runs that are not shown, in words; nil when all are.
    var rest: String? { problem.rest(shown: runs.count) }

    /// What was said about a run's outputs, with its score where nothing else says it.
    static func remarks(of run: Problem.Run, isCompact: Bool) -> [Piece] {
        var remarks = run.feedback
        if let score = run.score, remarks.allSatisfy(\.scores.isEmpty) {
            let scores = [(metric: "score", value: score)]
            if remarks.count == 1, run.outputs.count <= 1 {
                remarks[0] = Problem.Remark(label: remarks[0].label, text: remarks[0].text, scores: scores)
            } else {
                let label = run.outputs.count == 1 ? run.outputs[0].label : "all outputs"
                remarks.append(Problem.Remark(label: label, text: "", scores: scores))
            }
        }
        return remarks.map { remark in
            let scores = remark.scores.map { "\(ValueText.name($0.metric)) \(ValueText.number($0.value))" }
            var label = remark.label
            if isCompact { label = run.outputs.count > 1 ? "feedback on \(remark.label)" : "feedback" }
            let silence = scores.isEmpty ? "nothing said" : "no words, only the score"
            return Piece(
                scores.isEmpty ? label : "\(label) (\(scores.joined(separator: ", ")))",
                remark.text.isEmpty ? silence : remark.text, isRemark: true)
        }
    }

    /// Takes inputs and intermediate values that are the same in every run out of the runs.
    private mutating func share() {
        for section in [Section.inputs, .others] {
            let place = section.rawValue
            guard let first = runs.first?[place],
                runs.allSatisfy({ $0[place].isWhole && $0[place].total <= Self.mostShared })
            else { continue }
            let common = first.pieces.map(\.piece).filter { piece in
                runs.allSatisfy { rows in
                    rows[place].pieces.contains { $0.piece.label == piece.label && $0.piece.text == piece.text }
                }
            }
            guard !common.isEmpty else { continue }
            let labels = Set(common.map(\.label))
            shared[place] = PieceRow(common)
            for run in runs.indices {
                runs[run][place] = PieceRow(runs[run][place].pieces.map(\.piece).filter { !labels.contains($0.label) })
            }
        }
    }

    // MARK: Costs

    /// What all there is costs with titles; nil when it is too much to be shown at all.
    func cost(_ writer: ValueText) -> Int? {
        guard runs.joined().allSatisfy(\.isWhole) else { return nil }
        return titles(runs.count) + cost(of: shared, .max, writer, prefix: 0)
            + runs.reduce(0) { $0 + cost(of: $1, .max, writer, prefix: prefix) }
    }

    func cost(of rows: Rows, _ cap: Int, _ writer: ValueText, prefix: Int) -> Int {
        rows.reduce(0) { $0 + $1.cost(cutTo: cap, writer, prefix: prefix) }
    }

    /// What titles and the words about the runs that are not shown cost.
    func titles(_ shown: Int) -> Int {
        let rest = problem.rest(shown: shown).map { TextTokens.quarters(of: $0) + 1 } ?? 0
        guard layout == .full else {
            return rest + (rest > 0 ? ProblemPlan.titleCost("Other examples") : 0)
                + shown * ProblemPlan.titleCost("Example \(shown)")
        }
        return Section.allCases.reduce(rest) { cost, section in
            let isEmpty =
                shared[section.rawValue].isEmpty && runs.prefix(shown).allSatisfy { $0[section.rawValue].isEmpty }
            return isEmpty && (section != .feedback || rest == 0) ? cost : cost + ProblemPlan.titleCost(section.title)
        }
    }
}
