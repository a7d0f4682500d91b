import ContentHash
import LanguageModels
import Synchronization
import Testing
import TraceGraph

@Suite struct CachedModelTests {
    let cache = MemoryCompletionCache()

    func counting(_ finish: ChatReply.Finish = .stop) -> (model: ScriptedModel, asked: @Sendable () -> Int) {
        let asked = Counter()
        return (ScriptedModel { _ in Script.Reply("answer \(asked.next())", finish: finish) }, { asked.value })
    }

    final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    @Test func aSecondUseIsAnsweredFromTheCache() async throws {
        let (base, asked) = counting()
        let model = CachedModel(base, cache: cache)
        let first = try await model.reply(to: request("hello"))
        let second = try await model.reply(to: request("hello"))
        #expect(first.text == second.text && !first.wasCached && second.wasCached)
        #expect(asked() == 1)
        _ = try await model.reply(to: request("other"))
        #expect(asked() == 2)
    }

    @Test func repeatsAreAskedSeparately() async throws {
        let (base, asked) = counting()
        let model = CachedModel(base, cache: cache)
        var again = request("hello")
        again.repetition = 1
        _ = try await model.reply(to: request("hello"))
        _ = try await model.reply(to: again)
        #expect(asked() == 2)
    }

    @Test(arguments: [ChatReply.Finish.refusal, .other("content_filter")])
    func unfinishedRepliesAreNotKept(finish: ChatReply.Finish) async throws {
        let (base, asked) = counting(finish)
        let model = CachedModel(base, cache: cache)
        _ = try await model.reply(to: request("hello"))
        _ = try await model.reply(to: request("hello"))
        #expect(asked() == 2 && cache.count == 0)
    }

    @Test func failuresAreNotKept() async throws {
        let fails = Mutex(true)
        let model = CachedModel(
            ScriptedModel { _ in
                if fails.withLock({ $0 }) { throw ModelError(.serverError, "oops") }
                return Script.Reply("fine")
            }, cache: cache)
        _ = await #expect(throws: ModelError.self) { try await model.reply(to: request("hello")) }
        fails.withLock { $0 = false }
        #expect(try await model.reply(to: request("hello")).text == "fine")
    }

    @Test func refreshAsksAndReplaces() async throws {
        let (base, _) = counting()
        _ = try await CachedModel(base, cache: cache).reply(to: request("hello"))
        let fresh = try await CachedModel(base, cache: cache, mode: .refresh).reply(to: request("hello"))
        #expect(fresh.text == "answer 2" && !fresh.wasCached)
        #expect(try await CachedModel(base, cache: cache).reply(to: request("hello")).text == "answer 2")
    }

    @Test func offNeitherReadsNorKeeps() async throws {
        let (base, asked) = counting()
        let model = CachedModel(base, cache: cache, mode: .off)
        _ = try await model.reply(to: request("hello"))
        _ = try await model.reply(to: request("hello"))
        #expect(asked() == 2 && cache.count == 0)
    }

    @Test func onlyNamesTheMissingRequest() async throws {
        let (base, asked) = counting()
        let model = CachedModel(base, cache: cache, mode: .only)
        let error = await #expect(throws: ModelError.self) { try await model.reply(to: request("secret text")) }
        #expect(error?.code == .cacheMiss && asked() == 0)
        #expect(error?.message.contains("scripted:test") == true)
        #expect(error?.message.contains(request("secret text").key.hex.prefix(12)) == true)
        #expect(error?.message.contains("secret text") == false)
    }

    @Test func theSameRequestInFlightIsAskedOnce() async throws {
        let gate = Gate()
        let asked = Counter()
        let model = CachedModel(
            ScriptedModel { _ in
                let number = asked.next()
                await gate.pass()
                return Script.Reply("answer \(number)")
            }, cache: cache, mode: .refresh)
        let tasks = (0..<100).map { _ in Task { try await model.reply(to: request("hello")) } }
        await until { model.waiting == 100 }
        gate.open()
        var replies: [ChatReply] = []
        for task in tasks { replies.append(try await task.value) }
        #expect(asked.value == 1)
        #expect(replies.filter { !$0.wasCached }.count == 1)
        #expect(Set(replies.map(\.text)) == ["answer 1"])
    }

    /// A cache in which the first looks come too early: what is kept is only found by later ones.
    final class LateCache: CompletionCache {
        private let base = MemoryCompletionCache()
        private let early: Mutex<Int>

        init(early: Int) { self.early = Mutex(early) }

        func reply(for key: ContentHash) -> ChatReply? {
            let isEarly = early.withLock { early in
                early -= 1
                return early >= 0
            }
            return isEarly ? nil : base.reply(for: key)
        }

        func keep(_ reply: ChatReply, to request: ChatRequest, key: ContentHash, replacing: Bool) -> ChatReply {
            base.keep(reply, to: request, key: key, replacing: replacing)
        }
    }

    @Test func aLookJustBeforeTheReplyIsKeptDoesNotAskAgain() async throws {
        let (base, asked) = counting()
        // Both looks of the first call, and the second call's first, see nothing.
        let model = CachedModel(base, cache: LateCache(early: 3))
        let ledger = Ledger()
        let metered = MeteredModel(model, ledger: ledger)
        let first = try await metered.reply(to: request("hello"))
        let second = try await metered.reply(to: request("hello"))
        #expect(asked() == 1)
        #expect(first.text == "answer 1" && second.text == "answer 1" && second.wasCached)
        #expect(ledger.spent.calls == 1 && ledger.paid.calls == 1)
    }

    @Test func theFirstReplyStays() async throws {
        let (base, asked) = counting()
        // No look finds anything: all that keeps the replies apart is the keeping.
        let model = CachedModel(base, cache: LateCache(early: .max))
        let replies = [try await model.reply(to: request("hello")), try await model.reply(to: request("hello"))]
        #expect(asked() == 2)
        #expect(replies.map(\.text) == ["answer 1", "answer 1"])
    }

    @Test func aCancelledWaiterLeavesTheOthersUndisturbed() async throws {
        let gate = Gate()
        let model = CachedModel(
            ScriptedModel { _ in
                await gate.pass()
                try Task.checkCancellation()
                return Script.Reply("answer")
            }, cache: cache)
        let first = Task { try await model.reply(to: request("hello")) }
        await until { gate.waiting == 1 }
        let second = Task { try await model.reply(to: request("hello")) }
        await until { model.waiting == 2 }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        gate.open()
        let reply = try await second.value
        #expect(reply.text == "answer" && !reply.wasCached)
    }

    @Test func theCallIsCancelledWhenNobodyWaits() async throws {
        let gate = Gate()
        let sawCancellation = Gate()
        let model = CachedModel(
            ScriptedModel { _ in
                await gate.pass()
                if Task.isCancelled { sawCancellation.open() }
                try Task.checkCancellation()
                return Script.Reply("answer")
            }, cache: cache)
        let only = Task { try await model.reply(to: request("hello")) }
        await until { gate.waiting == 1 }
        only.cancel()
        await #expect(throws: CancellationError.self) { try await only.value }
        gate.open()
        await sawCancellation.pass()
        #expect(cache.count == 0)
    }

    @Test func streamsAreAnsweredFromTheCacheToo() async throws {
        let (base, asked) = counting()
        let model = CachedModel(base, cache: cache)
        for _ in 0..<2 {
            var text = ""
            for try await piece in model.stream(request("hello")) {
                if case .text(let part) = piece { text += part }
            }
            #expect(text == "answer 1")
        }
        #expect(asked() == 1)
    }
}
