extension Migration {
    /// Version 7: ways to go on from a node that turned out better than others, which earlier versions kept inside the
    /// optimizer's state.
    static let preferences = Migration(
        number: 6, name: "preferences",
        sql: """
            CREATE TABLE preferences (
                run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
                step INTEGER NOT NULL,
                position INTEGER NOT NULL,
                example TEXT NOT NULL,
                node TEXT NOT NULL,
                prompt INTEGER NOT NULL,
                chosen TEXT NOT NULL,
                rejected TEXT NOT NULL,
                hint TEXT NOT NULL,
                lift REAL NOT NULL,
                PRIMARY KEY (run, step, position)
            ) STRICT, WITHOUT ROWID;

            """)
}
