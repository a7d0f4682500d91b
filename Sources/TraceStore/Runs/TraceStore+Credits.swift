public import TraceGraph

extension TraceStore {
    /// Keeps what was found out about what a run's changes are worth, in place of what was kept before.
    ///
    /// - Parameters:
    ///   - credit: As `optrace credit --json` prints it.
    ///   - run: The run's number.
    /// - Throws: ``StoreError``; nothing is kept then.
    public func save(credit: Value, of run: Int) throws(StoreError) {
        try write("keeping credit") { writer in
            try writer.statement(
                """
                INSERT INTO credits (run, content, created_at) VALUES (?, ?, ?)
                ON CONFLICT (run) DO UPDATE SET content = excluded.content, created_at = excluded.created_at
                """
            ).run(.integer(run), .text(try StoredJSON.text(of: credit)), .text(writer.now))
        }
    }

    /// What was found out about what the changes of run number `run` are worth; nil when nobody has asked.
    ///
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func credit(of run: Int) throws(StoreError) -> Value? {
        try read("reading credit") { reader in
            try reader.statement("SELECT content FROM credits WHERE run = ?")
                .first(.integer(run)) { try StoredJSON.value(of: $0.text(0)) }
        }
    }
}
