public import LanguageModels
public import Optimization
public import TraceGraph

extension TraceStore {
    /// All attempts of all runs, the newest first.
    ///
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func runs() throws(StoreError) -> [StoredRun] {
        try read("listing runs") { try $0.runs() }
    }

    /// The attempt that `name` means: `latest`; a run's name or a beginning that only it has, for its latest attempt;
    /// either with `#2` for a certain attempt.
    ///
    /// - Throws: ``StoreError`` with code `unknownRun` or `ambiguousRun`; the message names what there is.
    public func run(named name: String) throws(StoreError) -> StoredRun {
        try read("looking up a run") { try $0.run(named: name) }
    }

    /// The candidates of a run in the order they were made.
    ///
    /// - Parameter run: The run's number.
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func candidates(of run: Int) throws(StoreError) -> [StoredCandidate] {
        try read("listing candidates") { try $0.candidates(ofRun: run) }
    }

    /// The numbers of the candidates of a run, in order.
    ///
    /// - Parameter run: The run's number.
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func candidateNumbers(of run: Int) throws(StoreError) -> [Candidate.ID] {
        try read("listing candidates") { reader in
            try reader.statement("SELECT number FROM candidates WHERE run = ? ORDER BY number")
                .all(.integer(run)) { Candidate.ID($0.integer(0)) }
        }
    }

    /// One candidate of a run; nil when it has none such.
    ///
    /// - Parameter run: The run's number.
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func candidate(_ id: Candidate.ID, of run: Int) throws(StoreError) -> StoredCandidate? {
        try read("looking up a candidate") { try $0.candidate(id, ofRun: run) }
    }

    /// The evaluations that `filter` means, in the order they were stored.
    ///
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func evaluations(_ filter: TraceFilter) throws(StoreError) -> [StoredEvaluation] {
        try read("listing evaluations") { try $0.evaluations(filter) }
    }

    /// The committed steps of a run, in order.
    ///
    /// - Parameter run: The run's number.
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func steps(of run: Int) throws(StoreError) -> [StoredStep] {
        try read("listing steps") { reader in
            try reader.statement(
                """
                SELECT number, seconds, calls, prompt_tokens, cached_prompt_tokens, completion_tokens, cost
                FROM steps WHERE run = ? ORDER BY number
                """
            ).all(.integer(run)) {
                StoredStep(number: $0.integer(0), spend: Usage($0, at: 2), seconds: $0.realIfAny(1))
            }
        }
    }

    /// The events of a run in order; those of steps after `step` alone when one is given, to follow a live run.
    ///
    /// - Parameter run: The run's number.
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func events(of run: Int, afterStep step: Int = -1) throws(StoreError) -> [StoredEvent] {
        try read("listing events") { reader in
            try reader.statement(
                """
                SELECT step, sequence, kind, content FROM events WHERE run = ? AND step > ? ORDER BY step, sequence
                """
            ).all(.integer(run), .integer(step)) { row in
                StoredEvent(
                    step: row.integer(0), sequence: row.integer(1), kind: row.text(2),
                    content: try StoredJSON.value(of: row.text(3)).object ?? [:])
            }
        }
    }

    /// The notes of a run with the step each belongs to, in order.
    ///
    /// - Parameter run: The run's number.
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func notes(of run: Int) throws(StoreError) -> [(step: Int, note: OptimizerNote)] {
        try read("listing notes") { reader in
            try reader.statement(
                "SELECT step, kind, text, completion FROM notes WHERE run = ? ORDER BY step, position"
            ).all(.integer(run)) { row in
                guard let kind = OptimizerNote.Kind(rawValue: row.text(1)) else {
                    throw StoreError(.unreadable, "a stored note is of the unknown kind '\(row.text(1))'")
                }
                return (row.integer(0), OptimizerNote(kind, row.text(2), completion: row.textIfAny(3)))
            }
        }
    }

    /// The calls of a run that no cache keeps, in the order in which a repetition meets them again: those of each step, and
    /// of the step that the budget cut short before those of the gate.
    ///
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func lostCalls(of run: StoredRun) throws(StoreError) -> [LostCall] {
        try read("reading lost calls") { reader in
            var steps = try reader.statement(
                "SELECT number, lost_calls FROM steps WHERE run = ? AND lost_calls IS NOT NULL ORDER BY number"
            ).all(.integer(run.id)) { row in
                guard let calls = [LostCall](recorded: try StoredJSON.value(of: row.text(1))) else {
                    throw StoreError(.unreadable, "the lost calls of a stored step are not as they were written")
                }
                return (number: row.integer(0), calls: calls)
            }
            if let stop = run.stop {
                let place = steps.firstIndex { $0.number >= stop.step } ?? steps.endIndex
                steps.insert((stop.step, stop.lost), at: place)
            }
            return steps.flatMap(\.calls)
        }
    }

    /// Ways to go on that turned out better than others in a run, with the step each was found in, in order.
    ///
    /// - Parameters:
    ///   - run: The run's number.
    ///   - limit: The most that are read; nil for all.
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func preferences(
        of run: Int, limit: Int? = nil
    ) throws(StoreError) -> [(step: Int, preference: PreferencePair)] {
        try read("listing preferences") { reader in
            try reader.statement(
                """
                SELECT p.step, p.example, p.node, v.kind, v.content, p.chosen, p.rejected, p.hint, p.lift
                FROM preferences p LEFT JOIN "values" v ON v.id = p.prompt WHERE p.run = ?
                ORDER BY p.step, p.position LIMIT ?
                """
            ).all(.integer(run), .integer(limit ?? -1)) { row in
                (
                    row.integer(0),
                    PreferencePair(
                        example: row.text(1), node: row.text(2), prompt: try StoredValue.read(row, at: 3),
                        chosen: row.text(5), rejected: row.text(6), hint: row.text(7), lift: row.real(8))
                )
            }
        }
    }

    /// What the optimizer kept after the last committed step; nil when no step left anything.
    ///
    /// - Parameter run: The run's number.
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func optimizerState(of run: Int) throws(StoreError) -> OptimizerState? {
        try read("reading the optimizer's state") { reader in
            try reader.statement(
                """
                SELECT s.optimizer, v.kind, v.content FROM steps s JOIN "values" v ON v.id = s.optimizer_state
                WHERE s.run = ? AND s.optimizer IS NOT NULL ORDER BY s.number DESC LIMIT 1
                """
            ).first(.integer(run)) { row in
                OptimizerState(optimizer: row.text(0), content: try StoredValue.read(row, at: 1))
            }
        }
    }

    /// The candidate the run ended with, every parameter of the run among its values; nil for a run that has not ended.
    ///
    /// Whether it should be promoted is the verdict's to say.
    ///
    /// - Parameter run: The run's number.
    /// - Throws: ``StoreError`` with code `unknownRun` when there is none.
    public func winner(of run: Int) throws(StoreError) -> Candidate? {
        try read("reading the best candidate") { reader in
            guard let stored = try reader.runs(where: "r.id = ?", .integer(run)).first else {
                throw StoreError(.unknownRun, "there is no run number \(run); `optrace runs` shows those there are")
            }
            let row = try reader.statement(
                "SELECT c.id FROM candidates c JOIN runs r ON r.id = c.run AND r.best = c.number WHERE r.id = ?"
            ).first(.integer(run)) { $0.integer(0) }
            guard let row, let best = try reader.candidate(row: row) else { return nil }
            let values = stored.parameters.seed.values.merging(best.values) { _, best in best }
            return Candidate(id: best.id, values: values, parents: best.parents, origin: best.origin)
        }
    }
}
