import ContentHash
import Evaluation
import Foundation
import GRDB
import LanguageModels
import Testing
import TraceGraph
import TraceStore

@Suite("Kept replies of models")
struct StoredCompletionsTests {
    static let cached: ChatReply = {
        var reply = SampleRun.reply
        reply.wasCached = true
        return reply
    }()

    @Test("are found again under the key of their request, in this store and the next")
    func keeping() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let key = SampleRun.request.key
        #expect(try store.completions.reply(for: key) == nil)
        try store.completions.keep(SampleRun.reply, to: SampleRun.request, key: key)
        #expect(try store.completions.reply(for: key) == Self.cached)
        #expect(try folder.store().completions.reply(for: key) == Self.cached)
        let stored = try #require(try store.completion(key: key.hex))
        #expect(stored.request == SampleRun.request.recorded)
        #expect(stored.model == "scripted:task")
        #expect(stored.reply == Self.cached)
        #expect(stored.created == StoreClock.fixed.now())
        #expect(try store.completion(key: "no key") == nil)
    }

    @Test("read back as they were", arguments: GeneratedTrace.texts)
    func roundTrip(text: String) throws {
        let folder = try TemporaryFolder()
        var request = SampleRun.request
        request.messages = [.user(text)]
        request.format = .schema(name: text, ["$number": "nan", "type": .list([.text(text)])])
        let reply = ChatReply(
            text: text, usage: Usage(calls: 1, promptTokens: 3, cachedPromptTokens: 2, completionTokens: 1, cost: nil),
            servedBy: text,
            tokens: [
                .init(token: text, logProbability: -.infinity, alternatives: [text: -0.25, "other": -1]),
                .init(token: "b", logProbability: -0.5),
            ], duration: 99, wasCached: true)
        try folder.store().completions.keep(reply, to: request, key: request.key)
        let store = try folder.store()
        let found = try #require(try store.completions.reply(for: request.key))
        #expect(found == reply)
        #expect(found.text.exact == text.exact)
        #expect(try store.verify().problems == [])
    }

    @Test("stay as they are when another reply to the same request comes, unless it is to replace them")
    func replacing() throws {
        let folder = try TemporaryFolder()
        let (store, other) = (try folder.store(), try folder.store())
        let (request, key) = (SampleRun.request, SampleRun.request.key)
        try other.completions.keep(SampleRun.reply, to: request, key: key)
        var newer = SampleRun.reply
        newer.text = "loans"
        #expect(try store.completions.keep(newer, to: request, key: key).text == "cards")
        #expect(try store.completions.reply(for: key) == Self.cached)
        #expect(try store.completions.keep(newer, to: request, key: key, replacing: true).text == "loans")
        #expect(try store.completions.reply(for: SampleRun.request.key)?.text == "loans")
        #expect(try folder.store().completions.reply(for: SampleRun.request.key)?.text == "loans")
        #expect(try store.statistics().completions == 1)
    }

    @Test("are never refusals", arguments: [ChatReply.Finish.refusal, .other("filter")])
    func whole(finish: ChatReply.Finish) throws {
        let store = try TemporaryFolder().store()
        var reply = SampleRun.reply
        reply.finish = finish
        try store.completions.keep(reply, to: SampleRun.request, key: SampleRun.request.key)
        #expect(try store.completions.reply(for: SampleRun.request.key) == nil)
    }

    @Test("say who answered, where the name of the model does not")
    func endpoint() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        var request = SampleRun.request
        request.endpoint = "http://127.0.0.1:8801/v1"
        try store.completions.keep(SampleRun.reply, to: request, key: request.key)
        #expect(try store.completions.reply(for: SampleRun.request.key) == nil)
        #expect(try store.completion(key: request.key)?.request["endpoint"] == "http://127.0.0.1:8801/v1")
        for table in ["completions", "completion_view"] {
            let found = try DatabaseQueue(path: store.path).read {
                try String.fetchAll($0, sql: "SELECT endpoint FROM \(table)")
            }
            #expect(found == ["http://127.0.0.1:8801/v1"])
        }
        #expect(try store.verify().problems == [])
    }

    @Test("of another store on the same file are seen at once")
    func shared() throws {
        let folder = try TemporaryFolder()
        let (one, other) = (try folder.store(), try folder.store())
        #expect(try other.completions.reply(for: SampleRun.request.key) == nil)
        try one.completions.keep(SampleRun.reply, to: SampleRun.request, key: SampleRun.request.key)
        #expect(try other.completions.reply(for: SampleRun.request.key) == Self.cached)
    }

    @Test("are the first one's where two processes ask the same at once, so that both runs can be replayed")
    func race() async throws {
        let folder = try TemporaryFolder()
        let (one, other) = (try folder.store(), try folder.store())
        let request = SampleRun.request
        // The other process asks and keeps while this one's call is under way.
        let faster = CachedModel(ScriptedModel { _ in Script.Reply("cards") }, cache: other.completions)
        let slower = CachedModel(
            ScriptedModel { _ in
                _ = try await faster.reply(to: request)
                return Script.Reply("loans")
            }, cache: one.completions)
        let reply = try await slower.reply(to: request)
        #expect(reply.text == "cards" && !reply.wasCached && reply.completion == request.key.hex)
        for store in [one, other, try folder.store()] {
            let replay = CachedModel(ScriptedModel(replies: []), cache: store.completions, mode: .only)
            #expect(try await replay.reply(to: request).text == "cards")
        }
    }

    @Test("are kept by many tasks at once")
    func concurrent() async throws {
        let store = try TemporaryFolder().store()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<50 {
                group.addTask {
                    var request = SampleRun.request
                    request.seed = index
                    var reply = SampleRun.reply
                    reply.text = "\(index)"
                    try store.completions.keep(reply, to: request, key: request.key)
                    #expect(try store.completions.reply(for: request.key)?.text == "\(index)")
                }
            }
            try await group.waitForAll()
        }
        #expect(try store.statistics().completions == 50)
    }
}
