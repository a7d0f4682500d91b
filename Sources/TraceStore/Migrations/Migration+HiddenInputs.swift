extension Migration {
    /// Version 2: what operations read without receiving it, which version 1 lost.
    static let hiddenInputs = Migration(
        number: 2, name: "hidden inputs",
        sql: """
            CREATE TABLE hidden_inputs (
                trace INTEGER NOT NULL REFERENCES traces (id) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                reader INTEGER,
                node INTEGER NOT NULL,
                PRIMARY KEY (trace, position)
            ) STRICT, WITHOUT ROWID;

            """)
}
