extension Migration {
    /// The tables of version 1 about runs: their steps, candidates, evaluations, events and notes.
    static let runTables = """
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            workflow TEXT NOT NULL,
            optimizer TEXT NOT NULL,
            seed TEXT NOT NULL,
            settings TEXT NOT NULL,
            status TEXT NOT NULL DEFAULT 'running',
            reason TEXT,
            best INTEGER,
            verdict TEXT,
            calls INTEGER NOT NULL DEFAULT 0,
            prompt_tokens INTEGER NOT NULL DEFAULT 0,
            cached_prompt_tokens INTEGER NOT NULL DEFAULT 0,
            completion_tokens INTEGER NOT NULL DEFAULT 0,
            cost REAL DEFAULT 0,
            paid_calls INTEGER,
            paid_prompt_tokens INTEGER,
            paid_cached_prompt_tokens INTEGER,
            paid_completion_tokens INTEGER,
            paid_cost REAL,
            seconds REAL,
            started_at TEXT NOT NULL,
            finished_at TEXT,
            UNIQUE (name, attempt)
        ) STRICT;

        CREATE TABLE run_parameters (
            run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            parameter INTEGER NOT NULL REFERENCES parameters (id),
            PRIMARY KEY (run, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE steps (
            run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            optimizer TEXT,
            optimizer_state INTEGER,
            calls INTEGER NOT NULL,
            prompt_tokens INTEGER NOT NULL,
            cached_prompt_tokens INTEGER NOT NULL,
            completion_tokens INTEGER NOT NULL,
            cost REAL,
            committed_at TEXT NOT NULL,
            PRIMARY KEY (run, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE candidates (
            id INTEGER PRIMARY KEY,
            run INTEGER REFERENCES runs (id) ON DELETE CASCADE,
            step INTEGER,
            number INTEGER NOT NULL,
            origin TEXT NOT NULL,
            intent TEXT,
            rationale TEXT,
            fate TEXT,
            fate_reason TEXT,
            digest BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX candidates_run ON candidates (run, number) WHERE run IS NOT NULL;
        CREATE UNIQUE INDEX candidates_digest ON candidates (digest) WHERE run IS NULL;

        CREATE TABLE candidate_parents (
            candidate INTEGER NOT NULL REFERENCES candidates (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            parent INTEGER NOT NULL,
            PRIMARY KEY (candidate, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE candidate_values (
            candidate INTEGER NOT NULL REFERENCES candidates (id) ON DELETE CASCADE,
            parameter TEXT NOT NULL,
            value INTEGER NOT NULL,
            PRIMARY KEY (candidate, parameter)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE evaluations (
            id INTEGER PRIMARY KEY,
            run INTEGER REFERENCES runs (id) ON DELETE CASCADE,
            step INTEGER,
            candidate INTEGER NOT NULL REFERENCES candidates (id) ON DELETE CASCADE,
            example TEXT NOT NULL,
            example_fields INTEGER NOT NULL,
            example_line INTEGER,
            split TEXT NOT NULL,
            repetition INTEGER NOT NULL,
            score REAL,
            evidence REAL NOT NULL,
            trace INTEGER REFERENCES traces (id) ON DELETE SET NULL
        ) STRICT;
        CREATE INDEX evaluations_run ON evaluations (run, step);
        CREATE INDEX evaluations_candidate ON evaluations (candidate);
        CREATE INDEX evaluations_trace ON evaluations (trace);

        CREATE TABLE evaluation_scores (
            evaluation INTEGER NOT NULL REFERENCES evaluations (id) ON DELETE CASCADE,
            metric TEXT NOT NULL,
            score REAL,
            feedback TEXT NOT NULL,
            calls INTEGER NOT NULL,
            prompt_tokens INTEGER NOT NULL,
            cached_prompt_tokens INTEGER NOT NULL,
            completion_tokens INTEGER NOT NULL,
            cost REAL,
            PRIMARY KEY (evaluation, metric)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE evaluation_calls (
            evaluation INTEGER NOT NULL REFERENCES evaluations (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            metric TEXT NOT NULL,
            model TEXT NOT NULL,
            completion TEXT,
            calls INTEGER NOT NULL,
            prompt_tokens INTEGER NOT NULL,
            cached_prompt_tokens INTEGER NOT NULL,
            completion_tokens INTEGER NOT NULL,
            cost REAL,
            cached INTEGER NOT NULL,
            duration INTEGER NOT NULL,
            PRIMARY KEY (evaluation, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX evaluation_calls_completion ON evaluation_calls (completion) WHERE completion IS NOT NULL;

        CREATE TABLE events (
            run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            step INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            kind TEXT NOT NULL,
            content TEXT NOT NULL,
            PRIMARY KEY (run, step, sequence)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE notes (
            run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            step INTEGER NOT NULL,
            position INTEGER NOT NULL,
            kind TEXT NOT NULL,
            text TEXT NOT NULL,
            completion TEXT,
            PRIMARY KEY (run, step, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX notes_completion ON notes (completion) WHERE completion IS NOT NULL;

        """
}
