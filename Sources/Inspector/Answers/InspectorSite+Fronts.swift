import Evaluation
import Interchange
import Optimization
import TraceGraph
import TraceStore

extension InspectorSite {
    /// Candidates as points, with those that none beats and what they reach together.
    struct Front {
        var report: FrontReport
        /// The mean of each aim, by candidate.
        var points: [(candidate: Candidate.ID, means: [Double])]
    }

    /// The front that the run itself was after; nil where its objective has one aim, or it has not ended.
    ///
    /// - Parameter means: Of each metric on validation, by candidate.
    static func aims(of run: RecordedRun, _ means: [Candidate.ID: Fields]) -> Front? {
        guard let report = run.front else { return nil }
        let members = Dictionary(
            report.members.map { ($0.candidate, $0.means) }, uniquingKeysWith: { first, _ in first })
        let points = run.trials.compactMap { trial -> (candidate: Candidate.ID, means: [Double])? in
            if let known = members[trial.candidate.id] { return (trial.candidate.id, known) }
            let own = report.metrics.compactMap { means[trial.candidate.id]?[$0]?.number }
            return own.count == report.metrics.count ? (trial.candidate.id, own) : nil
        }
        return Front(report: report, points: points)
    }

    /// Score on validation against what an execution takes: tokens, or milliseconds where none are used; nil for fewer
    /// than two candidates that were scored.
    static func expense(of run: RecordedRun, _ expenses: [Candidate.ID: CandidateExpense]) -> Front? {
        let scored = run.trials.compactMap { trial -> (id: Candidate.ID, score: Double, expense: CandidateExpense)? in
            guard let score = trial.scores["validation"], score.isFinite, let expense = expenses[trial.candidate.id]
            else { return nil }
            return (trial.candidate.id, score, expense)
        }
        guard scored.count > 1 else { return nil }
        let usesTokens = scored.contains { $0.expense.tokens > 0 }
        let points = scored.map {
            (candidate: $0.id, means: [$0.score, usesTokens ? $0.expense.tokens : $0.expense.duration / 1e6])
        }
        let terms = [
            Objective.Term("validation score", .maximize),
            Objective.Term(usesTokens ? "tokens an execution" : "milliseconds an execution", .minimize),
        ]
        return Front(report: FrontReport(of: points, terms: terms), points: points)
    }

    static func told(_ front: Front?) -> Value {
        guard let front else { return .null }
        var fields = front.report.recorded.object ?? [:]
        fields["points"] = .list(
            front.points.map { point in
                ["candidate": .text("\(point.candidate)"), "means": .list(point.means.map(Value.number))]
            })
        return .object(fields)
    }

    /// Beyond so many, the command has them.
    private static let mostPreferences = 100

    /// What hints changed for the better: the prompt, and the way it went on word by word.
    ///
    /// - Parameter run: The run's number.
    func preferences(ofRun run: Int) throws -> [Value] {
        try store.preferences(of: run, limit: Self.mostPreferences).map { found in
            let pair = found.preference
            func cut(_ text: String) -> Value { .text(text.cut(toBytes: 4_000).text) }
            let pieces = ValueChange(from: cut(pair.rejected), to: cut(pair.chosen)).pieces
            return [
                "step": .integer(found.step), "example": .text(pair.example), "node": .text(pair.node),
                "hint": .text(pair.hint), "lift": .number(pair.lift),
                "prompt": .text(
                    (pair.recorded["prompt"]?.text ?? "").cut(toBytes: 4_000).text.withoutControls),
                "pieces": .list(pieces.map { .list([.text($0.kind), .text($0.text.withoutControls)]) }),
            ]
        }
    }
}
