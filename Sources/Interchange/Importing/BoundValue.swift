import TraceGraph

/// What a recorded value says of the parameter it is bound to.
///
/// A text with placeholders is recorded filled in: then the parameter has the text as it is known, and what was filled in
/// is told beside it.
struct BoundValue {
    let value: Value
    /// By placeholder, in the order they stand.
    let filled: [(name: String, value: Value)]

    /// - Throws: `ParameterError` when the parameter cannot have the value.
    init(_ recorded: Value, of definition: ParameterDefinition) throws(ParameterError) {
        if definition.kind == .text, let text = recorded.text, let template = definition.initial.text,
            text != template, let filled = Self.filling(of: template, giving: text)
        {
            value = definition.initial
            self.filled = filled
            return
        }
        value = try definition.checked(recorded)
        filled = []
    }

    /// What has to stand in place of each `{{name}}` to make `text`; nil where that cannot be told, or `template` has none.
    ///
    /// What stands between the placeholders is looked for from the beginning on: the shortest filling counts.
    static func filling(of template: String, giving text: String) -> [(name: String, value: Value)]? {
        var parts: [(name: String, after: Substring)] = []
        var rest = template[...]
        guard let first = rest.firstRange(of: "{{") else { return nil }
        let before = rest[..<first.lowerBound]
        rest = rest[first.lowerBound...]
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            let name = rest[open.upperBound..<close.lowerBound].filter { !$0.isWhitespace }
            guard !name.isEmpty, !"#^/.".contains(name.first ?? "#") else { return nil }
            rest = rest[close.upperBound...]
            let end = rest.firstRange(of: "{{")?.lowerBound ?? rest.endIndex
            parts.append((String(name), rest[..<end]))
            rest = rest[end...]
        }
        guard text.hasPrefix(before), !parts.isEmpty else { return nil }
        var left = text.dropFirst(before.count)
        var filled: [(name: String, value: Value)] = []
        for (place, part) in parts.enumerated() {
            let isLast = place == parts.count - 1
            let content: Substring
            if isLast {
                guard left.hasSuffix(part.after) else { return nil }
                content = left.dropLast(part.after.count)
                left = ""
            } else {
                // Two placeholders side by side: nothing tells where one ends.
                guard !part.after.isEmpty, let next = left.firstRange(of: part.after) else { return nil }
                content = left[..<next.lowerBound]
                left = left[next.upperBound...]
            }
            if let known = filled.first(where: { $0.name == part.name }) {
                guard known.value.text == String(content) else { return nil }
            } else {
                filled.append((part.name, .text(String(content))))
            }
        }
        return filled
    }
}
