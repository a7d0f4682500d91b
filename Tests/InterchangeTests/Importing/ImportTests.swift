import Foundation
import Testing
import TraceGraph

@testable import Interchange

@Suite("Imports")
struct ImportTests {
    private static let request = #"""
        {"resourceSpans": [{"scopeSpans": [{"spans": [
          {"traceId": "0A", "spanId": "01", "name": "answer", "startTimeUnixNano": "1000", "endTimeUnixNano": "9000",
           "attributes": [{"key": "input.value", "value": {"stringValue": "How many days of leave?"}},
                          {"key": "output.value", "value": {"stringValue": "27 days"}}]},
          {"traceId": "0A", "spanId": "02", "parentSpanId": "01", "name": "retrieve", "startTimeUnixNano": "2000",
           "endTimeUnixNano": "3000",
           "attributes": [{"key": "output.value", "value": {"stringValue": "Everybody has 27 days of leave."}}]},
          {"traceId": "0A", "spanId": "03", "parentSpanId": "01", "name": "log", "startTimeUnixNano": "3100",
           "endTimeUnixNano": "3200", "attributes": []},
          {"traceId": "0A", "spanId": "04", "parentSpanId": "01", "name": "chat", "startTimeUnixNano": "4000",
           "endTimeUnixNano": "8000",
           "attributes": [
             {"key": "gen_ai.provider.name", "value": {"stringValue": "openai"}},
             {"key": "gen_ai.request.model", "value": {"stringValue": "gpt-x"}},
             {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "12"}},
             {"key": "gen_ai.usage.output_tokens", "value": {"intValue": "3"}},
             {"key": "gen_ai.input.messages", "value": {"stringValue":
               "[{\"role\": \"user\", \"parts\": [{\"type\": \"text\", \"content\": \"Use: Everybody has 27 days of leave.\"}]}]"}},
             {"key": "gen_ai.output.messages", "value": {"stringValue": "[{\"role\": \"assistant\", \"content\": \"27 days\"}]"}}]}
        ]}]}]}
        """#

    private func inputs(of name: String, in trace: Trace) -> [String] {
        trace.node(named: name)?.inputs.map { "\($0.name)=\(trace[$0.node].name)" } ?? []
    }

    @Test(
        "spans become a graph: nested, with what they read and made, model calls, and edges that say they are inferred")
    func spans() throws {
        let imported = try TelemetryImport.traces(in: Array(Self.request.utf8))
        let only = try #require(imported.first)
        #expect(imported.count == 1 && only.identifier == "0a" && only.name == "answer" && only.spans == 4)
        let trace = only.trace
        #expect(trace.result?.name == "answer:0" && trace.result?.value == "27 days")
        #expect(trace.scopes.map(\.name) == ["answer"])
        #expect(trace.node(named: "chat")?.scope == 0)
        // What it read was made by `retrieve`, not by `log`, which ended later.
        #expect(inputs(of: "chat", in: trace) == ["input=chat_input:0", "retrieve (inferred)=retrieve:0"])
        #expect(inputs(of: "answer", in: trace).last == "result=chat:0")
        let call = try #require(trace.calls.first)
        #expect(call.model == "openai:gpt-x" && call.usage.promptTokens == 12 && call.usage.completionTokens == 3)
        #expect(call.usage.cost == nil && call.start == 3000 && call.duration == 4000)
        #expect(only.inferredEdges == 2)
    }

    @Test("both encodings say the same")
    func encodings() throws {
        let json = try TelemetryReader.spans(Array(Self.request.utf8))
        let protobuf = try TelemetryReader.spans(Self.encoded(json))
        #expect(protobuf.map(\.id) == json.map(\.id) && protobuf.map(\.parent) == json.map(\.parent))
        #expect(protobuf.map(\.attributes) == json.map(\.attributes))
        #expect(protobuf.map(\.start) == json.map(\.start) && protobuf.map(\.end) == json.map(\.end))
        #expect(throws: ImportError.self) { try TelemetryReader.spans([0x0A, 0x7F, 0x01]) }
        #expect(throws: ImportError.self) { try TelemetryReader.spans(Array("{\"a\": 1}".utf8)) }
    }

    private static func encoded(_ spans: [ImportedSpan]) -> [UInt8] {
        func bytes(_ hexadecimal: String) -> [UInt8] {
            stride(from: 0, to: hexadecimal.count, by: 2).map { place in
                UInt8(hexadecimal.dropFirst(place).prefix(2), radix: 16) ?? 0
            }
        }
        var writer = ProtobufWriter()
        writer.add(1) { resource in
            resource.add(2) { scope in
                for span in spans {
                    scope.add(2) { message in
                        message.add(1, bytes(span.trace))
                        message.add(2, bytes(span.id))
                        if !span.parent.isEmpty { message.add(4, bytes(span.parent)) }
                        message.add(5, span.name)
                        message.add(7, fixed: span.start)
                        message.add(8, fixed: span.end)
                        for (key, value) in span.attributes {
                            message.add(9) { pair in
                                pair.add(1, key)
                                pair.add(2) { any in
                                    if let integer = value.integer {
                                        any.add(3, varint: UInt64(bitPattern: Int64(integer)))
                                    } else {
                                        any.add(1, value.plainText)
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        return writer.bytes
    }

    @Test("what the OpenTelemetry SDK for Python sends arrives whole, in both encodings", arguments: ["pb", "json"])
    func sdk(_ encoding: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/sdk.\(encoding)")
        let imported = try TelemetryImport.traces(in: [UInt8](try Data(contentsOf: file)))
        let only = try #require(imported.first)
        #expect(imported.count == 1 && only.spans == 4 && only.name == "answer")
        let trace = only.trace
        #expect(trace.result?.value == "27 days")
        #expect(trace.node(named: "retrieve")?.value == "Every employee has 27 days of paid leave a year.")
        #expect(trace.node(named: "chat_gpt-4o-mini")?.value == "27 days")
        #expect(inputs(of: "chat_gpt-4o-mini", in: trace).last == "retrieve (inferred)=retrieve:0")
        #expect(trace.node(named: "check")?.value == "(ValueError) no such employee")
        let call = try #require(trace.calls.first)
        #expect(call.model == "openai:gpt-4o-mini" && call.usage.promptTokens == 41)
        let retrieve = try #require(
            try TelemetryReader.spans([UInt8](try Data(contentsOf: file))).first { $0.name == "retrieve" })
        #expect(retrieve.attributes["scores"] == [0.5, 0.25])
    }

    @Test("a failed span is a failure node")
    func failures() throws {
        let text = #"""
            {"resource_spans": [{"scope_spans": [{"spans": [
              {"trace_id": "0b", "span_id": "01", "name": "call", "start_time_unix_nano": 5, "end_time_unix_nano": 9,
               "status": {"code": 2, "message": "boom"},
               "events": [{"name": "exception", "attributes": [
                 {"key": "exception.type", "value": {"string_value": "ValueError"}},
                 {"key": "exception.message", "value": {"string_value": "no such city"}}]}]}]}]}]}
            """#
        let trace = try #require(try TelemetryImport.traces(in: Array(text.utf8)).first).trace
        #expect(trace.outcome.name == "failed" && trace.result?.value == "(ValueError) no such city")
    }

    @Test("what is exported as TGJ comes back: nodes, edges by name, parameters, failures")
    func graphJSON() throws {
        let document = try Value(
            json: #"""
                {"tgj": "1.0", "nodes": [
                  {"id": "tidy:0", "kind": "message", "name": "tidy_0", "description": "[tidy] Makes it nice.",
                   "inputs": {"text": {"ref": "x:0"}, "rule": {"ref": "rule:0"}}, "output": {"name": "o", "value": "b"}},
                  {"id": "x:0", "kind": "value", "name": "x", "value": "a"},
                  {"id": "rule:0", "kind": "parameter", "name": "rule", "value": "Be kind.", "trainable": true,
                   "description": "[Parameter] The rule."}],
                 "exports": {"output": {"ref": "tidy:0"}}}
                """#)
        let trace = try GraphJSONImport.trace(in: document)
        #expect(trace.result?.name == "tidy:0" && trace.result?.value == "b")
        #expect(inputs(of: "tidy", in: trace) == ["text=x:0", "rule=rule:0"])
        let parameter = try #require(trace.parameters.first)
        #expect(trace[parameter].parameter?.name == "rule" && trace[parameter].parameter?.kind == .text)
        let again = try GraphJSONImport.trace(
            in: RecordedTrace(trace: trace, workflow: "w", recorded: Date(timeIntervalSince1970: 0)).tgj)
        #expect(again.nodes.map(\.name) == trace.nodes.map(\.name))
        #expect(again.nodes.map(\.value) == trace.nodes.map(\.value))
        #expect(inputs(of: "tidy", in: again) == inputs(of: "tidy", in: trace))
        // Feedback reaches the parameter.
        let judged = try trace.feedback("too curt", on: try #require(trace.result).id)
        #expect(try judged.subgraph(from: [try #require(judged.result).id]).all.contains(parameter))
    }

    @Test("what is wrong with a document is said")
    func mistakes() throws {
        func message(_ json: String) throws -> String {
            let document = try Value(json: json)
            do throws(ImportError) {
                _ = try GraphJSONImport.trace(in: document)
                return "nothing"
            } catch {
                return error.message
            }
        }
        #expect(try message(#"{"tgj": "2.0", "nodes": []}"#).contains("'tgj' is \"2.0\""))
        #expect(
            try message(#"{"tgj": "1.0", "nodes": [{"id": "a", "kind": "message", "inputs": {"x": {"ref": "b"}}}]}"#)
                == "'b' is read by a node and is not there")
        #expect(
            try message(#"{"tgj": "1.0", "nodes": [{"id": "a", "kind": "message", "inputs": {"x": {"ref": "a"}}}]}"#)
                == "'a' reads itself in the end")
    }
}
