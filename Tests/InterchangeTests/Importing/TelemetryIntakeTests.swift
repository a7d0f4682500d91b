import Foundation
import Interchange
import Testing
import TraceGraph

@Suite("Spans that come bit by bit")
struct TelemetryIntakeTests {
    private func request(_ spans: [(trace: String, id: String, parent: String)]) -> [UInt8] {
        let listed = spans.map { span in
            #"{"traceId": "\#(span.trace)", "spanId": "\#(span.id)", "parentSpanId": "\#(span.parent)", "name": "\#(span.id)", "startTimeUnixNano": "1", "endTimeUnixNano": "2"}"#
        }
        return Array(
            #"{"resourceSpans": [{"scopeSpans": [{"spans": [\#(listed.joined(separator: ","))]}]}]}"#.utf8)
    }

    @Test("a trace is complete once its outermost span has come, whatever came in which request")
    func complete() throws {
        var intake = TelemetryIntake()
        try intake.add(request([("a", "leaf", "mid"), ("b", "other", "")]))
        #expect(intake.complete == ["b"] && intake.waiting == ["a", "b"])
        try intake.add(request([("a", "mid", "top")]))
        #expect(intake.complete == ["b"])
        try intake.add(request([("a", "top", "")]))
        #expect(intake.complete == ["a", "b"])
        let taken = try intake.take(["a"], workflow: "w")
        #expect(taken.traces.count == 1 && taken.traces[0].workflow == "w")
        #expect(taken.traces[0].trace.nodes.map(\.base) == ["leaf", "mid", "top"])
        #expect(intake.waiting == ["b"])
        try intake.add(request([("a", "late", "mid")]))
        #expect(intake.late == 1 && intake.waiting == ["b"])
    }

    @Test("a request that cannot be read changes nothing")
    func broken() throws {
        var intake = TelemetryIntake()
        try intake.add(request([("a", "top", "")]))
        #expect(throws: ImportError.self) { try intake.add(Array("{".utf8)) }
        #expect(throws: ImportError.self) { try intake.add([0x0A, 0xFF], encoding: .protobuf) }
        #expect(intake.complete == ["a"])
    }
}

@Suite("Values that are bound to parameters")
struct BoundParameterTests {
    private func trace(_ attributes: [String: String], _ bindings: [SpanBinding]) throws -> TelemetryImport {
        let listed = attributes.sorted { $0.key < $1.key }.map { name, value in
            #"{"key": \#(Value.text(name).json), "value": {"stringValue": \#(Value.text(value).json)}}"#
        }.joined(separator: ",")
        return try TelemetryImport(
            Array(
                #"{"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "a", "spanId": "b", "name": "ask / it", "attributes": [\#(listed)]}]}]}]}"#
                    .utf8), bindings: bindings)
    }

    private func inputs(_ trace: Trace) -> [String: String] {
        let node = trace.nodes.last
        return Dictionary(
            (node?.inputs ?? []).map { ($0.name, "\(trace[$0.node].kind.name) \(trace[$0.node].value.plainText)") },
            uniquingKeysWith: { first, _ in first })
    }

    @Test("a template is found in the text it was filled into, and what was filled in is an input")
    func filled() throws {
        let definition = ParameterDefinition(
            "instruction", kind: .text, initial: "Tell {{who}} about {{what}}, {{who}}.",
            constraint: ParameterConstraint(keep: ["{{what}}"]))
        let bindings = [SpanBinding(definition, span: "ask / it", input: "user")]
        let chat = ["gen_ai.input.messages": #"[{"role": "user", "content": "Tell Ada about the play, Ada."}]"#]
        let found = try trace(chat, bindings)
        #expect(found.remarks.isEmpty)
        #expect(
            inputs(found.traces[0].trace) == [
                "user": "parameter Tell {{who}} about {{what}}, {{who}}.", "who": "input Ada", "what": "input the play",
            ])
        let other = ["gen_ai.input.messages": #"[{"role": "user", "content": "Tell Ada about the play, Bob."}]"#]
        let none = try trace(other, bindings)
        #expect(inputs(none.traces[0].trace) == ["user": "input Tell Ada about the play, Bob."])
        #expect(none.remarks.count == 1 && none.remarks[0].contains("ask / it/user is not 'instruction'"))
    }

    @Test("attributes that are no usual inputs can be bound; values are of the parameter's kind, or stay inputs")
    func attributes() throws {
        let range = ParameterConstraint(range: 0...1)
        let heat = ParameterDefinition("heat", kind: .number, initial: 0.0, constraint: range)
        let bindings = [SpanBinding(heat, input: "my.heat")]
        let found = try trace(["my.heat": "0.5"], bindings).traces[0].trace
        #expect(found.parameters.map { found[$0].value } == [0.5])
        #expect(found.candidate["heat"] == 0.5)
        let hot = try trace(["my.heat": "7"], bindings)
        #expect(hot.traces[0].trace.parameters.isEmpty && hot.remarks.count == 1)
    }

    @Test("roots of TGJ documents are bound by what reads them")
    func graphs() throws {
        let document: Value = [
            "tgj": "1.0",
            "nodes": [
                ["id": "p:0", "kind": "value", "name": "p", "value": "Be brief."],
                ["id": "q:0", "kind": "value", "name": "q", "value": "Who?"],
                [
                    "id": "ask:0", "kind": "message", "name": "ask", "description": "[ask] Asks.",
                    "inputs": ["system": ["ref": "p:0"], "user": ["ref": "q:0"]], "output": ["value": "Ada"],
                ],
            ],
        ]
        let definition = ParameterDefinition("instruction", kind: .text, initial: "Be kind.")
        let trace = try RecordedTrace(
            tgj: document, bindings: [SpanBinding(definition, span: "ask", input: "system")]
        ).trace
        #expect(trace.parameters.map { trace[$0].value } == ["Be brief."])
        #expect(trace.candidate["instruction"] == "Be brief.")
        #expect(try RecordedTrace(tgj: document).trace.parameters.isEmpty)
    }
}
