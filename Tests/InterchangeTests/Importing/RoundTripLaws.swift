import Foundation
import Interchange
import Testing
import TraceGraph

@Suite("Laws of exports that are imported again")
struct RoundTripLaws {
    /// By format, a trace written and read again.
    static let formats: [(name: String, again: @Sendable (RecordedTrace, [SpanBinding]) throws -> RecordedTrace)] = [
        ("tgj", { try RecordedTrace(tgj: Value(json: $0.tgj.json), bindings: $1) }),
        (
            "otlp-json",
            { try TelemetryImport(Array(TelemetryExport([$0]).json.json.utf8), bindings: $1).traces[0] }
        ),
        ("otlp-protobuf", { try TelemetryImport(TelemetryExport([$0]).protobuf, bindings: $1).traces[0] }),
    ]

    @Test("a trace is read back as it was written: no difference, the same values, calls, feedback and times")
    func identity() throws {
        var seen: Set<String> = []
        for seed in 0..<300 {
            var generator = GeneratedTrace(seed: seed)
            let trace = try generator.trace()
            seen.formUnion(trace.nodes.map(\.kind.name) + [trace.outcome.name])
            var recorded = Samples.recorded(trace)
            recorded.exampleFields = seed % 2 == 0 ? nil : ["text": "hello", "n": .integer(seed)]
            for (name, again) in Self.formats {
                let read = try again(recorded, [])
                let other = read.trace
                let changes = GraphDiff(trace, other).changes
                #expect(changes.isEmpty, "\(name) of \(seed)")
                #expect(trace.nodes.map(\.name) == other.nodes.map(\.name), "\(name) of \(seed)")
                #expect(trace.nodes.map(\.value) == other.nodes.map(\.value), "\(name) of \(seed)")
                #expect(trace.nodes.map(\.kind) == other.nodes.map(\.kind), "\(name) of \(seed)")
                #expect(trace.nodes.map(\.operation) == other.nodes.map(\.operation), "\(name) of \(seed)")
                #expect(trace.nodes.map(\.inputs) == other.nodes.map(\.inputs), "\(name) of \(seed)")
                #expect(trace.nodes.map(\.scope) == other.nodes.map(\.scope), "\(name) of \(seed)")
                #expect(trace.nodes.map(\.parameter) == other.nodes.map(\.parameter), "\(name) of \(seed)")
                #expect(trace.nodes.map(\.start) == other.nodes.map(\.start), "\(name) of \(seed)")
                #expect(trace.nodes.map(\.duration) == other.nodes.map(\.duration), "\(name) of \(seed)")
                #expect(trace.scopes == other.scopes && trace.calls == other.calls, "\(name) of \(seed)")
                #expect(trace.feedback == other.feedback && trace.outcome == other.outcome, "\(name) of \(seed)")
                #expect(trace.candidate == other.candidate && trace.duration == other.duration, "\(name) of \(seed)")
                #expect(read.workflow == recorded.workflow && read.split == recorded.split, "\(name) of \(seed)")
                #expect(trace.hiddenInputs == other.hiddenInputs, "\(name) of \(seed)")
                #expect(read.exampleFields == recorded.exampleFields, "\(name) of \(seed)")
                #expect(read.example == recorded.example && read.score == recorded.score, "\(name) of \(seed)")
            }
        }
        #expect(seen.isSuperset(of: Node.Kind.allCases.map(\.name) + ["completed", "failed", "cancelled"]))
    }

    @Test("spans that are lost on the way are told, and the rest is inferred as with anybody's spans")
    func lost() throws {
        let export = TelemetryExport([Samples.recorded(try Samples.map(5))]).json
        var resource = try #require(export["resourceSpans"]?.list?.first?.object)
        var scope = try #require(resource["scopeSpans"]?.list?.first?.object)
        scope["spans"] = .list(try #require(scope["spans"]?.list).filter { $0["name"] != "label:2" })
        resource["scopeSpans"] = [.object(scope)]
        let request: Value = ["resourceSpans": [.object(resource)]]
        let read = try TelemetryImport(Array(request.json.utf8))
        #expect(read.remarks.contains { $0.contains("1 of the 8 nodes that were exported are missing") })
        #expect(read.traces[0].trace.nodes.filter { $0.base == "label" }.count == 4)
    }

    /// The request of `trace`, its spans changed.
    private static func spans(
        of trace: Trace, _ change: (inout [(key: String, value: Value)], _ name: String) -> Void
    ) throws -> [UInt8] {
        let export = TelemetryExport([Samples.recorded(trace)]).json
        var resource = try #require(export["resourceSpans"]?.list?.first?.object)
        var scope = try #require(resource["scopeSpans"]?.list?.first?.object)
        scope["spans"] = .list(
            try #require(scope["spans"]?.list).map { span in
                var fields = span.object ?? [:]
                var attributes = (span["attributes"]?.list ?? []).map {
                    (key: $0["key"]?.text ?? "", value: $0["value"] ?? .null)
                }
                change(&attributes, span["name"]?.text ?? "")
                fields["attributes"] = .list(attributes.map { ["key": .text($0.key), "value": $0.value] })
                return .object(fields)
            })
        resource["scopeSpans"] = [.object(scope)]
        let request: Value = ["resourceSpans": [.object(resource)]]
        return Array(request.json.utf8)
    }

    @Test("what was exported and cannot be read back exactly is told, with the reason")
    func inferred() throws {
        let trace = try Samples.map(3)
        func change(_ attribute: String, _ edit: @escaping (String) -> String) throws -> TelemetryImport {
            try TelemetryImport(
                try Self.spans(of: trace) { attributes, _ in
                    for place in attributes.indices where attributes[place].key == attribute {
                        let text = attributes[place].value["stringValue"]?.text ?? ""
                        attributes[place].value = ["stringValue": .text(edit(text))]
                    }
                })
        }
        #expect(try change("optrace.graph") { $0 }.remarks.isEmpty)
        let refusing = ParameterDefinition(
            "instruction", kind: .text, initial: "", constraint: ParameterConstraint(keep: ["{{text}}"]))
        let other = ParameterDefinition("other", kind: .text, initial: "")
        let whole = try Self.spans(of: trace) { _, _ in }
        let cases: [(TelemetryImport, because: String)] = [
            (try change("optrace.graph") { String($0.prefix(40)) }, "of the whole trace was cut or changed"),
            (
                try change("optrace.graph") { $0.replacing("\"format\":1", with: "\"format\":2") },
                "written in form 2, and this version reads form 1"
            ),
            (try change("optrace.record") { String($0.prefix(40)) }, "record of 'label:0' was cut or changed"),
            (
                try change("optrace.record") { $0.replacing("\"index\":3", with: "\"index\":2") },
                "contradicts itself (the places of its nodes)"
            ),
            (try change("optrace.roots") { _ in "[]" }, "2 of the 6 nodes that were exported are missing"),
            (
                try TelemetryImport(
                    try Self.spans(of: trace) { attributes, _ in attributes.removeAll { $0.key == "optrace.graph" } }),
                "the span of the whole trace is missing"
            ),
            (
                try TelemetryImport(
                    try Self.spans(of: trace) { attributes, name in
                        if name == "all:0" { attributes.removeAll { $0.key == "optrace.record" } }
                    }), "1 of the spans were not exported with it"
            ),
            (
                try TelemetryImport(whole, bindings: [SpanBinding(refusing, span: "label:0", input: "instruction")]),
                "'instruction' refuses the value it had"
            ),
            (
                try TelemetryImport(whole, bindings: [SpanBinding(other, span: "label:0", input: "instruction")]),
                "'other' is none of the parameters that were exported with it"
            ),
        ]
        for (content, reason) in cases {
            let told = content.remarks.filter { $0.contains("is inferred from its spans, because") }
            #expect(told.count == 1 && told[0].contains(reason), "\(content.remarks) for \(reason)")
            #expect(content.traces.count == 1)
        }
    }

    @Test(
        "what a workflow file says of a parameter counts, and a parameter that the trace does not have is still bound")
    func bindings() throws {
        let recorded = Samples.recorded(try Samples.map(3))
        let own = ParameterDefinition(
            "instruction", kind: .text, initial: "", constraint: ParameterConstraint(maximumLength: 99))
        let other = ParameterDefinition("given", kind: .text, initial: "")
        for (name, again) in Self.formats {
            let known = try again(recorded, [SpanBinding(own, span: "label", input: "instruction")]).trace
            #expect(known.nodes.first?.parameter == own && known.nodes.count == recorded.trace.nodes.count, "\(name)")
            let bound = try again(recorded, [SpanBinding(other, span: "classify", input: "instruction")]).trace
            let alike = try again(recorded, [SpanBinding(other, span: "label:0", input: "instruction")]).trace
            #expect([bound, alike].contains { $0.nodes.contains { $0.parameter?.name == "given" } }, "\(name)")
        }
    }

    @Test("a document that was edited is read by its own fields, and that is told")
    func edited() throws {
        var document = try #require(Samples.recorded(try Samples.map(3)).tgj.object)
        document["nodes"] = .list(try #require(document["nodes"]?.list).filter { $0["id"] != "all:0" })
        document["exports"] = ["output": ["ref": "label:1"]]
        let content = try TGJImport(.object(document))
        let trace = content.trace.trace
        #expect(trace.result?.name == "label:1" && trace.nodes.count == 5)
        #expect(content.remarks.count == 1 && content.remarks[0].contains("1 of the 6 nodes"))
    }

    @Test("where the value of a parameter was edited, the candidate has the edited one")
    func editedParameter() throws {
        var document = try #require(Samples.recorded(try Samples.map(3)).tgj.object)
        document["nodes"] = .list(
            try #require(document["nodes"]?.list).map { node in
                guard node["kind"] == "parameter", var fields = node.object else { return node }
                fields["value"] = "Edited."
                return .object(fields)
            })
        let trace = try TGJImport(.object(document)).trace.trace
        let parameter = try #require(trace.parameters.first)
        #expect(trace[parameter].value == "Edited.")
        #expect(trace.candidate[try #require(trace[parameter].parameter).name] == "Edited.")
    }

    @Test(
        "what was edited in the fields of the format is what is read, whatever stands beside them",
        arguments: ["inputs", "description", "kind", "exports", "agent_id"])
    func editedFields(_ field: String) throws {
        var document = try #require(Samples.recorded(try Samples.map(3)).tgj.object)
        #expect(try TGJImport(.object(document)).remarks.isEmpty)
        if field == "exports" { document[field] = ["output": ["ref": "label:1"]] }
        if field == "agent_id" { document[field] = "renamed" }
        document["nodes"] = .list(
            try #require(document["nodes"]?.list).map { node in
                guard node["id"] == "label:0", var fields = node.object, fields[field] != nil else { return node }
                switch field {
                case "inputs": fields[field] = ["said": ["ref": "list:0"]]
                case "description": fields[field] = "[sort] Puts it where it belongs."
                default: fields[field] = "exception"
                }
                return .object(fields)
            })
        let content = try TGJImport(.object(document))
        let trace = content.trace.trace
        let label = try #require(trace.node(named: "label:0"))
        switch field {
        case "inputs": #expect(label.inputs.map(\.name) == ["said"])
        case "description":
            #expect(label.operation?.name == "sort" && label.operation?.documentation == "Puts it where it belongs.")
        case "kind": #expect(label.kind == .failure)
        case "exports": #expect(trace.result?.name == "label:1")
        default: #expect(content.trace.workflow == "renamed" && content.remarks.isEmpty)
        }
        guard field != "agent_id" else { return }
        #expect(content.remarks.count == 1)
        #expect(content.remarks.first?.contains("'\(field)'") == true)
    }
}
