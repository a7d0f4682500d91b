import LanguageModels
import Synchronization
import Testing
import TraceGraph

@Suite("Results of operations kept between runs")
struct CachedNodesTests {
    @Test("keys are equal exactly when operation, version, inputs and repeat are")
    func keys() throws {
        let base = try #require(NodeKey("f", version: "1", inputs: ["a": 1, "b": "x"]))
        #expect(base == NodeKey("f", version: "1", inputs: ["b": "x", "a": 1]))
        #expect(base.digest == NodeKey("f", version: "1", inputs: ["b": "x", "a": 1])?.digest)
        let others = [
            NodeKey("g", version: "1", inputs: ["a": 1, "b": "x"]),
            NodeKey("f", version: 1, inputs: ["a": 1, "b": "x"]),
            NodeKey("f", version: "1", inputs: ["a": 1.0, "b": "x"]), NodeKey("f", version: "1", inputs: ["a": 1]),
            NodeKey("f", version: "1", inputs: ["a": "1", "b": "x"]),
            NodeKey("f", version: "1", inputs: ["a": "x", "b": 1]),
            NodeKey("f", version: "1", inputs: ["a": 1, "b": "x"], repetition: 1),
        ]
        for other in others { #expect(other != nil && other != base && other?.digest != base.digest) }
        #expect(
            NodeKey("f", version: "1", inputs: ["a": .opaque("A()")]) == nil, "what is only described is like nothing")
        #expect(NodeKey("f", version: "1", inputs: ["a": [.number(.nan)]]) == nil)
    }

    @Test("each mode does what it says; failures are not kept")
    func modes() async throws {
        struct Failed: Error {}
        let cache = MemoryNodeCache()
        let key = try #require(NodeKey("f", version: "1", inputs: [:]))
        let runs = Mutex(0)
        @Sendable func next() -> Value {
            runs.withLock { runs in
                runs += 1
                return .integer(runs)
            }
        }
        let use = CachedNodes(cache)
        await #expect(throws: Failed.self) { try await use.value(for: key) { throw Failed() } }
        #expect(try await use.value(for: key) { next() } == 1)
        #expect(try await use.value(for: key) { next() } == 1)
        #expect(use.answered.hits == 1 && use.answered.lookups == 3)
        #expect(try await CachedNodes(cache, mode: .refresh).value(for: key) { next() } == 2)
        #expect(try await use.value(for: key) { next() } == 2)
        #expect(try await CachedNodes(cache, mode: .off).value(for: key) { next() } == 3)
        #expect(try await CachedNodes(cache, mode: .only).value(for: key) { next() } == 2)
        let other = try #require(NodeKey("g", version: "1", inputs: [:]))
        let only = CachedNodes(cache, mode: .only)
        await #expect(throws: Failed.self, "a failure is never kept, and is made again") {
            try await only.value(for: other) { throw Failed() }
        }
        let miss = await #expect(throws: ModelError.self) { try await only.value(for: other) { next() } }
        #expect(miss?.code == .cacheMiss, "a result is one that nobody recorded")
        #expect(cache.value(for: other) == nil)
        #expect(try await only.value(for: nil) { next() } == 5, "what has no key runs each time")
        #expect(try await use.value(for: nil) { next() } == 6)
    }

    @Test("a node that was answered is marked in its trace")
    func marks() async throws {
        let nodes = CachedNodes(MemoryNodeCache())
        let body = { @Sendable () async throws -> Traced<Value> in
            try await traced("f", inputs: []) {
                try await nodes.value(for: NodeKey("f", version: "1", inputs: [:])) { "made" }
            }
        }
        let first = await Trace.record { try await body() }
        let second = await Trace.record { try await body() }
        #expect(first.cached.isEmpty)
        #expect(second.cached == [try #require(second.result).id])
        #expect(second.result?.value == "made")
    }
}
