import Foundation
import TraceGraph

/// Puts a trace together again from what ``GraphRecord`` wrote of it.
///
/// What is read is a claim: numbers are bounded, and a record that makes no sense makes no trace.
struct GraphRecordReader {
    private let header: Value
    private var drafts: [(index: Int, draft: NodeDraft)] = []
    private var operations = OperationTable()
    private var parameters: [NodeID: ParameterDefinition] = [:]
    private var calls: [(position: Int, call: ModelCall)] = []

    /// - Throws: ``ImportError`` for a header of another form.
    init(_ header: Value) throws(ImportError) {
        guard let format = header["format"]?.integer else {
            throw ImportError(.contradictory, "what was written of the whole trace was cut or changed")
        }
        guard format == GraphRecord.format else {
            throw ImportError(
                .contradictory, "it was written in form \(format), and this version reads form \(GraphRecord.format)")
        }
        self.header = header
    }

    /// Reads the record of a node.
    ///
    /// - Parameters:
    ///   - value: What it holds, where the record does not say so.
    ///   - place: Where the record stands, for whoever reads that it makes no sense.
    /// - Throws: ``ImportError`` for a record that makes no sense.
    mutating func add(_ record: Value?, value: Value, at place: String) throws(ImportError) {
        guard let record, add(record, value: value) else {
            throw ImportError(.contradictory, "the record of \(place) was cut or changed")
        }
    }

    private mutating func add(_ record: Value, value: Value) -> Bool {
        guard let index = Self.place(record["index"]), let base = record["base"]?.text,
            let ordinal = Self.place(record["ordinal"]), let kind = record["kind"]?.text.flatMap(Node.Kind.init(name:)),
            let inputs = Self.inputs(record["inputs"], before: index)
        else { return false }
        var draft = NodeDraft(
            base: base, ordinal: ordinal, kind: kind, operation: nil, inputs: inputs, value: record["value"] ?? value,
            scope: Self.place(record["scope"]), start: Self.time(record["start"]),
            duration: Self.time(record["duration"]))
        if let parts = record["operation"]?.list?.compactMap(\.text) {
            guard parts.count == 3 else { return false }
            draft.operation = operations.place(
                of: TraceGraph.Operation(name: parts[0], documentation: parts[1], location: parts[2]))
        }
        if kind == .parameter {
            guard let parameter = Self.parameter(record["parameter"]) else { return false }
            parameters[NodeID(index)] = parameter
        }
        for call in record["calls"]?.list ?? [] { calls.append(Self.call(call, at: NodeID(index))) }
        drafts.append((index, draft))
        return true
    }

    /// The trace, once all its nodes are read.
    ///
    /// - Parameter bindings: What parameters are, by those who want to change them.
    /// - Throws: ``ImportError`` where nodes are missing, or the records contradict each other or the bindings.
    func recorded(bindings: [SpanBinding]) throws(ImportError) -> RecordedTrace {
        let nodes = drafts.sorted { $0.index < $1.index }
        let count = header["nodes"]?.integer ?? 0
        if nodes.count < count {
            throw ImportError(
                .contradictory, "\(count - nodes.count) of the \(count) nodes that were exported are missing")
        }
        guard !nodes.isEmpty, nodes.count == count, nodes.indices.allSatisfy({ nodes[$0].index == $0 }) else {
            throw Self.contradiction("the places of its nodes")
        }
        guard let scopes = Self.scopes(header["scopes"]) else { throw Self.contradiction("scopes") }
        guard let hiddenInputs = Self.hiddenInputs(header["hidden_inputs"]) else {
            throw Self.contradiction("hidden inputs")
        }
        let result = Self.place(header["result"]).flatMap { $0 < nodes.count ? NodeID($0) : nil }
        let outcome: Trace.Outcome
        switch (header["outcome"]?.text, result) {
        case ("completed"?, let result?): outcome = .completed(result)
        case ("failed"?, let result?): outcome = .failed(result)
        case ("cancelled"?, nil): outcome = .cancelled
        default: throw Self.contradiction("how it ended")
        }
        var parameters = parameters
        for (node, definition) in parameters {
            guard let bound = bindings.first(where: { $0.parameter.name == definition.name })?.parameter else {
                continue
            }
            let value = nodes[node.index].draft.value
            let checked: Value
            do throws(ParameterError) {
                checked = try bound.checked(value)
            } catch {
                throw ImportError(.contradictory, "'\(bound.name)' refuses the value it had: \(error.reason)")
            }
            guard checked == value else {
                throw ImportError(.contradictory, "'\(bound.name)' would have another value than it had")
            }
            parameters[node] = bound
        }
        let names = Set(parameters.values.map(\.name))
        if let binding = bindings.first(where: { !names.contains($0.parameter.name) }) {
            throw ImportError(
                .contradictory, "'\(binding.parameter.name)' is none of the parameters that were exported with it")
        }
        do {
            let trace = try Trace(
                nodes: nodes.map(\.draft), operations: operations.operations, scopes: scopes, parameters: parameters,
                candidate: candidate(with: nodes.map(\.draft)), outcome: outcome,
                duration: Self.time(header["duration"]),
                calls: calls.sorted { $0.position < $1.position }.map(\.call), feedback: feedback(among: nodes.count),
                hiddenInputs: hiddenInputs)
            return RecordedTrace(
                trace: trace, workflow: header["workflow"]?.text ?? "imported", example: header["example"]?.text,
                split: header["split"]?.text, repetition: Self.place(header["repetition"]) ?? 0,
                score: header["score"]?.number, recorded: Date(), exampleFields: header["example_fields"]?.object)
        } catch {
            throw Self.contradiction("\(error)")
        }
    }

    private static func contradiction(_ what: String) -> ImportError {
        ImportError(.contradictory, "what was written of it contradicts itself (\(what))")
    }

    private func feedback(among count: Int) -> [Feedback] {
        (header["feedback"]?.list ?? []).compactMap { item in
            guard let node = Self.place(item["node"]), node < count else { return nil }
            let scores = (item["scores"]?.object ?? [:]).compactMap { field in
                field.value.number.map { (field.name, $0) }
            }
            return Feedback(
                on: NodeID(node), item["text"]?.text ?? "",
                scores: Dictionary(scores, uniquingKeysWith: { first, _ in first }))
        }
    }

    // MARK: Forms

    /// A place in a list that could be.
    private static func place(_ value: Value?) -> Int? {
        value?.integer.flatMap { (0...Int(Int32.max)).contains($0) ? $0 : nil }
    }

    private static func time(_ value: Value?) -> Int64 { ClaimBounds.time(value?.integer ?? 0) }

    private static func tokens(_ value: Value?) -> Int { ClaimBounds.count(value?.integer ?? 0) }

    private static func inputs(_ value: Value?, before index: Int) -> [Node.Input]? {
        var inputs: [Node.Input] = []
        for input in value?.list ?? [] {
            guard let pair = input.list, pair.count == 2, let name = pair[0].text, let node = place(pair[1]),
                node < index
            else { return nil }
            inputs.append(Node.Input(name: name, node: NodeID(node)))
        }
        return inputs
    }

    private static func scopes(_ value: Value?) -> [Scope]? {
        var scopes: [Scope] = []
        for scope in value?.list ?? [] {
            guard let pair = scope.list, pair.count == 2, let name = pair[0].text else { return nil }
            let parent = place(pair[1])
            guard pair[1].isNull || parent.map({ $0 < scopes.count }) == true else { return nil }
            scopes.append(Scope(name: name, parent: parent))
        }
        return scopes
    }

    private static func hiddenInputs(_ value: Value?) -> [HiddenInput]? {
        var hidden: [HiddenInput] = []
        for entry in value?.list ?? [] {
            guard let pair = entry.list, pair.count == 2, let node = place(pair[1]) else { return nil }
            let reader = place(pair[0])
            guard pair[0].isNull || reader != nil else { return nil }
            hidden.append(HiddenInput(reader: reader.map { NodeID($0) }, node: NodeID(node)))
        }
        return hidden
    }

    /// The candidate it was recorded with. Where the value of a parameter was edited in the document, the edit counts: nothing
    /// was run with what the parameter was before.
    private func candidate(with nodes: [NodeDraft]) -> Candidate {
        let written = Self.candidate(header["candidate"])
        var values = written.values
        for (node, definition) in parameters
        where nodes[node.index].value != values[definition.name] ?? definition.initial {
            values[definition.name] = nodes[node.index].value
        }
        return Candidate(id: written.id, values: values, parents: written.parents, origin: written.origin)
    }

    private static func candidate(_ value: Value?) -> Candidate {
        let values = (value?["values"]?.object ?? [:]).map { ($0.name, $0.value) }
        return Candidate(
            id: Candidate.ID(place(value?["id"]) ?? 0),
            values: Dictionary(values, uniquingKeysWith: { first, _ in first }),
            parents: (value?["parents"]?.list ?? []).compactMap { place($0) }.map(Candidate.ID.init),
            origin: value?["origin"]?.text ?? "seed")
    }

    private static func call(_ value: Value, at node: NodeID) -> (position: Int, call: ModelCall) {
        let usage = Usage(
            calls: tokens(value["calls"]), promptTokens: tokens(value["prompt"]),
            cachedPromptTokens: tokens(value["cached_prompt"]), completionTokens: tokens(value["completion"]),
            cost: value["cost"]?.number)
        let call = ModelCall(
            node: node, model: value["model"]?.text ?? "unknown", completion: value["reply"]?.text, usage: usage,
            wasCached: value["is_cached"]?.flag ?? false, start: time(value["start"]),
            duration: time(value["duration"]))
        return (place(value["position"]) ?? 0, call)
    }

    private static func parameter(_ value: Value?) -> ParameterDefinition? {
        guard let value, let name = value["name"]?.text, let initial = value["initial"],
            let kind = value["kind"]?.text.flatMap(ParameterKind.init),
            let constraint = ParameterConstraint(recorded: value)
        else { return nil }
        return ParameterDefinition(
            name, kind: kind, initial: initial, constraint: constraint,
            documentation: value["documentation"]?.text ?? "")
    }
}
