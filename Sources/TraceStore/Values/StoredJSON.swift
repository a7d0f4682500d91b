import TraceGraph

/// Structured values as JSON text from which exactly the same value is read again.
///
/// JSON has no NaN and no infinities, and an object such as `{"$bytes": "…"}` stands for something else; these are
/// written as `{"$number": "nan"}` and `{"$object": [["$bytes", "…"]]}`.
enum StoredJSON {
    /// How deep lists and objects may be nested: a little less than what the JSON reader takes.
    static let deepest = 500

    /// - Throws: ``StoreError`` with code `unstorable` for a value nested deeper than ``deepest``.
    static func text(of value: Value) throws(StoreError) -> String {
        try spelt(value, depth: 0).json
    }

    /// - Throws: ``StoreError`` with code `unreadable` when the text is no JSON.
    static func value(of text: String) throws(StoreError) -> Value {
        do {
            let value = try Value(json: text)
            return text.contains("\"$") ? read(value) : value
        } catch {
            throw StoreError(.unreadable, "a stored value is not JSON: \(error)", underlyingError: error)
        }
    }

    private static func spelt(_ value: Value, depth: Int) throws(StoreError) -> Value {
        guard depth < deepest else {
            throw StoreError(
                .unstorable,
                "a recorded value is nested deeper than \(deepest) levels; record it as text or in parts")
        }
        switch value {
        case .number(let number) where !number.isFinite:
            return ["$number": .text("\(number)")]
        case .list(let elements):
            var list: [Value] = []
            list.reserveCapacity(elements.count)
            for element in elements { list.append(try spelt(element, depth: depth + 1)) }
            return .list(list)
        case .object(let fields) where fields.count == 1 && (fields.names.first?.hasPrefix("$") ?? false):
            return ["$object": .list([.list([.text(fields.names[0]), try spelt(fields.values[0], depth: depth + 3)])])]
        case .object(let fields):
            var object = Fields()
            for (name, value) in fields { object[name] = try spelt(value, depth: depth + 1) }
            return .object(object)
        default:
            return value
        }
    }

    private static func read(_ value: Value) -> Value {
        switch value {
        case .list(let elements):
            return .list(elements.map(read))
        case .object(let fields):
            if fields.count == 1 {
                if let text = fields["$number"]?.text, let number = Double(text) { return .number(number) }
                if let pair = fields["$object"]?.list?.first?.list, pair.count == 2, let name = pair[0].text {
                    return .object(Fields([(name, read(pair[1]))]))
                }
            }
            return .object(Fields(fields.map { ($0.name, read($0.value)) }))
        default:
            return value
        }
    }
}
