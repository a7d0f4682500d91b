import Evaluation
import LanguageModels
import Optimization
import TraceGraph

extension StoreWriter {
    func begin(_ run: RunRecord) throws -> JournalledRun {
        let attempts = try statement("SELECT max(attempt) FROM runs WHERE name = ?")
            .first(.text(run.name)) { $0.integer(0) }
        let attempt = (attempts ?? 0) + 1
        try statement(
            """
            INSERT INTO runs (name, attempt, workflow, optimizer, seed, settings, started_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """
        ).run(
            .text(run.name), .integer(attempt), .text(run.workflow), .text(run.optimizer), .text(String(run.seed)),
            .text(try StoredJSON.text(of: run.settings)), .text(now))
        let id = lastID
        for (position, definition) in run.parameters.definitions.enumerated() {
            try statement("INSERT INTO run_parameters (run, position, parameter) VALUES (?, ?, ?)")
                .run(.integer(id), .integer(position), .integer(try place(of: definition)))
        }
        return JournalledRun(id: id, label: "\(run.name)#\(attempt)", workflow: run.workflow)
    }

    func commit(_ step: StepRecord, to run: inout JournalledRun) throws {
        let state = try step.optimizer.map { try place(of: $0.content) }
        try statement(
            """
            INSERT INTO steps (run, number, optimizer, optimizer_state, calls, prompt_tokens, cached_prompt_tokens,
                completion_tokens, cost, committed_at, failures, seconds, lost_calls)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).run(
            [.integer(run.id), .integer(step.index), SQLValue(step.optimizer?.optimizer), SQLValue(state)]
                + step.spend.columns + [
                    .text(now), .integer(step.failures), .real(step.seconds),
                    SQLValue(step.lost.isEmpty ? nil : try StoredJSON.text(of: .list(step.lost.map(\.recorded)))),
                ])
        for candidate in step.candidates { try add(candidate, to: &run, step: step.index) }
        for item in step.evaluations { try insert(item, in: run, step: step.index) }
        for (sequence, event) in step.events.enumerated() {
            try insert(event, at: sequence, step: step.index, run: run.id)
        }
        for (position, note) in step.notes.enumerated() {
            try statement(
                "INSERT INTO notes (run, step, position, kind, text, completion) VALUES (?, ?, ?, ?, ?, ?)"
            ).run(
                .integer(run.id), .integer(step.index), .integer(position), .text(note.kind.rawValue),
                .text(note.text), SQLValue(note.completion))
        }
        for (position, preference) in step.preferences.enumerated() {
            try insert(preference, at: position, step: step.index, run: run.id)
        }
        try statement(
            """
            UPDATE runs SET calls = ?, prompt_tokens = ?, cached_prompt_tokens = ?, completion_tokens = ?, cost = ?,
                failures = ?
            WHERE id = ?
            """
        ).run(step.spend.columns + [.integer(step.failures), .integer(run.id)])
    }

    func stop(_ stop: RecordedStop, _ run: JournalledRun) throws {
        try statement("UPDATE runs SET stop = ? WHERE id = ?")
            .run(.text(try StoredJSON.text(of: stop.recorded)), .integer(run.id))
    }

    func finish(_ conclusion: RunConclusion, _ run: inout JournalledRun) throws {
        if run.rows[conclusion.best.id] == nil { try add(conclusion.best, to: &run, step: nil) }
        let verdict = try conclusion.verdict.map { try StoredJSON.text(of: $0.recorded) }
        try statement(
            """
            UPDATE runs SET status = ?, reason = ?, best = ?, verdict = ?, calls = ?, prompt_tokens = ?,
                cached_prompt_tokens = ?, completion_tokens = ?, cost = ?, paid_calls = ?, paid_prompt_tokens = ?,
                paid_cached_prompt_tokens = ?, paid_completion_tokens = ?, paid_cost = ?, seconds = ?, finished_at = ?,
                failures = ?
            WHERE id = ?
            """
        ).run(
            [
                .text(conclusion.status.rawValue), .text(conclusion.reason), .integer(conclusion.best.id.number),
                SQLValue(verdict),
            ] + conclusion.spend.columns + conclusion.paid.columns + [
                .real(conclusion.seconds), .text(now), .integer(conclusion.failures), .integer(run.id),
            ])
    }

    private func add(_ candidate: Candidate, to run: inout JournalledRun, step: Int?) throws {
        run.rows[candidate.id] = try insert(candidate, run: run.id, step: step)
        run.candidates[candidate.id] = candidate
    }

    private func insert(_ item: SplitEvaluation, in run: JournalledRun, step: Int) throws {
        let evaluation = item.evaluation
        guard let row = run.rows[evaluation.candidate] else {
            throw StoreError(.outOfOrder, "step \(step) evaluates \(evaluation.candidate), which no step has made")
        }
        // A trace keeps the candidate it was recorded with, also where that is not quite the run's.
        let recorded = evaluation.trace.candidate
        let isSame = run.candidates[evaluation.candidate] == recorded
        try insert(
            evaluation, candidate: row,
            origin: TraceOrigin(
                run: run.id, step: step, workflow: run.workflow,
                candidate: isSame ? row : try placeOutsideRuns(of: recorded), example: try stored(evaluation.example),
                split: item.split, repetition: evaluation.repetition, score: evaluation.score))
    }

    private func insert(_ preference: PreferencePair, at position: Int, step: Int, run: Int) throws {
        try statement(
            """
            INSERT INTO preferences (run, step, position, example, node, prompt, chosen, rejected, hint, lift)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).run(
            .integer(run), .integer(step), .integer(position), .text(preference.example), .text(preference.node),
            .integer(try place(of: preference.prompt)), .text(preference.chosen), .text(preference.rejected),
            .text(preference.hint), .real(preference.lift))
    }

    private func insert(_ event: RunEvent, at sequence: Int, step: Int, run: Int) throws {
        try statement("INSERT INTO events (run, step, sequence, kind, content) VALUES (?, ?, ?, ?, ?)")
            .run(
                .integer(run), .integer(step), .integer(sequence), .text(event.kind),
                .text(try StoredJSON.text(of: .object(event.content))))
        switch event {
        case .proposed(_, let candidate, let intent, _, let rationale):
            try statement("UPDATE candidates SET intent = ?, rationale = ? WHERE run = ? AND number = ?")
                .run(.text(intent.rawValue), .text(rationale), .integer(run), .integer(candidate.number))
        case .accepted(_, let candidate, _, let reason):
            try note("accepted", because: reason, of: candidate, run: run)
        case .kept(_, let candidate, _, let reason):
            try note("kept", because: reason, of: candidate, run: run)
        case .rejected(_, let candidate, let reason):
            try note("rejected", because: reason, of: candidate, run: run)
        default:
            break
        }
    }

    private func note(_ fate: String, because reason: String, of candidate: Candidate.ID, run: Int) throws {
        try statement("UPDATE candidates SET fate = ?, fate_reason = ? WHERE run = ? AND number = ?")
            .run(.text(fate), .text(reason), .integer(run), .integer(candidate.number))
    }
}
