import ContentHash
import Evaluation
import Foundation
import GRDB
import LanguageModels
import Testing
import TraceGraph
import TraceStore

@Suite("Kept results of operations")
struct StoredNodesTests {
    private func key(_ source: String = "f", _ input: Value = 1, repetition: Int = 0) throws -> NodeKey {
        try #require(NodeKey("code", version: .text(source), inputs: ["x": input], repetition: repetition))
    }

    @Test("are found again, in this store and the next; the first one stays unless it is replaced")
    func keeping() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        #expect(try store.results.value(for: key()) == nil)
        for value in GeneratedTrace.texts.map(Value.text) + [.null, 1.5, [1, ["a": true]]] {
            let key = try key("f", value)
            #expect(try store.results.keep(value, for: key, replacing: false) == value)
            #expect(try store.results.keep("other", for: key, replacing: false) == value)
            #expect(try folder.store().results.value(for: key) == value)
        }
        try store.results.keep("new", for: key("f", .null), replacing: true)
        #expect(try store.results.value(for: key("f", .null)) == "new")
        #expect(try folder.store().results.value(for: key("f", .null)) == "new")
        #expect(try store.verify().isSound)
        #expect(try store.statistics().results == GeneratedTrace.texts.count + 3)
    }

    @Test("can be removed by age and size, and their values with them")
    func removing() throws {
        let folder = try TemporaryFolder()
        let old = try folder.store()
        try old.results.keep(.text(String(repeating: "a", count: 1000)), for: key("old"), replacing: false)
        let store = try TraceStore(path: folder.database, clock: .at(100))
        for name in ["b", "c"] {
            try store.results.keep(.text(String(repeating: name, count: 1000)), for: key(name), replacing: false)
        }
        let aged = try store.removeResults(olderThan: StoreClock.at(50).now())
        #expect(aged.entries == 1 && aged.bytes == 1000 && aged.kept == 2 && aged.values == 2)
        #expect(try store.results.value(for: key("old")) == nil)
        #expect(try store.removeResults(maximumBytes: 1500).entries == 1)
        #expect(try store.removeResults().entries == 1)
        #expect(try store.statistics().values == 0)
    }

    @Test("a result that does not belong to its key is found by the check")
    func verifying() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        try store.results.keep(1, for: key("a"), replacing: false)
        try store.results.keep(2, for: key("b"), replacing: false)
        try store.close()
        try DatabaseQueue(path: folder.database).write {
            try $0.execute(sql: "UPDATE node_results SET key = '\(String(repeating: "0", count: 64))' WHERE id = 1")
            try $0.execute(sql: "UPDATE node_results SET value = 4711 WHERE id = 2")
        }
        let problems = try folder.store().verify().problems
        #expect(problems.contains { $0.hasPrefix("result 0000") })
        #expect(problems.contains { $0.contains("node_results name a value that is not there") })
    }

    @Test("what answered the nodes of a trace, and in which version they were, is read back")
    func reused() throws {
        let store = try TemporaryFolder().store()
        var trace = try SampleRun.trace(SampleRun.better)
        trace.reused = [NodeID(2): NodeID(5)]
        trace.cached = [NodeID(1)]
        trace.versions = ["reply": "abc", "queue": "def"]
        let example = Example(id: "e", fields: ["message": "hi"], line: 7)
        let first = try store.save(trace, workflow: "w", example: example)
        let id = try store.save(trace, workflow: "w", rerunOf: first)
        let found = try store.trace(id: id)
        #expect(found.reused == trace.reused)
        #expect(found.cached == trace.cached)
        #expect(found.versions == trace.versions)
        #expect(try store.example(ofTrace: first) == example)
        #expect(try store.example(ofTrace: id) == nil)
        #expect(throws: StoreError.self) { try store.example(ofTrace: 99) }
        #expect(try store.verify().isSound)
    }
}
