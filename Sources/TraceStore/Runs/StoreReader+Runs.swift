import Evaluation
import Optimization
import TraceGraph

extension StoreReader {
    /// The runs that `condition` on the table `r` holds for, the newest first.
    func runs(where condition: String = "1", _ arguments: SQLValue...) throws -> [StoredRun] {
        var runs: [StoredRun] = []
        try statement(
            """
            SELECT r.id, r.name, r.attempt, r.workflow, r.optimizer, r.seed, r.settings, r.status, r.reason, r.best,
                r.verdict, r.seconds, r.started_at, r.finished_at,
                (SELECT count(*) FROM steps s WHERE s.run = r.id),
                (SELECT count(*) FROM candidates c WHERE c.run = r.id),
                r.calls, r.prompt_tokens, r.cached_prompt_tokens, r.completion_tokens, r.cost,
                r.paid_calls, r.paid_prompt_tokens, r.paid_cached_prompt_tokens, r.paid_completion_tokens, r.paid_cost,
                r.stop, r.failures, (SELECT max(s.seconds) FROM steps s WHERE s.run = r.id)
            FROM runs r WHERE \(condition) ORDER BY r.id DESC
            """
        ).forEach(arguments) { runs.append(try Self.run($0)) }
        return try runs.map { run in
            var run = run
            run.parameters = try parameters(ofRun: run.id)
            return run
        }
    }

    private static func run(_ row: SQLRow) throws -> StoredRun {
        guard let seed = UInt64(row.text(5)) else {
            throw StoreError(.unreadable, "the seed of a stored run is no whole number")
        }
        let verdict = try row.textIfAny(10).map { text in
            guard let verdict = Verdict(recorded: try StoredJSON.value(of: text)) else {
                throw StoreError(.unreadable, "a stored verdict is not as it was written")
            }
            return verdict
        }
        let stop = try row.textIfAny(26).map { text in
            guard let stop = RecordedStop(recorded: try StoredJSON.value(of: text)) else {
                throw StoreError(.unreadable, "where a stored run stopped is not as it was written")
            }
            return stop
        }
        return StoredRun(
            id: row.integer(0), name: row.text(1), attempt: row.integer(2), workflow: row.text(3),
            optimizer: row.text(4), seed: seed, settings: try StoredJSON.value(of: row.text(6)),
            parameters: ParameterSpace(), status: RunConclusion.Status(rawValue: row.text(7)),
            reason: row.textIfAny(8), best: row.integerIfAny(9).map(Candidate.ID.init), verdict: verdict,
            steps: row.integer(14), candidates: row.integer(15), spend: Usage(row, at: 16),
            paid: row.isNull(21) ? nil : Usage(row, at: 21), seconds: row.realIfAny(11),
            failures: row.integer(27), stop: stop, elapsed: row.realIfAny(11) ?? row.realIfAny(28) ?? 0,
            started: try Timestamp.date(row.text(12)), finished: try row.textIfAny(13).map { try Timestamp.date($0) })
    }

    private func parameters(ofRun run: Int) throws -> ParameterSpace {
        let rows = try statement("SELECT parameter FROM run_parameters WHERE run = ? ORDER BY position")
            .all(.integer(run)) { $0.integer(0) }
        return ParameterSpace(try rows.map { try parameter(row: $0) })
    }

    /// The one run that `name` means; see ``TraceStore/run(named:)``.
    func run(named name: String) throws -> StoredRun {
        var base = name
        var attempt: Int?
        if let sign = name.lastIndex(of: "#"), let number = Int(name[name.index(after: sign)...]) {
            base = String(name[..<sign])
            attempt = number
        }
        if base == "latest" {
            guard let run = try runs(where: "r.id = (SELECT max(id) FROM runs)").first else {
                throw StoreError(.unknownRun, "there is no run yet; `optrace optimize` makes one")
            }
            if attempt == nil || attempt == run.attempt { return run }
            base = run.name
        }
        let whole = try fullName(beginning: base)
        let found = try runs(
            where: "r.name = ?1 AND (?2 IS NULL OR r.attempt = ?2)", .text(whole), SQLValue(attempt))
        guard let run = found.max(by: { $0.attempt < $1.attempt }) else {
            throw StoreError(.unknownRun, "the run \(whole) has no attempt \(attempt ?? 1); `optrace runs` shows them")
        }
        return run
    }

    private func fullName(beginning base: String) throws -> String {
        // Compared as text and not with LIKE, to which `_` and `%` mean something.
        let names = try statement("SELECT DISTINCT name FROM runs WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name")
            .all(.text(base)) { $0.text(0) }
        if names.contains(base) { return base }
        guard !base.isEmpty, let name = names.first else {
            throw StoreError(.unknownRun, "there is no run called '\(base)'; `optrace runs` shows those there are")
        }
        guard names.count == 1 else {
            let list = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
            throw StoreError(.ambiguousRun, "'\(base)' is the beginning of \(list); give more of the name")
        }
        return name
    }

    func candidates(ofRun run: Int) throws -> [StoredCandidate] {
        let rows = try statement("SELECT id FROM candidates WHERE run = ? ORDER BY number")
            .all(.integer(run)) { $0.integer(0) }
        return try rows.compactMap { try storedCandidate(row: $0) }
    }

    /// The candidate with number `id` of a run; nil when it has none such.
    func candidate(_ id: Candidate.ID, ofRun run: Int) throws -> StoredCandidate? {
        try statement("SELECT id FROM candidates WHERE run = ? AND number = ?")
            .first(.integer(run), .integer(id.number)) { $0.integer(0) }
            .flatMap { try storedCandidate(row: $0) }
    }

    private func storedCandidate(row: Int) throws -> StoredCandidate? {
        guard let candidate = try candidate(row: row) else { return nil }
        var stored = try statement("SELECT step, intent, rationale, fate, fate_reason FROM candidates WHERE id = ?")
            .first(.integer(row)) { row in
                let reason = row.text(4)
                return StoredCandidate(
                    candidate: candidate, step: row.integerIfAny(0),
                    intent: Proposal.Intent(rawValue: row.text(1)), rationale: row.textIfAny(2),
                    fate: row.textIfAny(3).map { Trial.Fate(word: $0, reason: reason) },
                    scores: [:], evaluations: [:], evidence: [:],
                    expense: [:])
            }
        try statement(
            "SELECT split, avg(score), count(*), avg(evidence) FROM evaluations WHERE candidate = ? GROUP BY split"
        ).forEach([.integer(row)]) { row in
            stored?.scores[row.text(0)] = row.realIfAny(1)
            stored?.evaluations[row.text(0)] = row.integer(2)
            stored?.evidence[row.text(0)] = row.real(3)
        }
        try statement(
            """
            SELECT e.split, sum(m.calls), sum(m.prompt_tokens), sum(m.cached_prompt_tokens), sum(m.completion_tokens),
                CASE WHEN count(*) = count(m.cost) THEN sum(m.cost) END
            FROM evaluations e JOIN model_calls m ON m.trace = e.trace WHERE e.candidate = ? GROUP BY e.split
            """
        ).forEach([.integer(row)]) { row in stored?.expense[row.text(0)] = Usage(row, at: 1) }
        return stored
    }

    /// The evaluations that a filter means. Only what it asks about stands in the condition, so that an index serves it.
    private static func evaluations(
        meant filter: TraceFilter
    ) -> (source: String, arguments: [SQLValue]) {
        let columns = [
            "e.run = ?", "e.step = ?", "x.workflow = ?", "k.number = ?", "e.example = ?", "e.split = ?",
            "(x.outcome = 'failed') = ?",
        ]
        let asked = zip(columns, filter.arguments).filter { if case .null = $1 { false } else { true } }
        let source = "evaluations e JOIN candidates k ON k.id = e.candidate LEFT JOIN traces x ON x.id = e.trace"
        // A run's evaluations are of its own candidates, which their numbers find there.
        let isOfRun = filter.run != nil && filter.candidate != nil
        let conditions = asked.map(\.0) + (isOfRun ? ["k.run = e.run"] : [])
        return (
            source + (conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")), asked.map(\.1)
        )
    }

    /// Three queries, however many evaluations there are.
    func evaluations(_ filter: TraceFilter) throws -> [StoredEvaluation] {
        let meant = Self.evaluations(meant: filter)
        var evaluations: [StoredEvaluation] = []
        // Few examples are evaluated many times.
        var examples: [Int: Fields] = [:]
        var places: [Int: Int] = [:]
        try statement(
            """
            SELECT m.id, m.step, m.number, m.example, m.example_line, m.split, m.repetition, m.score, m.evidence,
                m.trace, v.kind, v.content, m.duration, m.example_fields
            FROM (SELECT e.*, k.number, x.duration FROM \(meant.source)) m LEFT JOIN "values" v ON v.id = m.example_fields
            ORDER BY m.id
            """
        ).forEach(meant.arguments) { row in
            places[row.integer(0)] = evaluations.count
            let place = row.integer(13)
            let fields = try examples[place] ?? StoredValue.read(row, at: 10).object ?? [:]
            examples[place] = fields
            evaluations.append(
                StoredEvaluation(
                    id: row.integer(0), step: row.integerIfAny(1), candidate: Candidate.ID(row.integer(2)),
                    example: Example(
                        id: row.text(3), fields: fields, line: row.integerIfAny(4)),
                    split: row.text(5), repetition: row.integer(6), scores: [:], score: row.realIfAny(7),
                    evidence: row.real(8), calls: [], trace: row.integerIfAny(9),
                    duration: row.integerIfAny(12).map(Int64.init)))
        }
        try statement(
            """
            SELECT s.evaluation, s.metric, s.score, s.feedback, s.calls, s.prompt_tokens, s.cached_prompt_tokens,
                s.completion_tokens, s.cost
            FROM evaluation_scores s WHERE s.evaluation IN (SELECT e.id FROM \(meant.source))
            """
        ).forEach(meant.arguments) { row in
            guard let place = places[row.integer(0)] else { return }
            evaluations[place].scores[row.text(1)] = Score(
                row.realIfAny(2) ?? .nan, feedback: row.text(3), usage: Usage(row, at: 4))
        }
        try statement(
            """
            SELECT c.evaluation, c.metric, c.model, c.completion, c.cached, c.duration, c.calls, c.prompt_tokens,
                c.cached_prompt_tokens, c.completion_tokens, c.cost
            FROM evaluation_calls c WHERE c.evaluation IN (SELECT e.id FROM \(meant.source))
            ORDER BY c.evaluation, c.position
            """
        ).forEach(meant.arguments) { row in
            guard let place = places[row.integer(0)] else { return }
            evaluations[place].calls.append(
                MetricCall(
                    metric: row.text(1), model: row.text(2), completion: row.textIfAny(3), usage: Usage(row, at: 6),
                    wasCached: row.integer(4) != 0, duration: Int64(row.integer(5))))
        }
        return evaluations
    }
}

extension Trial.Fate {
    fileprivate init(word: String, reason: String) {
        switch word {
        case "accepted": self = .accepted(reason)
        case "kept": self = .kept(reason)
        default: self = .rejected(reason)
        }
    }
}
