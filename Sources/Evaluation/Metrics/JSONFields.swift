public import TraceGraph

/// The share of expected fields that the output, a JSON object, has right.
///
/// Nested objects count field by field, under dotted names such as `address.city`. An output text may have a Markdown
/// fence or prose around its JSON.
public struct JSONFields: ComparisonMetric {
    public let name: String
    public let expected: Expectation
    /// The only fields that count, by dotted name; empty for all that are expected.
    public let only: [String]
    /// Whether the order of lists is ignored.
    public let listsAsSets: Bool
    /// Whether each field that was not expected counts as one wrong field.
    public let countsUnexpected: Bool

    public init(
        _ expected: Expectation = .expected, only: [String] = [], listsAsSets: Bool = false,
        countsUnexpected: Bool = false, name: String = "json_fields"
    ) {
        self.name = name
        self.expected = expected
        self.only = only
        self.listsAsSets = listsAsSets
        self.countsUnexpected = countsUnexpected
    }

    public func compare(_ output: Value, with expected: Value) throws(ComparisonError) -> Score {
        guard let wantedObject = expected.embeddedJSON?.object else {
            throw ComparisonError(.unusableExpectation, "expected an object, the example has a \(expected.kindName)")
        }
        let wanted = leaves(of: wantedObject).filter { only.isEmpty || only.contains($0.name) }
        guard !wanted.isEmpty else {
            throw ComparisonError(.unusableExpectation, "none of the fields that count is in the expected object")
        }
        guard let gotObject = output.embeddedJSON?.object else {
            let names = wanted.names.joined(separator: ", ")
            return Score(
                0, feedback: "Expected a JSON object with the fields \(names), got \(FeedbackText.quote(output)).")
        }
        let got = leaves(of: gotObject)
        var faults: [String] = []
        for (name, value) in wanted {
            switch found(name, in: gotObject) {
            case nil:
                faults.append("\(name): missing, expected \(FeedbackText.quote(value))")
            case let other? where !value.isEquivalent(to: other, listsAsSets: listsAsSets):
                faults.append("\(name): expected \(FeedbackText.quote(value)), got \(FeedbackText.quote(other))")
            default:
                break
            }
        }
        let right = wanted.count - faults.count
        var total = wanted.count
        let unexpected = got.names.filter { wanted[$0] == nil && found($0, in: wantedObject) == nil }
        if countsUnexpected, only.isEmpty, !unexpected.isEmpty {
            total += unexpected.count
            faults.append("not expected: " + unexpected.joined(separator: ", "))
        }
        if faults.isEmpty { return Score(1, feedback: "Correct: all \(total) fields are right.") }
        return Score(
            Double(right) / Double(total),
            feedback: "\(right) of \(total) fields are right. " + faults.joined(separator: "; ") + ".")
    }

    /// The fields of `object` and of the objects inside it, by dotted name; an empty object is a leaf.
    private func leaves(of object: Fields, under prefix: String = "") -> Fields {
        var leaves = Fields()
        for (name, value) in object {
            if let inner = value.object, !inner.isEmpty {
                for (path, leaf) in self.leaves(of: inner, under: prefix + name + ".") { leaves[path] = leaf }
            } else {
                leaves[prefix + name] = value
            }
        }
        return leaves
    }

    /// The value at the dotted name `path`, whatever its kind; names may contain dots themselves.
    private func found(_ path: String, in object: Fields) -> Value? {
        if let value = object[path] { return value }
        for (name, value) in object {
            if let inner = value.object, path.hasPrefix(name + ".") {
                if let result = found(String(path.dropFirst(name.count + 1)), in: inner) { return result }
            }
        }
        return nil
    }
}

extension Fields {
    fileprivate func filter(_ isIncluded: ((name: String, value: Value)) -> Bool) -> Fields {
        var fields = Fields()
        for field in self where isIncluded(field) { fields[field.name] = field.value }
        return fields
    }
}
