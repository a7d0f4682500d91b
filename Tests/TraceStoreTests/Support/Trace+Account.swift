import TraceGraph

extension Trace {
    /// All that a trace is, as text that differs wherever traces differ: spellings of texts and orders of fields too.
    var account: [String] {
        var lines = ["outcome \(outcome)", "duration \(duration)", "candidate \(candidate.account)"]
        lines += operations.map { "operation \($0.name.exact) \($0.documentation.exact) \($0.location.exact)" }
        lines += scopes.map { "scope \($0.name.exact) \(String(describing: $0.parent))" }
        for node in nodes {
            let operation = node.operation.map { "\($0.name.exact) \($0.documentation.exact) \($0.location.exact)" }
            let inputs = node.inputs.map { "\($0.name.exact)=\($0.node)" }.joined(separator: " ")
            lines.append(
                "node \(node.id) \(node.base.exact):\(node.ordinal) \(node.kind) \(operation ?? "-") [\(inputs)] "
                    + "\(node.value.account) \(node.level) \(String(describing: node.scope)) \(node.start) "
                    + "\(node.duration)")
            if let parameter = node.parameter { lines.append("parameter \(parameter.account)") }
        }
        for call in calls {
            lines.append(
                "call \(call.node) \(call.model.exact) \(call.completion?.exact ?? "-") \(call.usage) \(call.wasCached) "
                    + "\(call.start) \(call.duration)")
        }
        for item in feedback {
            let scores = item.scores.map { "\($0.exact)=\($1)" }.sorted()
            lines.append("feedback \(item.output) \(item.text.exact) \(scores)")
        }
        lines += hiddenInputs.map { "hidden \(String(describing: $0.reader)) \($0.node)" }
        return lines
    }
}

extension Candidate {
    var account: String {
        "\(id) \(values.map { "\($0.exact)=\($1.account)" }.sorted()) \(parents) \(origin.exact)"
    }
}

extension ParameterDefinition {
    var account: String {
        "\(name.exact) \(kind) \(initial.account) \(documentation.exact) \(constraint.range.debugDescription) "
            + "\(constraint.note?.exact ?? "-") \(constraint.isLogarithmic) \(constraint.options.map(\.account)) "
            + "\(constraint.keep.map(\.exact)) \(String(describing: constraint.maximumCount)) "
            + "\(String(describing: constraint.maximumLength)) \(constraint.language ?? "-") \(constraint.entry ?? "-")"
    }
}

extension Value {
    var account: String {
        switch self {
        case .text(let text), .opaque(let text): "\(kindName)(\(text.exact))"
        case .list(let elements): "[\(elements.map(\.account).joined(separator: ", "))]"
        case .object(let fields): "{\(fields.map { "\($0.name.exact): \($0.value.account)" }.joined(separator: ", "))}"
        case .bytes(let bytes): "bytes\(bytes)"
        case .number(let number): "number(\(number))"
        case .integer(let integer): "integer(\(integer))"
        case .flag(let flag): "flag(\(flag))"
        case .null: "null"
        }
    }
}

extension String {
    /// The text by its bytes: equal only for the same spelling.
    var exact: String { "\(Array(utf8))" }
}
