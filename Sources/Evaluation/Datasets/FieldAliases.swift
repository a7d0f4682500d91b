import TraceGraph

/// Where rows that other tools have exported keep what is asked for: promptfoo, DSPy, Inspect, Langfuse, MLflow.
///
/// Asked only for what a row does not have under its own name.
enum FieldAliases {
    /// What is expected, by the names it goes under.
    private static let expected = [
        "expected", "expected_output", "expectedOutput", "expected_response", "target", "ideal", "answer", "reference",
        "ground_truth", "label", "__expected",
    ]
    /// The one text a row is about.
    private static let asked = ["input", "question", "prompt", "query"]
    /// Objects that hold the fields of a row, possibly as a text with JSON.
    private static let holders = [
        "vars", "inputs", "input", "expectations", "expected_output", "expectedOutput", "metadata",
    ]

    /// The value of `name`: along its dots (`vars.question`), inside of an object of the row, or under another name for
    /// the same. Nil when there is none.
    static func value(of name: String, in row: Fields) -> Value? {
        if let found = along(name, in: row) { return found }
        for holder in holders {
            if let fields = object(row[holder]), let found = fields[name] { return found }
        }
        if expected.contains(name) { return expectation(in: row) }
        guard asked.contains(name) else { return nil }
        return asked.lazy.compactMap { row[$0] }.first { object($0) == nil }
    }

    private static func along(_ name: String, in row: Fields) -> Value? {
        let parts = name.split(separator: ".").map(String.init)
        guard parts.count > 1 else { return nil }
        var value: Value? = .object(row)
        for part in parts { value = object(value)?[part] }
        return value
    }

    private static func expectation(in row: Fields) -> Value? {
        if let found = expected.lazy.compactMap({ row[$0] }).first(where: { object($0) == nil }) { return found }
        for holder in holders {
            guard let fields = object(row[holder]) else { continue }
            if let found = expected.lazy.compactMap({ fields[$0] }).first { return found }
        }
        // A test of promptfoo says it as an assertion.
        let assertions = row["assert"]?.list ?? []
        return assertions.first { ["equals", "icontains", "contains"].contains($0["type"]?.text) }?["value"]
    }

    private static func object(_ value: Value?) -> Fields? {
        if let fields = value?.object { return fields }
        guard let text = value?.text, text.hasPrefix("{") else { return nil }
        return (try? Value(json: text))?.object
    }
}
