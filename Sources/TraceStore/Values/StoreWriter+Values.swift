import ContentHash
import GRDB
import TraceGraph

extension StoreWriter {
    /// The number of `value` in the values table, where it is added unless it is there.
    func place(of value: Value) throws -> Int {
        let stored = try StoredValue(value)
        let hash = stored.hash
        if let place = known.values[hash] { return place }
        let place = try insert(stored, hash)
        if known.values.count >= KnownValues.limit { known.values.removeAll(keepingCapacity: true) }
        known.values[hash] = place
        return place
    }

    private func insert(_ stored: StoredValue, _ hash: ContentHash) throws -> Int {
        // Most values that are not remembered are new: to look first would be to search the index twice.
        let row = try valueInsertion(kind: stored.kind)
        try hash.withUnsafeBytes { key in
            try row.lend(1, key) {
                if case .text(let text) = stored.content { return try row.lend(3, text) { try row.runAsBound() } }
                try row.set(3, to: stored.content)
                try row.runAsBound()
            }
        }
        if database.changesCount > 0 { return lastID }
        let find = try statement(#"SELECT id FROM "values" WHERE hash = ?"#)
        guard let place = try find.first(.blob(hash.bytes), convert: { $0.integer(0) }) else {
            throw StoreError(.unreadable, "a stored value is neither new nor there")
        }
        return place
    }

    /// The statement that adds a value, its kind bound. Nearly every node has one that is new.
    private func valueInsertion(kind: String) throws -> PreparedStatement {
        if let valueInsertion, valueInsertion.kind == kind { return valueInsertion.statement }
        let statement = try statement(
            #"INSERT INTO "values" (hash, kind, content) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING"#)
        try statement.set(2, to: kind)
        valueInsertion = (statement, kind)
        return statement
    }

    /// The number of `definition` in the parameters table, where it is added unless it is there.
    func place(of definition: ParameterDefinition) throws -> Int {
        let constraints = try StoredJSON.text(of: definition.constraint.recorded)
        let initial = try place(of: definition.initial)
        let digest = ContentHash(
            of: Value.list([
                .text(definition.name), .text(definition.kind.rawValue), .integer(initial), .text(constraints),
                .text(definition.documentation),
            ]).json)
        let find = try statement("SELECT id FROM parameters WHERE digest = ?")
        if let place = try find.first(.blob(digest.bytes), convert: { $0.integer(0) }) { return place }
        try statement(
            """
            INSERT INTO parameters (digest, name, kind, initial, constraints, documentation)
            VALUES (?, ?, ?, ?, ?, ?)
            """
        ).run(
            .blob(digest.bytes), .text(definition.name), .text(definition.kind.rawValue), .integer(initial),
            .text(constraints), .text(definition.documentation))
        return lastID
    }

    /// The number of `operation` in the operations table, where it is added unless it is there.
    func place(of operation: Operation) throws -> Int {
        let columns: [SQLValue] = [
            .text(operation.name), .text(operation.documentation), .text(operation.location),
        ]
        let find = try statement("SELECT id FROM operations WHERE name = ? AND documentation = ? AND location = ?")
        if let place = try find.first(columns[0], columns[1], columns[2], convert: { $0.integer(0) }) { return place }
        try statement("INSERT INTO operations (name, documentation, location) VALUES (?, ?, ?)")
            .run(columns[0], columns[1], columns[2])
        return lastID
    }
}
