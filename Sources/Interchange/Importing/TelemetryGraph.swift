import TraceGraph

/// Puts the spans of one trace together into a graph.
struct TelemetryGraph {
    /// Texts shorter than this say nothing about where they come from.
    private static let telling = 12

    private let spans: [ImportedSpan]
    private let begin: UInt64
    private var nodes: [NodeDraft] = []
    private var operations: [Operation] = []
    private var scopes: [Scope] = []
    private var calls: [ModelCall] = []
    private var ordinals: [String: Int] = [:]
    private var nodeOfSpan: [String: NodeID] = [:]
    private var scopeOfSpan: [String: Int] = [:]
    private var inferred = 0

    init(_ spans: [ImportedSpan]) {
        self.spans = spans
        begin = spans.map(\.start).min() ?? 0
    }

    mutating func imported(as identifier: String) throws(ImportError) -> TelemetryImport.Imported {
        let known = Dictionary(spans.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let inner = Dictionary(grouping: spans, by: \.parent)
        for span in spans.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) { open(span, known, inner) }
        // What is inside ends first; what was read ended before.
        let order = spans.sorted { a, b in
            if a.end != b.end { return a.end < b.end }
            return depth(of: a, known) > depth(of: b, known)
        }
        for span in order { add(span, inner[span.id] ?? [], known) }
        let roots = spans.filter { known[$0.parent] == nil }
        guard let last = roots.max(by: { ($0.end, $0.start) < ($1.end, $1.start) }), let result = nodeOfSpan[last.id]
        else {
            throw ImportError("the spans of trace \(identifier) hang from each other in a circle")
        }
        let duration = Int64(clamping: (spans.map(\.end).max() ?? begin) - begin)
        do {
            let trace = try Trace(
                nodes: nodes, operations: operations, scopes: scopes,
                candidate: Candidate(values: [:], origin: "imported"),
                outcome: last.failure == nil ? .completed(result) : .failed(result), duration: duration, calls: calls)
            return TelemetryImport.Imported(
                identifier: identifier, name: last.name, trace: trace, spans: spans.count, inferredEdges: inferred)
        } catch {
            throw ImportError("the spans of trace \(identifier) make no graph: \(error)")
        }
    }

    private func depth(of span: ImportedSpan, _ known: [String: ImportedSpan]) -> Int {
        var (depth, next) = (0, known[span.parent])
        while let span = next, depth < spans.count {
            depth += 1
            next = known[span.parent]
        }
        return depth
    }

    /// A scope for every span that has others below it.
    private mutating func open(
        _ span: ImportedSpan, _ known: [String: ImportedSpan], _ inner: [String: [ImportedSpan]]
    ) {
        guard inner[span.id] != nil else { return }
        scopes.append(Scope(name: span.name, parent: scopeOfSpan[span.parent]))
        scopeOfSpan[span.id] = scopes.count - 1
    }

    private mutating func add(_ span: ImportedSpan, _ inside: [ImportedSpan], _ known: [String: ImportedSpan]) {
        let (read, made) = (SpanContent.input(of: span), SpanContent.output(of: span))
        var inputs = linked(span)
        if inputs.isEmpty { inputs = inferred(for: span, reading: read, known) }
        if let read, inputs.isEmpty || inside.isEmpty, !inputs.contains(where: { nodes[$0.node.index].value == read }) {
            let root = append(
                NodeDraft(
                    base: "\(base(span))_input", ordinal: 0, kind: .input, operation: nil, inputs: [], value: read,
                    scope: scopeOfSpan[span.parent], start: offset(span.start)))
            inputs.insert(Node.Input(name: "input", node: root), at: 0)
        }
        let results = inside.filter { nodeOfSpan[$0.id] != nil }.sorted { ($0.end, $0.start) < ($1.end, $1.start) }
        if let last = results.last, let node = nodeOfSpan[last.id] {
            inputs.removeAll { $0.node == node }
            inputs.append(Node.Input(name: "result", node: node))
        }
        operations.append(
            Operation(
                name: span.name, documentation: SpanContent.documentation(of: span),
                location: SpanContent.location(of: span)))
        let isFailure = span.failure != nil
        let node = append(
            NodeDraft(
                base: base(span), ordinal: 0, kind: isFailure ? .failure : .operation, operation: operations.count - 1,
                inputs: inputs, value: isFailure ? .text(SpanContent.failure(of: span)) : made ?? .null,
                scope: scopeOfSpan[span.parent], start: offset(span.start),
                duration: Int64(clamping: span.end >= span.start ? span.end - span.start : 0)))
        nodeOfSpan[span.id] = node
        if var call = SpanContent.call(of: span) {
            call.node = node
            call.start = offset(span.start)
            call.duration = Int64(clamping: span.end >= span.start ? span.end - span.start : 0)
            calls.append(call)
        }
    }

    private func offset(_ time: UInt64) -> Int64 { Int64(clamping: time >= begin ? time - begin : 0) }

    private func base(_ span: ImportedSpan) -> String {
        let name = span.name.map { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "." ? $0 : "_" }
        return name.isEmpty ? "span" : String(name)
    }

    private mutating func append(_ draft: NodeDraft) -> NodeID {
        var draft = draft
        draft.ordinal = ordinals[draft.base, default: 0]
        ordinals[draft.base] = draft.ordinal + 1
        nodes.append(draft)
        return NodeID(nodes.count - 1)
    }

    /// The edges that links tell.
    private func linked(_ span: ImportedSpan) -> [Node.Input] {
        span.links.compactMap { link in
            nodeOfSpan[link.span].map {
                Node.Input(name: link.attributes["optrace.argument"]?.text ?? nodes[$0.index].base, node: $0)
            }
        }
    }

    /// From what the span read, else from when it began.
    private mutating func inferred(
        for span: ImportedSpan, reading read: Value?, _ known: [String: ImportedSpan]
    ) -> [Node.Input] {
        let before = spans.filter { $0.id != span.id && $0.end <= span.start && nodeOfSpan[$0.id] != nil }
            .sorted { ($0.end, $0.start) < ($1.end, $1.start) }
        var found: [ImportedSpan] = []
        if let text = read?.plainText {
            var seen: Set<String> = []
            for other in before.reversed() {
                guard let made = SpanContent.output(of: other)?.plainText, made.count >= Self.telling || made == text,
                    !made.isEmpty, text.contains(made), seen.insert(made).inserted
                else { continue }
                found.insert(other, at: 0)
            }
        }
        if found.isEmpty, let last = before.last(where: { $0.parent == span.parent }) { found = [last] }
        inferred += found.count
        return found.compactMap { other in
            nodeOfSpan[other.id].map { Node.Input(name: "\(base(other)) (inferred)", node: $0) }
        }
    }
}
