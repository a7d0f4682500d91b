public import TraceGraph

/// The JSON Schema of an answer: `reasoning` first, then `suggestion` with the variables and nothing else.
///
/// Every field is required and no other allowed, as the strict modes of providers want it; with several variables null
/// stands for "stays as it is".
public enum AnswerSchema {
    /// The most characters of the reasoning, which is there to think before the value and not to fill the reply.
    static let longestReasoning = 600

    public static func schema(for variables: [ParameterDefinition]) -> Value {
        let isSingle = variables.count == 1
        let properties = Fields(variables.map { ($0.name, property(for: $0, isNullable: !isSingle)) })
        return [
            "type": "object",
            "properties": [
                "reasoning": ["type": "string", "maxLength": .integer(longestReasoning)],
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

    private static func property(for variable: ParameterDefinition, isNullable: Bool) -> Value {
        var fields: Fields = [:]
        let constraint = variable.constraint
        if let summary = constraint.summary { fields["description"] = .text(summary) }
        switch variable.kind {
        case .text, .code:
            fields["type"] = type("string", isNullable)
            if !isNullable, constraint.keep.isEmpty { fields["minLength"] = 1 }
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
            fields["enum"] = .list(constraint.options + (isNullable ? [.null] : []))
        case .examples:
            fields["type"] = type("array", isNullable)
            fields["items"] = items(like: variable.initial)
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

    /// Objects with the fields of the demonstrations there are; any object when there are none.
    private static func items(like initial: Value) -> Value {
        guard let first = initial.list?.first?.object else { return ["type": "object"] }
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
