extension Migration {
    /// Version 4: what operations read without receiving it, which earlier versions lost.
    static let hiddenInputs = Migration(
        number: 4, name: "hidden inputs",
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
