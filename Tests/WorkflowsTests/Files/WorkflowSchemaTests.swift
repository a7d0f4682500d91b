import Evaluation
import Foundation
import Testing
import TraceGraph

@testable import Workflows

@Suite("The published schema")
struct WorkflowSchemaTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private func schema() throws -> Value {
        let data = try Data(contentsOf: Self.root.appending(path: "docs/workflow.schema.json"))
        return try Value(json: [UInt8](data))
    }

    @Test("describes exactly the keys that the reader accepts")
    func keys() throws {
        let schema = try schema()
        let definitions = try #require(schema["$defs"]?.object)
        for (name, keys) in WorkflowKeys.all {
            let definition = name == "document" ? schema : definitions[name] ?? .null
            #expect(Set(definition["properties"]?.object?.names ?? []) == Set(keys), "\(name)")
            #expect(definition["additionalProperties"] == false, "\(name)")
        }
        let closed = definitions.filter { $0.value["properties"] != nil }.map(\.name)
        #expect(Set(closed).union(["document"]) == Set(WorkflowKeys.all.keys))
    }

    @Test("lists the kinds of parameters, inputs and outputs that there are")
    func words() throws {
        let schema = try schema()
        func words(_ value: Value?) -> [String] { value?["enum"]?.list?.compactMap(\.text) ?? [] }
        #expect(words(schema["$defs"]?["parameter"]?["properties"]?["kind"]) == WorkflowReader.parameterKinds)
        #expect(
            words(schema["properties"]?["inputs"]?["additionalProperties"]) == WorkflowInput.Kind.allCases.map(\.rawValue))
        #expect(
            words(schema["$defs"]?["commandStep"]?["properties"]?["output"])
                == CommandAction.Output.allCases.map(\.rawValue))
    }

    @Test("every reference in it leads somewhere")
    func references() throws {
        let schema = try schema()
        func walk(_ value: Value) {
            if let target = value["$ref"]?.text {
                let name = target.replacing("#/$defs/", with: "")
                #expect(schema["$defs"]?[name] != nil, "\(target)")
            }
            value.object?.values.forEach(walk)
            value.list?.forEach(walk)
        }
        walk(schema)
    }

    @Test("the workflows of the repository are read without a warning", arguments: ["triage", "extract", "search"])
    func workflows(_ name: String) throws {
        let path = Self.root.appending(path: "workflows/\(name).yaml").path
        let file = try WorkflowFile(contentsOf: path, environment: [:])
        #expect(file.name == name)
        #expect(file.warnings.isEmpty, "\(file.warnings)")
        let dataset = try file.dataset()
        let split = try file.splitPlan.split(dataset.examples)
        #expect(split.train.count + split.validation.count + split.holdout.count == dataset.count)
    }
}
