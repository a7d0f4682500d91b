public import TraceGraph

/// The JSON Schema of an answer: `reasoning` first, then `suggestion` with the variables and nothing else.
///
/// Every field is required and no other allowed, and lengths are not limited, as the strict modes of providers want it;
/// with several variables null stands for "stays as it is".
public enum AnswerSchema {
    /// - Parameter demonstration: An object with the fields that demonstrations have, for variables whose own value
    ///   has none to go by.
    public static func schema(for variables: [ParameterDefinition], demonstration: Fields? = nil) -> Value {
        let isSingle = variables.count == 1
        let properties = Fields(
            variables.map { ($0.name, property(for: $0, isNullable: !isSingle, demonstration)) })
        return [
            "type": "object",
            "properties": [
                "reasoning": ["type": "string"],
                "suggestion": [
                    "type": "object",
                    "properties": .object(properties),
                    "required": .list(variables.map { .text($0.name) }),
                    "additionalProperties": false,
                ],
            ],
            "required": ["reasoning", "suggestion"],
            "additionalProperties": false,
        ]
    }

    private static func property(
        for variable: ParameterDefinition, isNullable: Bool, _ demonstration: Fields?
    ) -> Value {
        var fields: Fields = [:]
        let constraint = variable.constraint
        if let summary = constraint.summary { fields["description"] = .text(summary) }
        switch variable.kind {
        case .text, .code:
            fields["type"] = type("string", isNullable)
        case .number, .integer:
            let isWhole = variable.kind == .integer
            fields["type"] = type(isWhole ? "integer" : "number", isNullable)
            if let range = constraint.range {
                fields["minimum"] = bound(range.lowerBound, isWhole)
                fields["maximum"] = bound(range.upperBound, isWhole)
            }
        case .flag:
            fields["type"] = type("boolean", isNullable)
        case .choice:
            let types = Set(constraint.options.map(jsonType))
            if types.count == 1, let only = types.first { fields["type"] = type(only, isNullable) }
            fields["enum"] = .list(constraint.options + (isNullable ? [.null] : []))
        case .examples:
            fields["type"] = type("array", isNullable)
            fields["items"] = items(like: variable.initial.list?.first?.object ?? demonstration)
            if let most = constraint.maximumCount { fields["maxItems"] = .integer(most) }
        }
        return .object(fields)
    }

    private static func type(_ name: String, _ isNullable: Bool) -> Value {
        isNullable ? [.text(name), "null"] : .text(name)
    }

    private static func bound(_ bound: Double, _ isWhole: Bool) -> Value {
        isWhole ? Int(exactly: bound).map(Value.integer) ?? .number(bound) : .number(bound)
    }

    /// Objects with the fields of a demonstration; any object when there is none.
    private static func items(like first: Fields?) -> Value {
        guard let first else { return ["type": "object"] }
        return [
            "type": "object",
            "properties": .object(Fields(first.map { ($0.name, ["type": .text(jsonType(of: $0.value))]) })),
            "required": .list(first.map { .text($0.name) }),
            "additionalProperties": false,
        ]
    }

    private static func jsonType(of value: Value) -> String {
        switch value {
        case .flag: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .list: "array"
        case .object: "object"
        default: "string"
        }
    }
}
