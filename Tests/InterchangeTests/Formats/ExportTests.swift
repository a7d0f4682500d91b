import Foundation
import Interchange
import Testing
import TraceGraph

@Suite("Exports")
struct ExportTests {
    private func text(_ format: ExportFormat, _ trace: Trace, _ text: String = "hello") async -> String {
        String(
            decoding: await Samples.recorded(trace, text: text).exported(as: format, mayAskGraphviz: false),
            as: UTF8.self)
    }

    @Test("files tell their format by their names")
    func names() {
        let known: [(String, ExportFormat?)] = [
            ("a/b.html", .html), ("x.SVG", .svg), ("x.gv", .dot), ("x.chrome.json", .chrome),
            ("t.otlp.json", .otlpJSON),
            ("t.pb", .otlpProtobuf), ("t.json", .json), ("t.tgj.json", .tgj), ("junit.xml", .junit), ("x", nil),
            ("x.zip", nil),
        ]
        for (name, format) in known { #expect(ExportFormat(fileName: name) == format, "\(name)") }
    }

    @Test("hostile text is text in XML and HTML: well formed, no script, nothing a reader would obey")
    func hostile() async throws {
        let trace = try Samples.map(4, failing: true, text: Samples.hostile)
        for format in [ExportFormat.svg, .junit] {
            let document = await text(format, trace, Samples.hostile)
            #expect(XMLCheck(document).isWellFormed, "\(format): \(document)")
        }
        for format in ExportFormat.allCases
        where ![.otlpProtobuf, .json, .jsonl, .tgj, .chrome, .otlpJSON].contains(format) {
            let document = await text(format, trace, Samples.hostile)
            #expect(
                !document.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" || $0 == "\u{7}" }, "\(format)")
            if format == .html || format == .svg {
                #expect(!document.contains("<script") && !document.contains("<img"), "\(format)")
            }
        }
    }

    @Test("a text of megabytes on one line is cut in drawings and reports, and whole in JSON")
    func long() async throws {
        let trace = try Samples.map(1, text: String(repeating: "ä", count: 500_000))
        #expect(await text(.svg, trace).utf8.count < 20_000)
        #expect(await text(.html, trace).utf8.count < 1_000_000)
        #expect(await text(.json, trace).utf8.count > 1_000_000)
    }

    @Test("the HTML report loads and runs nothing")
    func html() async throws {
        let page = await text(.html, try Samples.map(3))
        #expect(page.contains("default-src 'none'"))
        for word in ["<script", "<link", "src=", "href=", "@import", "url(http"] {
            #expect(!page.contains(word), "\(word)")
        }
        #expect(page.contains("openai:small: 10 + 4 tokens"))
    }

    @Test("Chrome's trace events: known phases, times in microseconds, one lane a branch")
    func chrome() async throws {
        let value = try Value(json: await text(.chrome, try Samples.map(4)))
        let events = try #require(value["traceEvents"]?.list)
        let bars = events.filter { $0["ph"] == "X" }
        #expect(bars.count == 6 && events.allSatisfy { ["X", "M"].contains($0["ph"]?.text) })
        #expect(
            bars.allSatisfy {
                $0["ts"]?.number != nil && ($0["dur"]?.number ?? -1) >= 0 && $0["pid"] == 1 && $0["tid"]?.integer != nil
            })
        #expect(Set(bars.compactMap { $0["tid"]?.integer }).count == 4)
        #expect(events.filter { $0["name"] == "thread_name" }.count == 4)
    }

    @Test("TGJ: every reference is a node, parameters are trainable, failures are exceptions")
    func tgj() async throws {
        let value = try Value(json: await text(.tgj, try Samples.map(4, failing: true)))
        #expect(value["tgj"] == "1.0")
        let nodes = try #require(value["nodes"]?.list)
        let ids = Set(nodes.compactMap { $0["id"]?.text })
        #expect(ids.count == nodes.count)
        #expect(Set(nodes.compactMap { $0["name"]?.text }).count == nodes.count)
        for node in nodes {
            for (_, reference) in node["inputs"]?.object ?? [:] { #expect(ids.contains(reference["ref"]?.text ?? "")) }
        }
        #expect(
            nodes.compactMap { $0["kind"]?.text } == [
                "parameter", "value", "message", "message", "message", "exception", "message",
            ])
        #expect(nodes[0]["trainable"] == true)
        #expect(nodes[5]["error"]?["type"] == "Oops")
        // Four items come in under one name: all are kept.
        #expect(nodes[6]["inputs"]?.object?.count == 4)
    }

    @Test("JSON lines and CSV have one row a node")
    func tables() async throws {
        let trace = try Samples.map(5, text: "a \"b\",\nc")
        let lines = try await text(.jsonl, trace).split(separator: "\n").map { try Value(json: String($0)) }
        #expect(lines.filter { $0["line"] == "node" }.count == trace.nodes.count)
        #expect(lines.first { $0["line"] == "call" }?["request"]?["messages"]?.list?.count == 1)
        let csv = await text(.csv, trace)
        #expect(csv.components(separatedBy: "\r\n").count == trace.nodes.count + 2)
        #expect(csv.contains("\"a \"\"b\"\",\nc\""))
        let formula = await text(.csv, try Samples.map(1, text: "=HYPERLINK(\"x\")"))
        #expect(!formula.contains(",=HYPERLINK") && !formula.contains(",\"=HYPERLINK"))
    }

    @Test("Markdown fences cannot be ended from inside")
    func markdown() async throws {
        let page = await text(.markdown, try Samples.map(1, text: "````\n# not a heading\n````"))
        let fences = page.split(separator: "\n").filter { $0.hasPrefix("`````") }
        #expect(fences.count >= 6 && fences.count.isMultiple(of: 2))
    }

    @Test("JUnit: the elements, attributes and counts that its readers' schema asks for")
    func junit() async throws {
        // By element: what it may lie in, and the attributes it must have.
        let schema: [String: (parent: String?, attributes: Set<String>)] = [
            "testsuites": (nil, ["name", "tests", "failures", "errors", "time"]),
            "testsuite": ("testsuites", ["name", "tests", "failures", "errors", "time", "timestamp"]),
            "testcase": ("testsuite", ["classname", "name", "time"]), "failure": ("testcase", ["message"]),
            "error": ("testcase", ["message"]), "system-out": ("testcase", []),
        ]
        for hostile in [false, true] {
            let text = hostile ? Samples.hostile : "hello"
            let check = XMLCheck(await self.text(.junit, try Samples.map(2, text: text), text))
            #expect(check.isWellFormed)
            for element in check.elements {
                let rule = try #require(schema[element.name], "\(element.name)")
                #expect(element.parent == rule.parent && Set(element.attributes.keys) == rule.attributes, "\(element)")
            }
            let suite = try #require(check.elements.first { $0.name == "testsuite" }).attributes
            for (attribute, name) in [("tests", "testcase"), ("failures", "failure"), ("errors", "error")] {
                #expect(suite[attribute] == "\(check.elements.count { $0.name == name })")
            }
            #expect(suite["timestamp"] == "2023-11-14T22:13:20", "\(suite)")
            #expect(suite["failures"] == "0", "half of the points is no failure")
        }
    }

    @Test("the OTLP encodings say the same, and the protobuf has the fields of the specification")
    func telemetry() async throws {
        let recorded = Samples.recorded(try Samples.map(4, failing: true))
        let json = try Value(json: String(decoding: await recorded.exported(as: .otlpJSON), as: UTF8.self))
        let scopes = try #require(json["resourceSpans"]?.list?.first?["scopeSpans"]?.list?.first)
        let spans = try #require(scopes["spans"]?.list)
        #expect(spans.count == 7)
        #expect(Set(spans.compactMap { $0["traceId"]?.text }).count == 1)
        let ids = Set(spans.compactMap { $0["spanId"]?.text })
        #expect(ids.count == spans.count && ids.allSatisfy { $0.count == 16 })
        #expect(spans.dropFirst().allSatisfy { ids.contains($0["parentSpanId"]?.text ?? "") })
        let call = try #require(spans.first { $0["name"] == "chat small" })
        #expect(call["kind"] == 3)
        func attribute(_ span: Value, _ name: String) -> Value? {
            span["attributes"]?.list?.first { $0["key"]?.text == name }?["value"]
        }
        #expect(attribute(call, "openinference.span.kind")?["stringValue"] == "LLM")
        #expect(attribute(call, "gen_ai.usage.input_tokens")?["intValue"] == "10")
        #expect(attribute(call, "llm.output_messages.0.message.content")?["stringValue"] == "hello")
        let maker = spans.first { $0["spanId"] == call["parentSpanId"] }
        #expect(maker?["name"] == "label:0")
        #expect(spans.filter { $0["status"]?["code"] == 2 }.count == 1)

        let message = try ProtobufMessage(await recorded.exported(as: .otlpProtobuf))
        let resource = try message.messages(1)[0]
        let encoded = try resource.messages(2)[0].messages(2)
        #expect(encoded.count == spans.count)
        for (a, b) in zip(encoded, spans) {
            #expect(a.bytes(1).count == 16 && a.bytes(2).count == 8)
            #expect(a.bytes(2).map { String(format: "%02x", $0) }.joined() == b["spanId"]?.text)
            #expect(String(decoding: a.bytes(5), as: UTF8.self) == b["name"]?.text)
            #expect("\(a.number(7))" == b["startTimeUnixNano"]?.text && "\(a.number(8))" == b["endTimeUnixNano"]?.text)
            #expect(try a.messages(9).count == b["attributes"]?.list?.count)
        }
    }
}
