extension Migration {
    /// The tables of version 1 that the others point into: values, parameters, operations and replies of models, each
    /// kept once.
    static let valueTables = """
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
}
