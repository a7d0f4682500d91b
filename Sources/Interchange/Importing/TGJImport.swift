import Foundation
public import TraceGraph

/// A trace out of a document of Trace's exchange format (TGJ 1.0), as ``RecordedTrace/tgj`` writes it and `opto.trace.io`
/// does.
///
/// What Optrace wrote beside the fields of the format counts as long as these agree with it: the graph is then read back
/// exactly. Of anything else nodes may stand in any order; a node whose input is nowhere in the document gets it as a
/// constant root; the output is the first of `exports`, or the last node that nothing reads.
public struct TGJImport: Sendable {
    public let trace: RecordedTrace
    /// What could not be taken over, a line each.
    public let remarks: [String]

    /// - Parameter bindings: Roots that are parameters, by what reads them under which name.
    /// - Throws: ``ImportError``.
    public init(_ document: Value, bindings: [SpanBinding] = []) throws(ImportError) {
        guard document["tgj"]?.text?.hasPrefix("1.") == true else {
            throw ImportError(.unreadable, "not a TGJ 1 document: expected an object with \"tgj\": \"1.0\"")
        }
        let records: [Value]
        switch document["nodes"] {
        case .list(let list)?: records = list
        // Older writers keep nodes by their ids.
        case .object(let fields)?:
            records = fields.map { id, node in
                var fields = node.object ?? [:]
                if fields["id"] == nil { fields["id"] = .text(id) }
                return .object(fields)
            }
        default: throw ImportError(.empty, "the document has no nodes")
        }
        let name = document["agent_id"]?.text
        var own: RecordedTrace?
        var remarks: [String] = []
        if let header = document["meta"]?["optrace"] {
            do throws(ImportError) {
                own = try Self.recorded(header, records, exports: document["exports"], bindings: bindings)
            } catch {
                remarks = ["the graph is read by the fields of the format alone, because \(error)"]
            }
        }
        if var own {
            own.workflow = name ?? own.workflow
            trace = own
        } else {
            var reader = TGJReader(records)
            trace = RecordedTrace(
                trace: try reader.trace(exports: document["exports"], bindings: bindings),
                workflow: name ?? document["run_id"]?.text ?? "imported", recorded: Date())
        }
        self.remarks = remarks
    }

    /// The trace by what Optrace wrote beside the fields of the format.
    ///
    /// - Throws: ``ImportError`` with the reason why these count and not that.
    private static func recorded(
        _ header: Value, _ records: [Value], exports: Value?, bindings: [SpanBinding]
    ) throws(ImportError) -> RecordedTrace {
        var reader = try GraphRecordReader(header)
        for record in records {
            try reader.add(
                record["meta"]?["optrace"], value: record["output"]?["value"] ?? record["value"] ?? .null,
                at: "'\(record["id"]?.text ?? "a node")'")
        }
        let trace = try reader.recorded(bindings: []).trace
        let written = TGJNodes(trace)
        for record in records {
            guard let index = record["meta"]?["optrace"]?["index"]?.integer, index < trace.nodes.count else { continue }
            let fields = written.fields(of: trace[NodeID(index)])
            let changed =
                ["id", "name", "kind", "description", "inputs", "trainable", "error"].first {
                    record[$0] ?? .null != fields[$0] ?? .null
                }
                ?? ["start_ns", "duration_ns", "location"].first { name in
                    record["meta"]?[name].map { $0 != fields["meta"]?[name] } ?? false
                }
            if let changed {
                throw ImportError(
                    .contradictory, "'\(changed)' of '\(trace[NodeID(index)].name)' is not what it was exported with")
            }
        }
        guard exports ?? .object([:]) == written.exports else {
            throw ImportError(.contradictory, "'exports' is not what it was exported with")
        }
        return try reader.recorded(bindings: bindings)
    }
}

extension RecordedTrace {
    /// The trace that a document of Trace's exchange format holds; see ``TGJImport``, which also tells what could not be
    /// taken over.
    ///
    /// - Throws: ``ImportError``.
    public init(tgj document: Value, bindings: [SpanBinding] = []) throws(ImportError) {
        self = try TGJImport(document, bindings: bindings).trace
    }
}

/// Reads the nodes of a TGJ document.
private struct TGJReader {
    private let records: [Value]
    private var byID: [String: Int] = [:]
    private var nodes: [NodeDraft] = []
    private var operations = OperationTable()
    private var parameters: [NodeID: ParameterDefinition] = [:]
    private var places: [Int: NodeID] = [:]
    private var constants: [String: NodeID] = [:]
    private var ordinals: [String: Int] = [:]

    init(_ records: [Value]) {
        self.records = records
        for (place, record) in records.enumerated() {
            for key in ["id", "name"] {
                if let name = record[key]?.text, byID[name] == nil { byID[name] = place }
            }
        }
    }

    mutating func trace(exports: Value?, bindings: [SpanBinding]) throws(ImportError) -> Trace {
        guard !records.isEmpty else { throw ImportError(.empty, "the document has no nodes") }
        for place in records.indices { try add(place) }
        for binding in bindings { bind(binding) }
        let named = exports?.object?.first.flatMap { $0.value["ref"]?.text ?? $0.value.text }
        let read = Set(nodes.flatMap { $0.inputs.map(\.node) })
        let last = nodes.indices.last { !read.contains(NodeID($0)) } ?? nodes.count - 1
        let output = named.flatMap { byID[$0] }.flatMap { places[$0] } ?? NodeID(last)
        let values = parameters.map { ($0.value.name, nodes[$0.key.index].value) }
        do {
            return try Trace(
                nodes: nodes, operations: operations.operations, parameters: parameters,
                candidate: Candidate(values: Dictionary(values, uniquingKeysWith: { first, _ in first })),
                outcome: nodes[output.index].kind == .failure ? .failed(output) : .completed(output),
                duration: nodes.map { $0.start + $0.duration }.max() ?? 0)
        } catch {
            throw ImportError(.contradictory, "the nodes make no trace: \(error)")
        }
    }

    /// Makes the root that a binding means a parameter.
    private mutating func bind(_ binding: SpanBinding) {
        let root: NodeID?
        if let span = binding.span {
            let readers = nodes.filter { node in
                node.base == span || node.operation.map { operations[$0].name == span } ?? false
            }
            root = readers.lazy.flatMap(\.inputs).first { $0.name == binding.input }?.node
        } else {
            root = nodes.indices.first { nodes[$0].base == binding.input }.map { NodeID($0) }
        }
        guard let root, nodes[root.index].inputs.isEmpty,
            !parameters.contains(where: { $0.key != root && $0.value.name == binding.parameter.name }),
            let value = try? binding.parameter.checked(nodes[root.index].value)
        else { return }
        nodes[root.index].kind = .parameter
        nodes[root.index].operation = nil
        nodes[root.index].value = value
        parameters[root] = binding.parameter
    }

    /// Adds a node after all that it reads, without recursion: a chain may be as long as it likes.
    private mutating func add(_ first: Int) throws(ImportError) {
        var path = [first]
        var open: Set<Int> = []
        while let place = path.last {
            if places[place] != nil {
                path.removeLast()
                continue
            }
            let references = Self.inputs(of: records[place]).compactMap { $0.reference.flatMap { byID[$0] } }
            let missing = references.filter { places[$0] == nil }
            if missing.isEmpty {
                try insert(place)
                open.remove(place)
                path.removeLast()
            } else {
                guard open.insert(place).inserted else {
                    let name = records[place]["id"]?.text ?? "\(place)"
                    throw ImportError(.contradictory, "node '\(name)' is made from itself")
                }
                path += missing
            }
        }
    }

    private mutating func insert(_ place: Int) throws(ImportError) {
        let record = records[place]
        let kindName = record["kind"]?.text ?? (record["inputs"] == nil ? "value" : "message")
        let name = record["name"]?.text ?? record["id"]?.text ?? "node"
        let inputs = Self.inputs(of: record).map { input in
            Node.Input(name: input.name, node: source(of: input))
        }
        let description = record["description"]?.text ?? ""
        var kind: Node.Kind = inputs.isEmpty ? .input : .operation
        var value = record["output"]?["value"] ?? record["value"] ?? record["data"] ?? .null
        switch kindName {
        case "parameter": kind = record["trainable"]?.flag == false ? .input : .parameter
        case "exception":
            kind = .failure
            let type = record["error"]?["type"]?.text ?? "Exception"
            value = .text("(\(type)) \(record["error"]?["message"]?.text ?? value.plainText)")
        default: break
        }
        let base = Self.base(record["id"]?.text, or: name)
        let ordinal = ordinals[base, default: 0]
        ordinals[base] = ordinal + 1
        var operation: Int?
        if kind == .operation || kind == .failure { operation = self.operation(described: description, or: base) }
        nodes.append(
            NodeDraft(
                base: base, ordinal: ordinal, kind: kind, operation: operation,
                inputs: kind == .parameter || kind == .input ? [] : inputs, value: value,
                start: Self.nanoseconds(record["meta"]?["start_ns"]),
                duration: Self.nanoseconds(record["meta"]?["duration_ns"])))
        let node = NodeID(nodes.count - 1)
        places[place] = node
        if kind == .parameter {
            parameters[node] = ParameterDefinition(
                name, kind: Self.kind(of: value), initial: value,
                documentation: description.replacing("[Parameter]", with: "").trimmingCharacters(in: .whitespaces))
        }
    }

    /// `[format] Puts values into a text.`
    private mutating func operation(described description: String, or name: String) -> Int {
        var operation = TraceGraph.Operation(name: name, documentation: description)
        if description.hasPrefix("["), let end = description.firstIndex(of: "]") {
            operation.name = String(description[description.index(after: description.startIndex)..<end])
            operation.documentation = description[description.index(after: end)...]
                .trimmingCharacters(in: .whitespaces)
        }
        return operations.place(of: operation)
    }

    private mutating func source(of input: Input) -> NodeID {
        if let place = input.reference.flatMap({ byID[$0] }), let node = places[place] { return node }
        let value = input.literal ?? input.reference.map(Value.text) ?? .null
        let key = "\(input.name)=\(value.json)"
        if let known = constants[key] { return known }
        let ordinal = ordinals[input.name, default: 0]
        ordinals[input.name] = ordinal + 1
        nodes.append(
            NodeDraft(base: input.name, ordinal: ordinal, kind: .constant, operation: nil, inputs: [], value: value))
        constants[key] = NodeID(nodes.count - 1)
        return NodeID(nodes.count - 1)
    }

    // MARK: Forms

    private static func nanoseconds(_ value: Value?) -> Int64 { ClaimBounds.time(value?.integer ?? 0) }

    private struct Input {
        let name: String
        let reference: String?
        let literal: Value?
    }

    private static func inputs(of record: Value) -> [Input] {
        guard let fields = record["inputs"]?.object else { return [] }
        return fields.map { name, value in
            if let reference = value["ref"]?.text { return Input(name: name, reference: reference, literal: nil) }
            if let literal = value["literal"] ?? value["value"] {
                return Input(name: name, reference: nil, literal: literal)
            }
            return Input(name: name, reference: value.text, literal: value)
        }
    }

    /// `reply` of `reply:3`; the part after the last slash of a scoped id.
    private static func base(_ id: String?, or name: String) -> String {
        guard let id else { return name }
        let last = id.split(separator: "/").last.map(String.init) ?? id
        guard let colon = last.lastIndex(of: ":"), last[last.index(after: colon)...].allSatisfy(\.isNumber) else {
            return last
        }
        let base = String(last[..<colon])
        return base.isEmpty ? name : base
    }

    private static func kind(of value: Value) -> ParameterKind {
        switch value {
        case .flag: .flag
        case .integer: .integer
        case .number: .number
        case .list: .examples
        default: .text
        }
    }
}
