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
                    Fields(
                        arguments.map {
                            ($0.name, ["type": .text($0.kind.rawValue), "description": .text($0.description)])
                        })),
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
            let fits =
                switch argument.kind {
                case .string: value.text != nil
                case .integer: value.integer != nil
                case .number: value.number != nil
                case .boolean: value.flag != nil
                }
            guard fits || value.isNull else {
                return "'\(name)' takes \(argument.kind.rawValue), not \(value.kindName)"
            }
        }
        let missing = arguments.filter { $0.isRequired && (given[$0.name] ?? .null).isNull }.map(\.name)
        return missing.isEmpty ? nil : "\(name) needs: \(missing.joined(separator: ", "))"
    }
}
