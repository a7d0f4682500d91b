extension Migration {
    /// The tables of version 1 about traces: nodes, edges, model calls and feedback.
    static let traceTables = """
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
