import Evaluation
import Foundation
import Interchange
import Testing
import TraceGraph

@Suite("Imported spans")
struct TelemetryImportTests {
    /// What OpenTelemetry's Python SDK sent to a collector, in both encodings.
    private static func request(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Requests")
        return [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }

    /// The graph in lines: `name = operation(argument=name)`, inner ones set in.
    private func outline(_ trace: Trace) -> [String] {
        trace.nodes.map { node in
            let inputs = node.inputs.map { "\($0.name)=\(trace[$0.node].name)" }.joined(separator: ", ")
            let inner = node.scope == nil ? "" : "  "
            return "\(inner)\(node.name) \(node.kind.name)\(inputs.isEmpty ? "" : " (\(inputs))")"
        }
    }

    @Test("the SDK's request arrives whole in both encodings", arguments: ["python-sdk.pb", "python-sdk.json"])
    func sdk(_ file: String) throws {
        let content = try TelemetryImport(try Self.request(file))
        #expect(content.remarks.isEmpty)
        let recorded = try #require(content.traces.first)
        #expect(content.traces.count == 1 && recorded.workflow == "answers")
        let trace = recorded.trace
        let byBase = Dictionary(trace.nodes.map { ($0.base, $0) }, uniquingKeysWith: { first, _ in first })
        #expect(byBase["retrieve"]?.value == "The play was written by Ada.")
        #expect(byBase["chat small"]?.value == "Ada wrote it.")
        #expect(byBase["check"]?.kind == .failure && byBase["check"]?.value == "(ValueError) no source named")
        #expect(trace.result?.base == "answer" && trace.result?.value == "Ada wrote it.")
        #expect(trace.duration == 95_000_000 && byBase["retrieve"]?.duration == 19_000_000)
        let call = try #require(trace.calls.first)
        #expect(call.model == "openai:small" && call.usage.promptTokens == 21 && call.usage.completionTokens == 3)
        #expect(trace[call.node].base == "chat small")
    }

    @Test("both encodings of one request are the same trace")
    func encodings() throws {
        let (a, b) = (
            try TelemetryImport(try Self.request("python-sdk.pb")),
            try TelemetryImport(try Self.request("python-sdk.json"))
        )
        #expect(GraphDiff(a.traces[0].trace, b.traces[0].trace).isEmpty)
        #expect(outline(a.traces[0].trace) == outline(b.traces[0].trace))
    }

    @Test("edges that no span named are marked as inferred, others are not")
    func inferred() throws {
        let trace = try TelemetryImport(try Self.request("python-sdk.json")).traces[0].trace
        func inputs(of base: String) -> [String: String] {
            let node = trace.nodes.first { $0.base == base }
            return Dictionary(
                (node?.inputs ?? []).map { ($0.name, trace[$0.node].base) }, uniquingKeysWith: { first, _ in first })
        }
        // The model was shown what the retriever put out, and the checker what the model did.
        #expect(inputs(of: "chat small")["inferred_user"] == "retrieve")
        #expect(inputs(of: "chat small")["system"] == "system")
        #expect(inputs(of: "check") == ["inferred_input": "chat small"])
        #expect(inputs(of: "answer")["question"] == "question")
        #expect(inputs(of: "answer")["inferred_result"] == "check")
        // The question and the query are the same text, which a root is no source of.
        #expect(inputs(of: "retrieve") == ["query": "query"])
    }

    @Test("an input that is bound is a parameter, and feedback on the output reaches it")
    func bindings() throws {
        let definition = ParameterDefinition("instruction", kind: .text, initial: "")
        let binding = SpanBinding(definition, span: "chat small", input: "system")
        var trace = try TelemetryImport(try Self.request("python-sdk.pb"), bindings: [binding]).traces[0].trace
        #expect(trace.candidate["instruction"] == "Answer briefly.")
        let output = try #require(trace.result?.id)
        try trace.give(Feedback(on: output, "No source is named."))
        let parameter = try #require(trace.parameters.first)
        let nodes = try trace.subgraph(from: [output], to: [parameter])
        #expect(nodes.nodes.contains(parameter) && nodes.nodes.contains(output))
    }

    @Test("what is exported comes back: values, edges by their arguments, calls, failures, feedback")
    func roundTrip() throws {
        for trace in [try Samples.map(5, failing: true), try Samples.loop(4), try Samples.scoped()] {
            let export = TelemetryExport([Samples.recorded(trace)])
            let json = try TelemetryImport(Array(export.json.json.utf8)).traces[0].trace
            let protobuf = try TelemetryImport(export.protobuf).traces[0].trace
            #expect(outline(json) == outline(protobuf))
            for node in trace.nodes where node.kind == .operation || node.kind == .failure {
                let again = try #require(json.nodes.first { $0.base == node.base && $0.ordinal == node.ordinal })
                #expect(again.kind == node.kind)
                let named = Set(node.inputs.filter { trace[$0.node].operation != nil }.map(\.name))
                #expect(named.isSubset(of: again.inputs.map(\.name)), "\(node.name)")
            }
            #expect(json.calls.map(\.usage) == trace.calls.map(\.usage))
            #expect(json.feedback.map(\.text) == trace.feedback.map(\.text))
        }
    }

    @Test(
        "what is no request says so and where", arguments: ["", "{", "{}", "hello", "{\"resourceSpans\": []}", "[1]"])
    func unreadable(_ text: String) {
        #expect(throws: ImportError.self) { try TelemetryImport(Array(text.utf8)) }
    }

    @Test("requests come one a line as well, and a broken line is named")
    func lines() throws {
        let request = try Self.request("python-sdk.json")
        let twice = try TelemetryImport(request + [UInt8(ascii: "\n")] + request)
        #expect(twice.traces.count == 1 && twice.remarks.contains { $0.contains("twice") })
        #expect {
            try TelemetryImport(request + Array("\n{\"resourceSpans\": [".utf8))
        } throws: { "\($0)".contains("line 2") }
    }

    @Test("cut or changed bytes are an error or a trace, never a crash")
    func damaged() throws {
        let request = try Self.request("python-sdk.pb")
        for count in stride(from: 0, to: request.count, by: 7) {
            _ = try? TelemetryImport(Array(request.prefix(count)))
        }
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        for _ in 0..<2_000 {
            var bytes = request
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
            }
            _ = try? TelemetryImport(bytes, encoding: .protobuf)
        }
    }

    @Test(
        "values nested deeper than a hundred are an error, not a deep stack", arguments: [(50, true), (2_000, false)])
    func deepValues(_ depth: Int, isRead: Bool) throws {
        func field(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
            var length = content.count
            var bytes = [number << 3 | 2]
            while length >= 128 {
                bytes.append(UInt8(length & 127) | 128)
                length >>= 7
            }
            return bytes + [UInt8(length)] + content
        }
        var value = field(1, Array("x".utf8))
        for _ in 0..<depth { value = field(5, field(1, value)) }
        let attribute = field(1, Array("deep".utf8)) + field(2, value)
        let times: [UInt8] = [7 << 3, 1, 8 << 3, 2]
        let span =
            field(1, Array(repeating: 1, count: 16)) + field(2, Array(repeating: 2, count: 8))
            + field(5, Array("s".utf8)) + times + field(9, attribute)
        let request = field(1, field(2, field(2, span)))
        if isRead {
            #expect(try TelemetryImport(request, encoding: .protobuf).traces.count == 1)
        } else {
            #expect(throws: ImportError.self) { try TelemetryImport(request, encoding: .protobuf) }
        }
    }

    @Test("a span inside itself, and a nest of thousands, end in a remark")
    func nests() throws {
        func span(_ id: Int, _ parent: Int) -> Value {
            [
                "traceId": "aa", "spanId": .text("\(id)"), "parentSpanId": .text("\(parent)"), "name": "s",
                "startTimeUnixNano": "1", "endTimeUnixNano": "2",
            ]
        }
        func content(_ spans: [Value]) throws -> TelemetryImport {
            let request: Value = ["resourceSpans": [["scopeSpans": [["spans": .list(spans)]]]]]
            return try TelemetryImport(Array(request.json.utf8))
        }
        let deep = try content((1...5_000).map { span($0, $0 - 1) })
        #expect(deep.remarks.contains { $0.contains("deep") })
        #expect(throws: ImportError.self) { try content([span(1, 2), span(2, 1)]) }
        let circle = try content([span(1, 2), span(2, 1), span(3, 0)])
        #expect(circle.traces[0].trace.nodes.count == 1 && circle.remarks.contains { $0.contains("circle") })
    }

    @Test("a binding that no span has is told of")
    func unboundBinding() throws {
        let binding = SpanBinding(
            ParameterDefinition("rule", kind: .text, initial: ""), span: "nobody", input: "system")
        let content = try TelemetryImport(try Self.request("python-sdk.json"), bindings: [binding])
        #expect(content.remarks.count == 1)
        #expect(content.remarks[0].hasSuffix("'rule' is in none of its spans: nothing is called nobody/system"))
        #expect(content.traces.first?.trace.parameters.isEmpty == true)
    }

    @Test("counts and times beyond all bounds are summed and exported all the same")
    func boundless() throws {
        let most = String(Int.max)
        let span: Value = [
            "traceId": "aa", "spanId": "01", "name": "chat", "startTimeUnixNano": "1",
            "endTimeUnixNano": .text(String(UInt64.max)),
            "attributes": .list(
                [("gen_ai.usage.input_tokens", most), ("gen_ai.usage.output_tokens", most)].map {
                    ["key": .text($0.0), "value": ["intValue": .text($0.1)]]
                } + [["key": "gen_ai.request.model", "value": ["stringValue": "m"]]]),
        ]
        let late: Value = [
            "traceId": "aa", "spanId": "02", "parentSpanId": "01", "name": "late",
            "startTimeUnixNano": .text(String(UInt64.max - 1)), "endTimeUnixNano": .text(String(UInt64.max)),
        ]
        let request: Value = ["resourceSpans": [["scopeSpans": [["spans": [span, late]]]]]]
        let recorded = try #require(try TelemetryImport(Array(request.json.utf8)).traces.first)
        let usage = recorded.trace.calls.reduce(Usage.none) { $0 + $1.usage }
        #expect(recorded.trace.calls.count == 1, "the span inside of a call is no call")
        #expect(usage.totalTokens == 1 << 41)
        #expect(!TelemetryExport([recorded]).protobuf.isEmpty)
    }

    @Test("times that together are beyond all bounds are drawn, exported and estimated all the same")
    func sumsOfTimes() async throws {
        let longest = UInt64(1) << 60
        let spans: [Value] = (0..<14).map { place in
            [
                "traceId": "aa", "spanId": .text("\(place)"), "name": "step",
                "startTimeUnixNano": .text("\(UInt64(place) * longest)"),
                "endTimeUnixNano": .text("\(UInt64(place + 1) * longest)"),
                "attributes": [["key": "gen_ai.request.model", "value": ["stringValue": "m"]]],
            ]
        }
        let request: Value = ["resourceSpans": [["scopeSpans": [["spans": .list(spans)]]]]]
        let recorded = try #require(try TelemetryImport(Array(request.json.utf8)).traces.first)
        #expect(recorded.trace.nodes.count == 14)
        let view = GraphView(recorded.trace)
        #expect(view.vertices.map(\.duration) == [.max])
        #expect(recorded.trace.modelTime == .max)
        for format in ExportFormat.allCases {
            #expect(!(await recorded.exported(as: format, mayAskGraphviz: false)).isEmpty, "\(format)")
        }
    }

    @Test("a model call counts once: with a transfer inside of it, and inside of a framework's span for the same call")
    func nestedCalls() throws {
        func span(_ id: String, in parent: String, _ name: String, tokens: Int?) -> Value {
            let attributes: [Value] =
                tokens.map {
                    [
                        ["key": "gen_ai.request.model", "value": ["stringValue": "m"]],
                        ["key": "gen_ai.usage.input_tokens", "value": ["intValue": .text("\($0)")]],
                    ]
                } ?? []
            return [
                "traceId": "aa", "spanId": .text(id), "parentSpanId": .text(parent), "name": .text(name),
                "startTimeUnixNano": .text(id), "endTimeUnixNano": "99", "attributes": .list(attributes),
            ]
        }
        let spans: Value = [
            span("1", in: "", "answer", tokens: nil), span("2", in: "1", "ChatModel", tokens: 7),
            span("3", in: "2", "chat m", tokens: 7), span("4", in: "3", "POST", tokens: nil),
            span("5", in: "1", "chat m", tokens: 5), span("6", in: "5", "POST", tokens: nil),
        ]
        let request: Value = ["resourceSpans": [["scopeSpans": [["spans": spans]]]]]
        let trace = try #require(try TelemetryImport(Array(request.json.utf8)).traces.first).trace
        #expect(trace.calls.map(\.usage.promptTokens) == [7, 5])
        #expect(trace.calls.map { trace[$0.node].name } == ["chat m:0", "chat m:1"])
    }
}
