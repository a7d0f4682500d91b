import Foundation
import TraceGraph

/// Spans of one trace made into a graph.
///
/// A span is an operation. What it read is taken from three sources, the surer ones first:
/// 1. links that name their argument (`optrace.argument`, as Optrace's own export writes them);
/// 2. values: an input that equals what an earlier span put out was made from it;
/// 3. order: a span that would hang in the air reads the one that ended last before it began, among its siblings.
///
/// Edges of the last two kinds are inferred, and called so wherever they are seen: their argument's name begins with
/// ``inferred``. A span with spans inside is a composite operation and reads what none of the inner ones read on.
struct SpanGraph {
    /// How the argument of an edge begins that no span named.
    static let inferred = "inferred_"
    /// Shorter texts are equal by chance.
    private static let shortestTelling = 8

    /// Spans inside one another beyond this are left out: nobody nests so deep but by mistake.
    private static let deepest = 500

    private let spans: [ImportedSpan]
    /// By the parent's id, in order.
    private let children: [String: [ImportedSpan]]
    private let bindings: [SpanBinding]
    private(set) var remarks: [String] = []

    private var nodes: [NodeDraft] = []
    private var operations = OperationTable()
    private var scopes: [Scope] = []
    private var parameters: [NodeID: ParameterDefinition] = [:]
    private var parameterNodes: [String: NodeID] = [:]
    /// Parameters whose inputs some span has, whatever their values.
    private var met: Set<String> = []
    private var calls: [ModelCall] = []
    private var feedback: [Feedback] = []
    private var ordinals: [String: Int] = [:]
    /// By span.
    private var places: [String: NodeID] = [:]
    /// Those that are placed, by what they put out.
    private var sources: [Value: EndOrder<UInt64, NodeID>] = [:]
    /// Those that are placed, by the span they are inside of.
    private var siblings: [String: EndOrder<UInt64, NodeID>] = [:]
    private var roots: [RootKey: NodeID] = [:]
    private let origin: UInt64

    init(_ spans: [ImportedSpan], bindings: [SpanBinding]) {
        var seen: Set<String> = []
        self.spans = spans.filter { seen.insert($0.id).inserted }.map { span in
            // A clock that was set back in between.
            var span = span
            span.end = max(span.start, span.end)
            return span
        }
        self.children = Dictionary(grouping: self.spans) { $0.parent }.mapValues { $0.sorted(by: Self.earlier) }
        self.bindings = bindings
        self.origin = spans.map(\.start).min() ?? 0
        if self.spans.count < spans.count {
            remarks.append("\(spans.count - self.spans.count) spans came twice and were taken once")
        }
    }

    private struct RootKey: Hashable {
        let name: String
        let value: Value
    }

    /// The whole trace.
    ///
    /// - Throws: ``ImportError`` with code `contradictory`, which would be a fault of this importer.
    mutating func recorded(workflow: String?) throws(ImportError) -> RecordedTrace {
        let ids = Set(spans.map(\.id))
        let roots = spans.filter { !ids.contains($0.parent) }
        if roots.count > 1 { remarks.append("\(roots.count) spans have no parent here; the last to end is the output") }
        for root in roots.sorted(by: Self.earlier) { _ = place(root, inside: nil, depth: 0) }
        let last = roots.max { $0.end == $1.end ? Self.earlier($0, $1) : $0.end < $1.end }
        guard let last, let output = places[last.id] else {
            throw ImportError(.contradictory, "no span of the trace stands at its top: each is inside another one")
        }
        for binding in bindings where !met.contains(binding.parameter.name) {
            let place = (binding.span.map { "\($0)/" } ?? "") + binding.input
            remark("'\(binding.parameter.name)' is in none of its spans: nothing is called \(place)")
        }
        let left = spans.count { places[$0.id] == nil && !$0.isModelCallOfNode }
        if left > 0 {
            remarks.append(
                "\(left) spans were left out: they are inside one another in a circle, or more than \(Self.deepest) deep"
            )
        }
        let outcome: Trace.Outcome = last.failure == nil ? .completed(output) : .failed(output)
        let end = spans.map(\.end).max() ?? origin
        let trace: Trace
        do {
            trace = try Trace(
                nodes: nodes, operations: operations.operations, scopes: scopes, parameters: parameters,
                candidate: Candidate(values: Dictionary(parameterValues, uniquingKeysWith: { first, _ in first })),
                outcome: outcome, duration: ImportedSpan.time(from: origin, to: end), calls: calls, feedback: feedback)
        } catch {
            throw ImportError(.contradictory, "the spans make no graph: \(error)")
        }
        let name = workflow ?? last.attributes["optrace.workflow"]?.text ?? (last.service.isEmpty ? nil : last.service)
        return RecordedTrace(
            trace: trace, workflow: name ?? last.name,
            recorded: Date(timeIntervalSince1970: Double(end) / 1e9))
    }

    private var parameterValues: [(String, Value)] {
        parameterNodes.map { ($0.key, nodes[$0.value.index].value) }
    }

    private static func earlier(_ a: ImportedSpan, _ b: ImportedSpan) -> Bool {
        a.start == b.start ? a.id < b.id : a.start < b.start
    }

    // MARK: Spans

    /// - Returns: Whether the span is a model call, or one is inside of it.
    private mutating func place(_ span: ImportedSpan, inside scope: Int?, depth: Int) -> Bool {
        guard places[span.id] == nil, depth <= Self.deepest else { return false }
        let children = (children[span.id] ?? []).filter { $0.id != span.id }
        let inner = children.filter { !$0.isModelCallOfNode }
        var innerScope: Int?
        var hasCall = children.contains(where: \.isModelCallOfNode)
        if !inner.isEmpty {
            innerScope = scopes.count
            scopes.append(Scope(name: span.operationName, parent: scope))
            for child in inner where place(child, inside: innerScope, depth: depth + 1) { hasCall = true }
        }
        var inputs = inputs(of: span, inside: scope)
        let reads = Set(inputs.map(\.node))
        for sink in sinks(of: inner) where !reads.contains(sink) {
            inputs.append(Node.Input(name: "\(Self.inferred)result", node: sink))
        }
        if inputs.isEmpty, let before = siblings[span.parent]?.last(endingBy: span.start) {
            inputs.append(Node.Input(name: "\(Self.inferred)previous", node: before))
        }
        let node = append(
            span.operationName, kind: span.failure == nil ? .operation : .failure, value: span.output, inputs: inputs,
            operation: TraceGraph.Operation(
                name: span.operationName, documentation: span.documentation,
                location: span.attribute("code.location", "code.file.path", "code.filepath")?.text ?? ""),
            scope: scope, start: span.start, end: span.end)
        places[span.id] = node
        sources[span.output, default: EndOrder()].insert(node, endingAt: span.end)
        siblings[span.parent, default: EndOrder()].insert(node, endingAt: span.end)
        // Of spans that tell the same call, client inside of framework, the innermost counts; a transfer in it is none.
        let own = span.isModelCall && !hasCall ? [span] : []
        for call in children.filter(\.isModelCallOfNode) + own {
            calls.append(call.modelCall(at: node, since: origin))
        }
        feedback += span.feedback(on: node)
        return hasCall || span.isModelCall
    }

    private mutating func append(
        _ base: String, kind: Node.Kind, value: Value, inputs: [Node.Input] = [],
        operation: TraceGraph.Operation? = nil, scope: Int? = nil, start: UInt64, end: UInt64
    ) -> NodeID {
        let ordinal = ordinals[base, default: 0]
        ordinals[base] = ordinal + 1
        let index = operation.map { operations.place(of: $0) }
        nodes.append(
            NodeDraft(
                base: base, ordinal: ordinal, kind: kind, operation: index, inputs: inputs, value: value, scope: scope,
                start: ImportedSpan.time(from: origin, to: start), duration: ImportedSpan.time(from: start, to: end)))
        return NodeID(nodes.count - 1)
    }

    // MARK: Edges

    private mutating func inputs(of span: ImportedSpan, inside scope: Int?) -> [Node.Input] {
        var inputs: [Node.Input] = []
        var linked: Set<String> = []
        for link in span.links {
            guard let name = link.attributes["optrace.argument"]?.text, let node = places[link.span] else { continue }
            inputs.append(Node.Input(name: name, node: node))
            linked.insert(name)
        }
        var given = span.inputs
        for binding in bindings where binding.span == nil || binding.span == span.name {
            // An attribute that is none of the usual inputs.
            if given[binding.input] == nil, let value = span.attributes[binding.input] { given[binding.input] = value }
        }
        var filled: [(name: String, value: Value)] = []
        for (name, value) in given where !linked.contains(name) {
            if let bound = parameter(for: name, value, of: span) {
                inputs.append(Node.Input(name: name, node: bound.node))
                filled += bound.filled
            }
        }
        let bound = Set(inputs.map(\.name))
        let rest = filled.filter { given[$0.name] == nil } + given.filter { !linked.contains($0.name) }
        for (name, value) in rest where !bound.contains(name) {
            if let source = source(of: value, before: span) {
                inputs.append(Node.Input(name: "\(Self.inferred)\(name)", node: source))
            } else {
                inputs.append(Node.Input(name: name, node: root(name, value, span)))
            }
        }
        return inputs
    }

    /// One root for each name and value.
    private mutating func root(_ name: String, _ value: Value, _ span: ImportedSpan) -> NodeID {
        let key = RootKey(name: name, value: value)
        if let known = roots[key] { return known }
        let node = append(name, kind: .input, value: value, start: span.start, end: span.start)
        roots[key] = node
        return node
    }

    /// The node of the parameter that the input is bound to, and what its placeholders were filled with; nil for an input
    /// that is none, or whose value the parameter cannot have.
    private mutating func parameter(
        for name: String, _ value: Value, of span: ImportedSpan
    ) -> (node: NodeID, filled: [(name: String, value: Value)])? {
        let bound = bindings.first { $0.input == name && ($0.span == nil || $0.span == span.name) }
        guard let definition = bound?.parameter else { return nil }
        let key = definition.name
        met.insert(key)
        let read: BoundValue
        do throws(ParameterError) {
            read = try BoundValue(value, of: definition)
        } catch {
            remark("\(span.name)/\(name) is not '\(key)': \(error.reason)")
            return nil
        }
        if let known = parameterNodes[key] {
            if nodes[known.index].value == read.value { return (known, read.filled) }
            remark("'\(key)' has several values in one trace; only the first is the parameter's")
            return nil
        }
        let node = append(key, kind: .parameter, value: read.value, start: span.start, end: span.start)
        parameterNodes[key] = node
        parameters[node] = definition
        return (node, read.filled)
    }

    private mutating func remark(_ text: String) {
        if !remarks.contains(text) { remarks.append(text) }
    }

    /// The latest span that had ended before `span` began and put out exactly `value`.
    private func source(of value: Value, before span: ImportedSpan) -> NodeID? {
        if let text = value.text, text.utf8.count < Self.shortestTelling { return nil }
        guard value.text != nil || value.list?.isEmpty == false || value.object?.isEmpty == false else { return nil }
        return sources[value]?.last(endingBy: span.start)
    }

    /// Results that no other of `inner` reads.
    private func sinks(of inner: [ImportedSpan]) -> [NodeID] {
        let results = inner.compactMap { places[$0.id] }
        let read = Set(results.flatMap { nodes[$0.index].inputs.map(\.node) })
        return results.filter { !read.contains($0) }
    }
}
