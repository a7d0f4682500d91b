/// Where traces that another tool recorded hold the value of a parameter.
public struct TraceBinding: Sendable, Hashable {
    public var parameter: String
    /// The span, or the operation; nil for any.
    public var operation: String?
    /// The input of it, or its attribute.
    public var input: String
    public var location: FileLocation
}

extension WorkflowReader {
    /// `parameter: span/attribute`, or with `span` and `input`.
    func readBindings(_ entry: SourceNode.Entry?) -> [TraceBinding] {
        guard let entry, let entries = anyEntries(of: entry.value, what: "bindings") else { return [] }
        return entries.compactMap { entry in
            guard meanings[entry.key] == .parameter else {
                let known = names.filter { $0.meaning == .parameter }.map(\.name)
                let suggestion = Spelling.suggestion(for: entry.key, among: known)
                let list = known.isEmpty ? "; declare it under 'parameters'" : "; expected \(Self.listed(known))"
                error(entry.place, "no parameter is called '\(entry.key)'" + (suggestion.isEmpty ? list : suggestion))
                return nil
            }
            used.insert(entry.key)
            return place(entry).map {
                TraceBinding(
                    parameter: entry.key, operation: $0.operation, input: $0.input, location: location(entry.place))
            }
        }
    }

    private func place(_ entry: SourceNode.Entry) -> (operation: String?, input: String)? {
        if case .mapping = entry.value.content {
            guard let keys = entries(of: entry.value, keys: WorkflowKeys.traceBinding, what: "a binding") else {
                return nil
            }
            guard let input = text(keys["input"]), !input.isEmpty else {
                if keys["input"] == nil { error(entry.place, "the binding names no 'input'") }
                return nil
            }
            return (text(keys["span"]), input)
        }
        guard let written = text(entry) else { return nil }
        // Names of spans have slashes, those of attributes have none.
        guard let slash = written.lastIndex(of: "/") else { return written.isEmpty ? nil : (nil, written) }
        let (span, input) = (written[..<slash], written[written.index(after: slash)...])
        guard !span.isEmpty, !input.isEmpty else {
            error(entry.value.place, "expected span/attribute for '\(entry.key)', such as generate/system")
            return nil
        }
        return (String(span), String(input))
    }
}
