import Testing
import TraceGraph

@testable import Evaluation

@Suite("Names of other tools' exports")
struct FieldAliasesTests {
    @Test(
        "what is asked and expected is found where each tool keeps it",
        arguments: [
            // promptfoo
            #"{"vars": {"question": "q"}, "assert": [{"type": "latency"}, {"type": "equals", "value": "a"}]}"#,
            // DSPy
            #"{"question": "q", "answer": "a"}"#,
            // Inspect
            #"{"input": "q", "target": "a", "id": 7}"#,
            // Langfuse
            #"{"input": {"question": "q"}, "expectedOutput": "a"}"#,
            #"{"input": "{\"question\": \"q\"}", "expected_output": "a"}"#,
            // MLflow
            #"{"inputs": {"question": "q"}, "expectations": {"expected_response": "a"}}"#,
        ])
    func exports(_ row: String) throws {
        let dataset = try Dataset(
            contents: row + "\n", path: "d.jsonl", mapping: ["expected": "expected", "question": "question"],
            required: ["question"])
        #expect(dataset.examples.first?["question"] == "q")
        #expect(dataset.examples.first?["expected"] == "a")
    }

    @Test("a row's own names come first, and what is nowhere is missed")
    func own() throws {
        let dataset = try Dataset(
            contents: #"{"expected": "own", "answer": "other", "vars": {"question": "inner"}, "question": "own"}"#,
            path: "d.jsonl", mapping: ["expected": "expected"], required: ["question"])
        #expect(dataset.examples.first?["expected"] == "own" && dataset.examples.first?["question"] == "own")
        #expect(throws: DatasetError.self) {
            try Dataset(contents: #"{"a": 1}"#, path: "d.jsonl", mapping: ["expected": "expected"], required: [])
        }
        let dotted = try Dataset(
            contents: #"{"a": {"b": {"c": 3}}}"#, path: "d.jsonl", mapping: ["x": "a.b.c"], required: ["x"])
        #expect(dotted.examples.first?["x"] == 3)
    }
}
