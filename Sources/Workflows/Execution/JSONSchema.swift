public import TraceGraph

/// A JSON Schema as far as outputs of steps are checked against it.
///
/// `type`, `enum`, `const`, `properties`, `required`, `additionalProperties`, `items`, the bounds of lengths, sizes and
/// numbers, `anyOf` and `allOf`. Words that only describe are passed over; anything else is refused when the schema is
/// read, so that nothing goes unchecked that somebody believes to be checked.
public struct JSONSchema: Sendable, Hashable {
    /// Why a schema cannot be used.
    struct Problem: Error {
        let message: String
    }

    let schema: Value

    private static let checked: Set<String> = [
        "type", "enum", "const", "properties", "required", "additionalProperties", "items", "minItems", "maxItems",
        "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "anyOf", "allOf",
    ]
    private static let types = ["null", "boolean", "integer", "number", "string", "array", "object"]
    private static let described: Set<String> = [
        "$schema", "$id", "title", "description", "default", "examples", "$comment",
    ]

    init(_ schema: Value) throws(Problem) {
        self.schema = schema
        try Self.review(schema, at: "the schema")
    }

    private static func review(_ schema: Value, at place: String) throws(Problem) {
        if schema.flag != nil { return }
        guard let fields = schema.object else {
            throw Problem(message: "\(place) is a \(schema.kindName), expected a mapping")
        }
        for (name, value) in fields {
            guard checked.contains(name) || described.contains(name) else {
                throw Problem(message: "'\(name)' in \(place) is not known here")
            }
            switch name {
            case "type":
                for type in value.list ?? [value] where type.text.map(types.contains) != true {
                    let suggestion = type.text.map { Spelling.suggestion(for: $0, among: types) } ?? ""
                    let expected = suggestion.isEmpty ? "; expected \(WorkflowReader.listed(types))" : suggestion
                    throw Problem(message: "\(type.json) in \(place) is no type\(expected)")
                }
            case "properties":
                for (field, inner) in value.object ?? Fields() { try review(inner, at: "'\(field)'") }
            case "items": try review(value, at: "the items of \(place)")
            case "additionalProperties": try review(value, at: "the other fields of \(place)")
            case "anyOf", "allOf":
                for inner in value.list ?? [] { try review(inner, at: "'\(name)' in \(place)") }
            default: break
            }
        }
    }

    /// What is wrong with `value`, with its place: `$.amount: expected a number, found the text "x"`. Nil when it fits.
    public func objection(to value: Value) -> String? { Self.objection(to: value, schema, at: "$") }

    private static func objection(to value: Value, _ schema: Value, at path: String) -> String? {
        if let flag = schema.flag { return flag ? nil : "\(path): nothing is allowed here" }
        guard let fields = schema.object else { return nil }
        if let types = fields["type"] {
            let names = (types.list ?? [types]).compactMap(\.text)
            if !names.contains(where: { isOf($0, value) }) {
                return "\(path): expected \(WorkflowReader.listed(names)), found \(shown(value))"
            }
        }
        if let options = fields["enum"]?.list, !options.contains(where: { isSame($0, value) }) {
            return "\(path): expected one of \(options.map(\.json).joined(separator: ", ")), found \(shown(value))"
        }
        if let only = fields["const"], !isSame(only, value) {
            return "\(path): expected \(only.json), found \(shown(value))"
        }
        for inner in fields["allOf"]?.list ?? [] {
            if let objection = objection(to: value, inner, at: path) { return objection }
        }
        if let options = fields["anyOf"]?.list {
            let objections = options.map { objection(to: value, $0, at: path) }
            if let first = objections.first, objections.allSatisfy({ $0 != nil }) { return first }
        }
        return bounds(of: value, fields, at: path) ?? parts(of: value, fields, at: path)
    }

    private static func bounds(of value: Value, _ fields: Fields, at path: String) -> String? {
        func check(_ size: Double, _ what: String, _ low: String, _ high: String) -> String? {
            if let least = fields[low]?.number, size < least {
                return "\(path): expected at least \(spelled(least))\(what)"
            }
            if let most = fields[high]?.number, size > most {
                return "\(path): expected at most \(spelled(most))\(what)"
            }
            return nil
        }
        if let text = value.text { return check(Double(text.count), " characters", "minLength", "maxLength") }
        if let list = value.list { return check(Double(list.count), " elements", "minItems", "maxItems") }
        guard let number = value.number else { return nil }
        if let least = fields["exclusiveMinimum"]?.number, number <= least {
            return "\(path): expected more than \(spelled(least))"
        }
        if let most = fields["exclusiveMaximum"]?.number, number >= most {
            return "\(path): expected less than \(spelled(most))"
        }
        return check(number, "", "minimum", "maximum")
    }

    private static func parts(of value: Value, _ fields: Fields, at path: String) -> String? {
        if let list = value.list, let items = fields["items"] {
            for (place, element) in list.enumerated() {
                if let objection = objection(to: element, items, at: "\(path)[\(place)]") { return objection }
            }
        }
        guard let object = value.object else { return nil }
        for name in fields["required"]?.list?.compactMap(\.text) ?? [] where object[name] == nil {
            return "\(path): the field '\(name)' is missing"
        }
        let properties = fields["properties"]?.object ?? Fields()
        for (name, inner) in object {
            if let schema = properties[name] {
                if let objection = objection(to: inner, schema, at: "\(path).\(name)") { return objection }
            } else if let others = fields["additionalProperties"] {
                if others == false { return "\(path): the field '\(name)' is not allowed" }
                if let objection = objection(to: inner, others, at: "\(path).\(name)") { return objection }
            }
        }
        return nil
    }

    private static func isOf(_ type: String, _ value: Value) -> Bool {
        switch type {
        case "null": value.isNull
        case "boolean": value.flag != nil
        case "integer": value.integer != nil
        case "number": value.number != nil
        case "string": value.text != nil
        case "array": value.list != nil
        case "object": value.object != nil
        default: false
        }
    }

    private static func isSame(_ a: Value, _ b: Value) -> Bool { a == b || (a.number != nil && a.number == b.number) }

    private static func shown(_ value: Value) -> String {
        let text = value.json
        return text.count > 60 ? text.prefix(59) + "…" : text
    }

    private static func spelled(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? "\(number)" }
}
