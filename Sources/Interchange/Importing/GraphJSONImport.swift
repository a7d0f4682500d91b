public import TraceGraph

/// Traces made of documents of TGJ 1.0, the exchange format of Trace.
public enum GraphJSONImport {
    /// The trace that a document holds. Parameters become parameters of the trace, `message` nodes operations with their
    /// inputs by name, `exception` nodes failures; other nodes are inputs.
    ///
    /// The exported `output`, else the last node, is what the trace ends with.
    ///
    /// - Throws: ``ImportError`` saying which node cannot be read.
    /// - Complexity: O(nodes + edges).
    public static func trace(in document: Value) throws(ImportError) -> Trace {
        guard document["tgj"]?.plainText == "1.0" else {
            throw ImportError("this is no document of TGJ 1.0: 'tgj' is \(document["tgj"]?.json ?? "missing")")
        }
        guard let listed = document["nodes"]?.list else { throw ImportError("the document has no list of 'nodes'") }
        var reader = GraphJSONReader()
        for node in listed { try reader.add(node) }
        return try reader.trace(endingWith: document["exports"]?["output"]?["ref"]?.text)
    }
}

/// Puts the nodes of a document in order and together.
private struct GraphJSONReader {
    private var records: [String: Value] = [:]
    private var order: [String] = []
    private var nodes: [NodeDraft] = []
    private var operations: [Operation] = []
    private var parameters: [NodeID: ParameterDefinition] = [:]
    private var placed: [String: NodeID] = [:]
    private var ordinals: [String: Int] = [:]

    mutating func add(_ node: Value) throws(ImportError) {
        guard let id = node["id"]?.text else {
            throw ImportError("a node has no 'id': \(String(node.json.prefix(80)))")
        }
        guard records[id] == nil else { throw ImportError("two nodes are called '\(id)'") }
        records[id] = node
        order.append(id)
    }

    mutating func trace(endingWith output: String?) throws(ImportError) -> Trace {
        for id in order { try place(id) }
        guard let last = output.flatMap({ placed[$0] }) ?? order.last.flatMap({ placed[$0] }) else {
            throw ImportError("the document has no nodes")
        }
        let values = Dictionary(
            parameters.values.map { ($0.name, $0.initial) }, uniquingKeysWith: { first, _ in first })
        do {
            return try Trace(
                nodes: nodes, operations: operations, parameters: parameters,
                candidate: Candidate(values: values, origin: "imported"),
                outcome: nodes[last.index].kind == .failure ? .failed(last) : .completed(last),
                duration: nodes.map { $0.start + $0.duration }.max() ?? 0)
        } catch {
            throw ImportError("the nodes make no graph: \(error)")
        }
    }

    /// Places a node after all that it reads; without calling itself, for chains may be long.
    private mutating func place(_ id: String) throws(ImportError) {
        var stack = [id]
        var open: Set<String> = []
        while let top = stack.last {
            guard placed[top] == nil else {
                stack.removeLast()
                continue
            }
            guard let record = records[top] else { throw ImportError("'\(top)' is read by a node and is not there") }
            let missing = Self.inputs(of: record).map(\.reference).filter { placed[$0] == nil }
            if missing.isEmpty {
                try append(top, record)
                stack.removeLast()
            } else {
                guard open.insert(top).inserted else { throw ImportError("'\(top)' reads itself in the end") }
                stack += missing
            }
        }
    }

    private static func inputs(of record: Value) -> [(name: String, reference: String)] {
        (record["inputs"]?.object ?? Fields()).compactMap { name, input in
            (input["ref"]?.text ?? input.text).map { (name, $0) }
        }
    }

    private mutating func append(_ id: String, _ record: Value) throws(ImportError) {
        let kind = record["kind"]?.text ?? "value"
        let name = record["name"]?.text ?? id
        let (tag, documentation) = Self.parts(of: record["description"]?.text ?? "")
        var draft = NodeDraft(
            base: Self.base(id, name), ordinal: 0, kind: .input, operation: nil, inputs: [],
            value: record["value"] ?? record["output"]?["value"] ?? .null,
            start: Int64(record["meta"]?["start_ns"]?.integer ?? 0),
            duration: Int64(record["meta"]?["duration_ns"]?.integer ?? 0))
        let isTrainable = record["trainable"]?.flag ?? (kind == "parameter")
        switch kind {
        case "parameter" where isTrainable: draft.kind = .parameter
        case "parameter", "value", "const": break
        case "message", "exception":
            draft.kind = kind == "message" ? .operation : .failure
            operations.append(
                Operation(
                    name: tag.isEmpty ? name : tag, documentation: documentation,
                    location: record["meta"]?["location"]?.text ?? ""))
            draft.operation = operations.count - 1
            draft.inputs = Self.inputs(of: record).compactMap { name, reference in
                placed[reference].map { Node.Input(name: name, node: $0) }
            }
            if let error = record["error"] {
                draft.value = .text("(\(error["type"]?.text ?? "Exception")) \(error["message"]?.plainText ?? "")")
            }
        default: throw ImportError("'\(id)' is of the unknown kind '\(kind)'")
        }
        draft.ordinal = ordinals[draft.base, default: 0]
        ordinals[draft.base] = draft.ordinal + 1
        placed[id] = NodeID(nodes.count)
        if draft.kind == .parameter {
            parameters[NodeID(nodes.count)] = ParameterDefinition(
                name, kind: Self.kind(of: draft.value), initial: draft.value, documentation: documentation)
        }
        nodes.append(draft)
    }

    /// `tidy:3` is the fourth `tidy`.
    private static func base(_ id: String, _ name: String) -> String {
        guard let colon = id.lastIndex(of: ":"), Int(id[id.index(after: colon)...]) != nil else { return name }
        return String(id[..<colon])
    }

    /// `[operation] what it does`.
    private static func parts(of description: String) -> (tag: String, documentation: String) {
        guard description.hasPrefix("["), let end = description.firstIndex(of: "]") else { return ("", description) }
        let rest = description[description.index(after: end)...].drop { $0 == " " }
        return (String(description.dropFirst().prefix(upTo: end)), String(rest))
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
