import TraceGraph

/// Something an assistant can ask for.
struct AssistantTool: Sendable {
    struct Argument: Sendable {
        enum Kind: String, Sendable {
            case string, integer, number, boolean
        }

        var name: String
        var kind: Kind
        var description: String
        var isRequired = false
        /// The only texts it takes; none for any.
        var choices: [String] = []
        /// The lowest number it takes.
        var least: Int?

        /// The JSON Schema of what it takes.
        fileprivate var schema: Value {
            var fields: Fields = ["type": .text(kind.rawValue), "description": .text(description)]
            if !choices.isEmpty { fields["enum"] = .list(choices.map(Value.text)) }
            if let least { fields["minimum"] = .integer(least) }
            return .object(fields)
        }

        /// What is wrong with `value`; nil when nothing is.
        fileprivate func objection(to value: Value) -> String? {
            let fits =
                switch kind {
                case .string: value.text != nil
                case .integer: value.integer != nil
                case .number: value.number != nil
                case .boolean: value.flag != nil
                }
            guard fits else { return "'\(name)' takes \(kind.rawValue), not \(value.kindName)" }
            if let text = value.text, !choices.isEmpty, !choices.contains(text) {
                return "'\(name)' takes \(choices.joined(separator: ", ")), not '\(text)'"
            }
            if let least, let number = value.number, !(number >= Double(least)) {
                return "'\(name)' takes \(least) or more, not \(value.json)"
            }
            return nil
        }
    }

    var name: String
    var description: String
    var arguments: [Argument]
    /// Whether it only looks.
    var isReadOnly = true

    /// As `tools/list` tells it, with a JSON Schema of the arguments.
    var described: Value {
        [
            "name": .text(name), "description": .text(description),
            "inputSchema": [
                "type": "object",
                "properties": .object(
                    Fields(arguments.map { ($0.name, $0.schema) })),
                "required": .list(arguments.filter(\.isRequired).map { .text($0.name) }),
                "additionalProperties": false,
            ],
            "annotations": [
                "readOnlyHint": .flag(isReadOnly), "destructiveHint": false, "openWorldHint": .flag(!isReadOnly),
            ],
        ]
    }

    /// What is wrong with the arguments given; nil when nothing is.
    func objection(to given: Fields) -> String? {
        for (name, value) in given {
            guard let argument = arguments.first(where: { $0.name == name }) else {
                let known = arguments.map(\.name).joined(separator: ", ")
                return "\(self.name) has no argument '\(name)'; its arguments are: \(known.isEmpty ? "none" : known)"
            }
            if !value.isNull, let objection = argument.objection(to: value) { return objection }
        }
        let missing = arguments.filter { $0.isRequired && (given[$0.name] ?? .null).isNull }.map(\.name)
        return missing.isEmpty ? nil : "\(name) needs: \(missing.joined(separator: ", "))"
    }
}
