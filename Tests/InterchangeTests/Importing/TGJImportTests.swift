import Interchange
import Testing
import TraceGraph

@Suite("Imported TGJ")
struct TGJImportTests {
    @Test("what is written is read back: the same graph, parameters, failures and times")
    func roundTrip() throws {
        for trace in [try Samples.map(6, failing: true), try Samples.map(3), try Samples.loop(5)] {
            let document = Samples.recorded(trace).tgj
            let again = try RecordedTrace(tgj: try Value(json: document.json)).trace
            #expect(again.nodes.map(\.name) == trace.nodes.map(\.name))
            #expect(again.nodes.map(\.value) == trace.nodes.map(\.value))
            #expect(again.nodes.map(\.kind) == trace.nodes.map(\.kind))
            #expect(again.nodes.map { $0.inputs.map(\.node) } == trace.nodes.map { $0.inputs.map(\.node) })
            #expect(again.nodes.map(\.duration) == trace.nodes.map(\.duration))
            #expect(again.result?.name == trace.result?.name)
            #expect(again.parameters == trace.parameters)
        }
    }

    @Test("nodes may stand in any order, and be kept by their ids")
    func order() throws {
        let document: Value = [
            "tgj": "1.0", "agent_id": "planner",
            "nodes": [
                "answer": [
                    "kind": "message", "name": "answer", "description": "[generate] Asks.",
                    "inputs": ["prompt": ["ref": "prompt"], "style": ["literal": "brief"]],
                    "output": ["name": "out", "value": "42"],
                ],
                "prompt": ["kind": "parameter", "name": "prompt", "trainable": true, "value": "Say it."],
            ],
            "exports": ["output": ["ref": "answer"]],
        ]
        let recorded = try RecordedTrace(tgj: document)
        let trace = recorded.trace
        #expect(recorded.workflow == "planner" && trace.result?.value == "42")
        #expect(trace.candidate["prompt"] == "Say it.")
        #expect(trace.result?.operation?.name == "generate" && trace.result?.operation?.documentation == "Asks.")
        #expect(trace.result?.inputs.map(\.name) == ["prompt", "style"])
        let output = try #require(trace.result?.id)
        #expect(try trace.subgraph(from: [output], to: trace.parameters).nodes.count >= 2)
    }

    @Test("a chain of many thousands is read without trouble, a circle is refused")
    func shapes() throws {
        let long: [Value] = (0..<20_000).reversed().map { place in
            [
                "id": .text("n:\(place)"), "kind": "message",
                "inputs": place == 0 ? ["x": ["literal": 1]] : ["x": ["ref": .text("n:\(place - 1)")]],
                "output": ["value": .integer(place)],
            ]
        }
        let trace = try RecordedTrace(tgj: ["tgj": "1.0", "nodes": .list(long)]).trace
        #expect(trace.nodes.count == 20_001 && trace.result?.value == 19_999)
        let circle: Value = [
            "tgj": "1.0",
            "nodes": [
                ["id": "a", "kind": "message", "inputs": ["x": ["ref": "b"]]],
                ["id": "b", "kind": "message", "inputs": ["x": ["ref": "a"]]],
            ],
        ]
        #expect(throws: ImportError.self) { try RecordedTrace(tgj: circle) }
    }

    @Test(
        "anything else is refused with what was expected",
        arguments: [
            "{}", "[]", "{\"tgj\": \"1.0\"}", "{\"tgj\": \"2.0\", \"nodes\": []}", "{\"tgj\": \"1.0\", \"nodes\": []}",
        ])
    func refused(_ text: String) throws {
        let document = try Value(json: text)
        #expect(throws: ImportError.self) { try RecordedTrace(tgj: document) }
    }
}
