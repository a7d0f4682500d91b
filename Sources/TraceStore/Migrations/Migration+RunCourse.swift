extension Migration {
    /// Version 2: where and why a run stopped, what failed in it, and how long it had taken at the end of each step, so
    /// that a repetition takes the same decisions.
    static let runCourse = Migration(
        number: 2, name: "the course of a run",
        sql: """
            ALTER TABLE runs ADD COLUMN stop TEXT;
            ALTER TABLE runs ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE steps ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE steps ADD COLUMN seconds REAL;
            """)
}
