public import TraceGraph

extension Template {
    /// The text with everything filled in.
    ///
    /// - Parameter values: What the names stand for.
    /// - Throws: ``TemplateError`` with the code `unknownName` for a name, or a field, that is not there; it says what is.
    /// - Complexity: O(length of the result and of the template's parts that went into it).
    public func rendered(with values: Fields) throws(TemplateError) -> String {
        var renderer = TemplateRenderer(outer: values)
        try renderer.render(parts)
        return renderer.text
    }
}

/// Fills a template's parts in, from the outside to the inside.
private struct TemplateRenderer {
    var text = ""
    private let outer: Fields
    private var elements: [Value] = []

    init(outer: Fields) { self.outer = outer }

    mutating func render(_ parts: [Template.Part]) throws(TemplateError) {
        for part in parts {
            switch part {
            case .text(let plain):
                text += plain
            case .value(let path):
                text += try value(at: path).plainText
            case .section(let path, isInverted: true, let inner):
                if !Self.stands(try value(at: path)) { try render(inner) }
            case .section(let path, isInverted: false, let inner):
                let value = try value(at: path)
                switch value {
                case .list(let list):
                    for element in list { try render(inner, inside: element) }
                default:
                    if Self.stands(value) { try render(inner, inside: value) }
                }
            }
        }
    }

    private mutating func render(_ parts: [Template.Part], inside element: Value) throws(TemplateError) {
        elements.append(element)
        defer { elements.removeLast() }
        try render(parts)
    }

    private static func stands(_ value: Value) -> Bool {
        switch value {
        case .null: false
        case .flag(let flag): flag
        case .text(let text): !text.isEmpty
        case .list(let list): !list.isEmpty
        case .object(let fields): !fields.isEmpty
        case .integer, .number, .bytes, .opaque: true
        }
    }

    private func value(at path: Template.Path) throws(TemplateError) -> Value {
        guard let name = path.components.first else {
            guard let element = elements.last else {
                throw TemplateError(
                    .unknownName, "'{{.}}' stands outside of a list section", line: path.line, column: path.column)
            }
            return element
        }
        guard var value = lookUp(name) else { throw Template.unknown(path, available: availableNames) }
        for field in path.components.dropFirst() {
            guard let next = value[field] else {
                let fields = value.object.map { $0.names.joined(separator: ", ") }
                let reason = fields.map { "its fields are \($0)" } ?? "it is no object but a \(value.kindName)"
                throw TemplateError(
                    .unknownName, "{{\(path.text)}} has no field '\(field)': \(reason)", line: path.line,
                    column: path.column)
            }
            value = next
        }
        return value
    }

    private func lookUp(_ name: String) -> Value? {
        for element in elements.reversed() {
            if let value = element[name] { return value }
        }
        return outer[name]
    }

    private var availableNames: [String] {
        var names: [String] = []
        for element in elements.reversed() { names += element.object?.names ?? [] }
        names += outer.names
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}
