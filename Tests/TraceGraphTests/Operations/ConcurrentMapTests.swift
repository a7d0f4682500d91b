import Synchronization
import Testing
@testable import TraceGraph

struct Refused: Error { var index: Int }

@Suite("Mapping side by side")
struct ConcurrentMapTests {
    @Test("gives what one after the other gives, whatever the bound", arguments: [-1, 1, 2, 7, 100])
    func order(limit: Int) async throws {
        let trace = await Trace.record {
            let numbers = Traced(Array(0..<40), name: "numbers"), step = Traced(3, name: "step")
            let named = try await numbers.map("double", with: step, concurrency: limit) { number, step in
                for _ in 0..<((number * 7) % 5) { await Task.yield() }
                return number * 2 + step
            }
            let unnamed = try await numbers.map(concurrency: limit) { number in
                for _ in 0..<((number.value * 3) % 4) { await Task.yield() }
                return try number * 2 + step
            }
            return try gather([named, unnamed])[0] + named.filter { _ in (named == unnamed) }
        }
        let expected = (0..<40).map { Value.integer($0 * 2 + 3) }
        #expect(trace.result?.value == .list(expected + expected))
        #expect(trace.nodes.filter { $0.base == "double" }.count == 40)
        let gathered = try #require(trace.node(named: "gather"))
        #expect(gathered.inputs.map { trace[$0.node].value } == expected)
        #expect(trace.nodes.filter { $0.base == "element" }.prefix(40).map(\.value) == (0..<40).map { .integer($0) })
    }

    @Test("never more than the bound are under way")
    func bound() async throws {
        let counts = Guarded((now: 0, most: 0))
        _ = try await Traced(Array(0..<100), name: "numbers").map("work", concurrency: 3) { number in
            counts.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            for _ in 0..<5 { await Task.yield() }
            counts.withLock { $0.now -= 1 }
            return number
        }
        #expect(counts.withLock { $0.now } == 0)
        #expect((1...3).contains(counts.withLock { $0.most }))
    }

    @Test("of several failures the first element's counts, and nothing new is started")
    func failure() async throws {
        let started = Guarded(0)
        let trace = await Trace.record {
            try await Traced(Array(0..<50), name: "numbers").map("work", concurrency: 4) { index -> Int in
                started.withLock { $0 += 1 }
                while started.withLock({ $0 < 4 }) { await Task.yield() }
                throw Refused(index: index)
            }
        }
        #expect((trace.error as? Refused)?.index == 0)
        #expect(started.withLock { $0 } == 4)
        #expect(trace.result?.kind == .failure)
    }

    @Test("a failure cancels what is under way and is not hidden by it")
    func cancelling() async throws {
        await #expect(throws: Refused.self) {
            _ = try await Traced([0, 1, 2], name: "numbers").map("work", concurrency: 3) { index -> Int in
                if index == 2 { throw Refused(index: 2) }
                while true {
                    try Task.checkCancellation()
                    await Task.yield()
                }
            }
        }
    }

    @Test("a cancelled task ends with the part that was recorded")
    func cancelled() async throws {
        let (stream, started) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            await Trace.record {
                try await Traced(Array(0..<9), name: "numbers").map(concurrency: 2) { number in
                    started.yield()
                    while !Task.isCancelled { await Task.yield() }
                    return number
                }
            }
        }
        for await _ in stream { break }
        task.cancel()
        let trace = await task.value
        #expect(trace.outcome == .cancelled)
        #expect(trace.nodes.contains { $0.base == "element" })
    }

    @Test("operations that wait run one after the other without a bound")
    func oneByOne() async throws {
        let trace = await Trace.record {
            let words = Traced(["a", "bb", "ccc"], name: "words")
            let first = Traced(1, name: "first"), second = Traced("!", name: "second")
            let long = try await words.filter("long", with: first, second) { word, first, second in
                await Task.yield()
                return word.count > first && second == "!"
            }
            let marked = try await long.map("mark", with: second, first, second) { word, second, first, third in
                await Task.yield()
                return word + second + third + "\(first)"
            }
            let kept = await marked.filter { word in
                await Task.yield()
                return word != ""
            }
            let total = try await kept.reduce("join", "") { result, word in
                await Task.yield()
                return result + word
            }
            let count = await kept.map { word in
                await Task.yield()
                return word.count
            }
            return try await count.reduce(0) { total, number in
                await Task.yield()
                return try total + number
            }.number() + total.count.number()
        }
        #expect(trace.error == nil)
        #expect(trace.node(named: "join:1")?.value == "bb!!1ccc!!1")
        #expect(trace.result?.value == .number(22))
        #expect(trace.nodes.filter { $0.base == "long" }.allSatisfy { $0.inputs.count == 3 })
    }
}
