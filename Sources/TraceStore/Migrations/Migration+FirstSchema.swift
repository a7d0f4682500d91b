extension Migration {
    /// The tables of version 1; `docs/schema.md` explains each of them.
    ///
    /// What belongs to a trace is keyed by trace and place, so that a trace is read and written as one stretch of pages
    /// and needs no further index. Nodes and edges declare no reference to values and operations: checking it would
    /// cost a look-up a row on writing and a scan of all nodes for every value collected; `verify` checks it instead.
    static let firstSchema = Migration(
        number: 1, name: "first schema", sql: runTables + valueTables + traceTables + views)

    private static let runTables = """
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

    private static let valueTables = """
        CREATE TABLE "values" (
            id INTEGER PRIMARY KEY,
            hash BLOB NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            content ANY
        ) STRICT;

        CREATE TABLE parameters (
            id INTEGER PRIMARY KEY,
            digest BLOB NOT NULL UNIQUE,
            name TEXT NOT NULL,
            kind TEXT NOT NULL,
            initial INTEGER NOT NULL,
            constraints TEXT NOT NULL,
            documentation TEXT NOT NULL
        ) STRICT;

        CREATE TABLE operations (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            documentation TEXT NOT NULL,
            location TEXT NOT NULL,
            UNIQUE (name, documentation, location)
        ) STRICT;

        CREATE TABLE completions (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            model TEXT NOT NULL,
            endpoint TEXT,
            request INTEGER NOT NULL,
            reply TEXT NOT NULL,
            finish TEXT NOT NULL,
            served_by TEXT NOT NULL,
            token_probabilities TEXT,
            calls INTEGER NOT NULL,
            prompt_tokens INTEGER NOT NULL,
            cached_prompt_tokens INTEGER NOT NULL,
            completion_tokens INTEGER NOT NULL,
            cost REAL,
            duration INTEGER NOT NULL,
            created_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX completions_created ON completions (created_at);

        """

    private static let traceTables = """
        CREATE TABLE traces (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            run INTEGER REFERENCES runs (id) ON DELETE CASCADE,
            step INTEGER,
            workflow TEXT NOT NULL,
            candidate INTEGER NOT NULL REFERENCES candidates (id) ON DELETE CASCADE,
            example TEXT,
            example_fields INTEGER,
            example_line INTEGER,
            split TEXT,
            repetition INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            result INTEGER,
            score REAL,
            nodes INTEGER NOT NULL,
            calls INTEGER NOT NULL,
            prompt_tokens INTEGER NOT NULL,
            cached_prompt_tokens INTEGER NOT NULL,
            completion_tokens INTEGER NOT NULL,
            cost REAL,
            duration INTEGER NOT NULL,
            operations TEXT NOT NULL,
            created_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX traces_run ON traces (run, step);
        CREATE INDEX traces_candidate ON traces (candidate);

        CREATE TABLE scopes (
            trace INTEGER NOT NULL REFERENCES traces (id) ON DELETE CASCADE,
            scope INTEGER NOT NULL,
            name TEXT NOT NULL,
            parent INTEGER,
            PRIMARY KEY (trace, scope)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE nodes (
            trace INTEGER NOT NULL REFERENCES traces (id) ON DELETE CASCADE,
            node INTEGER NOT NULL,
            base TEXT NOT NULL,
            ordinal INTEGER NOT NULL,
            kind TEXT NOT NULL,
            operation INTEGER,
            value INTEGER NOT NULL,
            parameter INTEGER,
            scope INTEGER,
            start INTEGER NOT NULL,
            duration INTEGER NOT NULL,
            name TEXT GENERATED ALWAYS AS (base || ':' || ordinal) VIRTUAL,
            PRIMARY KEY (trace, node)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE edges (
            trace INTEGER NOT NULL REFERENCES traces (id) ON DELETE CASCADE,
            node INTEGER NOT NULL,
            position INTEGER NOT NULL,
            name TEXT NOT NULL,
            input INTEGER NOT NULL,
            PRIMARY KEY (trace, node, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE model_calls (
            trace INTEGER NOT NULL REFERENCES traces (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            node INTEGER NOT NULL,
            model TEXT NOT NULL,
            completion TEXT,
            calls INTEGER NOT NULL,
            prompt_tokens INTEGER NOT NULL,
            cached_prompt_tokens INTEGER NOT NULL,
            completion_tokens INTEGER NOT NULL,
            cost REAL,
            cached INTEGER NOT NULL,
            start INTEGER NOT NULL,
            duration INTEGER NOT NULL,
            PRIMARY KEY (trace, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX model_calls_completion ON model_calls (completion) WHERE completion IS NOT NULL;

        CREATE TABLE feedback (
            trace INTEGER NOT NULL REFERENCES traces (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            node INTEGER NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (trace, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE feedback_scores (
            trace INTEGER NOT NULL REFERENCES traces (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            metric TEXT NOT NULL,
            score REAL,
            PRIMARY KEY (trace, position, metric)
        ) STRICT, WITHOUT ROWID;

        """
}
