extension Migration {
    /// Version 5: the calls of each step that no cache keeps, so that a repetition of the run meets them again.
    static let lostCalls = Migration(
        number: 5, name: "lost calls",
        sql: """
            ALTER TABLE steps ADD COLUMN lost_calls TEXT;
            """)
}
