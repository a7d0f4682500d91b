extension Migration {
    /// Version 3: results of operations, what answered nodes of a trace and in which version they were, and what changes of
    /// a run's winner are worth.
    static let nodeResults = Migration(
        number: 3, name: "results of operations",
        sql: """
            CREATE TABLE node_results (
                id INTEGER PRIMARY KEY,
                key TEXT NOT NULL UNIQUE,
                operation TEXT NOT NULL,
                request INTEGER NOT NULL,
                value INTEGER NOT NULL,
                created_at TEXT NOT NULL
            ) STRICT;
            CREATE INDEX node_results_created ON node_results (created_at);

            CREATE TABLE reused_nodes (
                trace INTEGER NOT NULL REFERENCES traces (id) ON DELETE CASCADE,
                node INTEGER NOT NULL,
                earlier INTEGER,
                PRIMARY KEY (trace, node)
            ) STRICT, WITHOUT ROWID;

            ALTER TABLE traces ADD COLUMN versions INTEGER;
            ALTER TABLE traces ADD COLUMN rerun_of INTEGER;

            CREATE TABLE credits (
                run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
                content TEXT NOT NULL,
                created_at TEXT NOT NULL
            ) STRICT;
            """)
}
