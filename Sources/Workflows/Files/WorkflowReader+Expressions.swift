import TraceGraph

extension WorkflowReader {
    /// What stands for a value, or nil after a report.
    func expression(_ node: SourceNode) -> Expression? {
        switch node.content {
        case .unusable: return nil
        case .scalar(let scalar):
            return expression(scalar, of: node)
        case .list(let list):
            let elements = list.compactMap(expression)
            guard elements.count == list.count else { return nil }
            let values = elements.compactMap(\.literal)
            return values.count == elements.count ? .literal(.list(values)) : .list(elements)
        case .mapping:
            guard let entries = anyEntries(of: node, what: "an object") else { return nil }
            let bindings = entries.compactMap { entry in expression(entry.value).map { Binding(entry.key, $0) } }
            guard bindings.count == entries.count else { return nil }
            let values = bindings.compactMap { binding in binding.expression.literal.map { (binding.name, $0) } }
            return values.count == bindings.count ? .literal(.object(Fields(values))) : .object(bindings)
        }
    }

    private func expression(_ scalar: SourceNode.Scalar, of node: SourceNode) -> Expression? {
        if scalar.text.hasPrefix("$$") { return .literal(.text(String(scalar.text.dropFirst()))) }
        if let reference = Reference(scalar.text, location: location(node.place)) {
            return resolve(reference) ? .reference(reference) : nil
        }
        if scalar.text.contains("{{") {
            let source = SourceText(text: scalar.text, file: nil, location: location(node.place), layout: scalar.layout)
            guard let placed = template(source) else { return nil }
            return resolveNames(of: placed, in: source, among: names.map(\.name)) ? .template(placed) : nil
        }
        return .literal(SourceNode.meaning(of: scalar))
    }

    /// Marks the name as used; false, after a report, when nothing has it.
    func resolve(_ reference: Reference) -> Bool {
        used.insert(reference.name)
        guard meanings[reference.name] == nil else { return true }
        let suggestion = Spelling.suggestion(for: reference.name, among: names.map(\.name))
        error(
            reference.location,
            "nothing is called $\(reference.name)"
                + (suggestion.isEmpty ? "; expected \(Self.references(names.map(\.name)))" : suggestion))
        return false
    }

    private static func references(_ names: [String]) -> String {
        names.isEmpty ? "a declared name" : "one of " + names.map { "$" + $0 }.joined(separator: ", ")
    }

    /// Marks the template's names as used; false, after reports, when one is not among `available`.
    func resolveNames(
        of placed: PlacedTemplate, in source: SourceText, among available: [String],
        hint: (String) -> String = { _ in "" }
    ) -> Bool {
        used.formUnion(placed.template.names)
        var isFine = true
        var reported: Set<String> = []
        for path in placed.template.requiredNames {
            let name = path.components.first ?? "."
            guard !available.contains(name), reported.insert(name).inserted else { continue }
            let message =
                name == "."
                ? "{{.}} stands outside of a list section"
                : Template.unknown(path, available: available).message + hint(name)
            error(source.location(line: path.line, column: path.column), message)
            isFine = false
        }
        return isFine
    }
}

extension Expression {
    var literal: Value? {
        if case .literal(let value) = self { value } else { nil }
    }
}
