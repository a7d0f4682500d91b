import ContentHash
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

    @Test(
        "what comes to something else each time is kept for one run, execution by execution, and for nobody outside of runs"
    )
    func own() async throws {
        struct Failed: Error {}
        let cache = MemoryNodeCache()
        let made = Mutex(0)
        func value(_ nodes: CachedNodes, _ execution: String) async throws -> Value {
            try await nodes.ownValue(for: ContentHash(of: execution), of: "s", remedy: "it says 'cache: false'") {
                made.withLock { made in
                    made += 1
                    return .integer(made)
                }
            }
        }
        let outside = CachedNodes(cache)
        #expect(try await [value(outside, "a"), value(outside, "a")] == [1, 2])
        #expect(outside.place(of: ContentHash(of: "a")) == 0 && outside.place(of: ContentHash(of: "a")) == 0)

        let run = CachedNodes(cache)
        run.follow(run: 7)
        #expect(["a", "a", "b", "a"].map { run.place(of: ContentHash(of: $0)) } == [0, 1, 0, 2])
        #expect(try await [value(run, "a"), value(run, "b"), value(run, "a")] == [3, 4, 3])
        await #expect(throws: Failed.self) {
            try await run.ownValue(for: ContentHash(of: "c"), of: "s", remedy: "") { throw Failed() }
        }
        #expect(try await value(run, "c") == 5, "a failure is not kept")

        for mode in [CacheMode.use, .refresh, .only] {
            let again = CachedNodes(cache, mode: mode)
            again.follow(run: 7)
            #expect(again.place(of: ContentHash(of: "a")) == 0)
            #expect(try await [value(again, "b"), value(again, "a")] == [4, 3], "\(mode)")
        }
        let only = CachedNodes(cache, mode: .only)
        only.follow(run: 7)
        let miss = await #expect(throws: ModelError.self) { try await value(only, "d") }
        #expect(miss?.code == .cacheMiss)
        let other = CachedNodes(cache)
        other.follow(run: 8)
        #expect(try await value(other, "a") == 6)
        let off = CachedNodes(cache, mode: .off)
        off.follow(run: 7)
        #expect(try await value(off, "a") == 7)
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
