import Synchronization
import Testing
@testable import TraceGraph

/// The operations that ran, in order.
private final class Ran: Sendable {
    private let names = Guarded<[String]>([])
    var all: [String] { names.withLock { $0 } }
    func note(_ name: String) { names.withLock { $0.append(name) } }
}

@Suite("Trace: interventions")
struct InterventionTests {
    /// Three operations in a row; the middle one takes a hint, and fails where `fails` says so.
    private func chain(_ ran: Ran, fails: Bool = false) async throws -> Traced<String> {
        let input = Traced("x", name: "input")
        let plan = traced("plan", input) { text in
            ran.note("plan")
            return text + "p"
        }
        let hint = Traced.hint(for: "draft")
        let draft = try traced(
            "draft", inputs: [plan.input(as: "plan")] + (hint.map { [$0.input(as: "hint")] } ?? [])
        ) {
            ran.note("draft")
            if fails, hint == nil { throw NoMessage() }
            return Traced.hinted(plan.value, with: hint)
        }
        return traced("count", draft) { text in
            ran.note("count")
            return "\(text.count)"
        }
    }

    @Test("a hint is a root of its own; what is before the hinted node answers, it and what follows run")
    func hint() async throws {
        let ran = Ran()
        let trace = await Trace.record { try await chain(ran) }
        #expect(trace.node(named: "draft_hint") == nil)
        let hinted = try await trace.rerun(hints: ["draft": "be brief"]) { try await chain(ran) }
        let draft = try #require(hinted.node(named: "draft"))
        #expect(draft.value == "xp\n\nbe brief")
        #expect(draft.inputs.map(\.name) == ["plan", "hint"])
        #expect(hinted[draft.inputs[1].node].name == "draft_hint:0")
        #expect(hinted[draft.inputs[1].node].kind == .input)
        #expect(ran.all == ["plan", "draft", "count", "draft", "count"])
        // The same hint again answers; what follows a new one runs though it comes to the same.
        let again = try await hinted.rerun(hints: ["draft": "be brief"]) { try await chain(ran) }
        #expect(again.reused.count == 3)
        let other = try await hinted.rerun(hints: ["draft": "be quick"]) { try await chain(ran) }
        #expect(other.result?.value == hinted.result?.value)
        #expect(ran.all.suffix(2) == ["draft", "count"])
        #expect(other.reused.count == 1)
        // Without it, all is as it was before.
        let plain = try await hinted.rerun { try await chain(ran) }
        #expect(plain.nodes.map(\.value) == trace.nodes.map(\.value))
    }

    @Test("a failed trace answers for what came before the failure, and a failed node can be given a value")
    func failed() async throws {
        let ran = Ran()
        let trace = await Trace.record { try await chain(ran, fails: true) }
        let failure = try #require(trace.result)
        #expect(failure.name == "draft:0" && failure.kind == .failure)
        let again = try await trace.rerun { try await chain(ran, fails: true) }
        #expect(again.outcome.name == "failed" && again.reused.count == 1)
        let repaired = try await trace.rerun(setting: [failure.id: "good"]) { try await chain(ran, fails: true) }
        #expect(repaired.result?.value == "4")
        #expect(repaired.reused.count == 2)
        let hinted = try await trace.rerun(hints: ["draft": "!"]) { try await chain(ran, fails: true) }
        #expect(hinted.result?.value == "5")
        #expect(ran.all == ["plan", "draft", "draft", "count", "draft", "count"])
    }

    @Test("a node keeps the value it is given also when what it is made from changes, or is given a value too")
    func settingsHold() async throws {
        let ran = Ran()
        let trace = await Trace.record { try await chain(ran) }
        let (plan, draft) = (try #require(trace.node(named: "plan")).id, try #require(trace.node(named: "draft")).id)
        let both = try await trace.rerun(setting: [plan: "other", draft: "abcdef"]) { try await chain(ran) }
        #expect(both.result?.value == "6")
        #expect(Set(both.reused.values) == [plan, draft])
        let anew = try await trace.rerun(setting: [draft: "abcdef"], anew: [plan]) { try await chain(ran) }
        #expect(anew.result?.value == "6")
        #expect(ran.all == ["plan", "draft", "count", "count", "plan", "count"])
    }

    @Test("the model calls of what answered are in the trace, as a cache's; what was given a value called nobody")
    func calls() async throws {
        let body = { () async throws -> Traced<String> in
            let first = try await traced("first", Traced("x", name: "input")) { text in
                await Task.yield()
                Recording.note(
                    model: "a:b", completion: nil, usage: Usage(calls: 1, promptTokens: 3), wasCached: false,
                    duration: 7)
                return text
            }
            return try await traced("second", first) { text in
                await Task.yield()
                Recording.note(
                    model: "a:c", completion: nil, usage: Usage(calls: 1, promptTokens: 5), wasCached: false,
                    duration: 9)
                return text
            }
        }
        let trace = await Trace.record { try await body() }
        let second = try #require(trace.node(named: "second"))
        let first = try #require(trace.node(named: "first"))
        let again = try await trace.rerun(anew: [second.id]) { try await body() }
        #expect(again.calls.map(\.model) == ["a:b", "a:c"])
        #expect(again.calls.map(\.wasCached) == [true, false])
        #expect(again.calls.map(\.node) == [first.id, second.id])
        #expect(again.usage == trace.usage && again.calls[0].duration == 7)
        let set = try await trace.rerun(setting: [first.id: "y"]) { try await body() }
        #expect(set.calls.map(\.model) == ["a:c"])
    }

    @Test("a recording made by somebody else's code is answered too, the first one only")
    func rerunning() async throws {
        let ran = Ran()
        let trace = await Trace.record { try await chain(ran) }
        let plan = try #require(trace.node(named: "plan")).id
        let again = try await trace.rerunning(with: Intervention(settings: [plan: "abc"])) {
            let inner = await Trace.record {
                // A recording inside a recording is another workflow's.
                let nested = await Trace.record { try await chain(ran) }
                #expect(nested.reused.isEmpty)
                return try await chain(ran)
            }
            let second = await Trace.record { try await chain(ran) }
            #expect(second.reused.isEmpty)
            return inner
        }
        #expect(again.result?.value == "3")
        #expect(again.reused[try #require(again.node(named: "plan")).id] == plan)
        await #expect(throws: TraceError.self) { try await trace.rerunning(with: .none) { trace } }
    }

    @Test("operations that only the run before them could call for are answered where that was")
    func answeredOperations() async throws {
        let body = { () throws -> Traced<String> in
            var isCut = false
            let reply = traced("reply", Traced("x", name: "input")) { text in
                isCut = true
                return text
            }
            if !isCut { return answered("cut", inputs: [reply.input(as: "reply")], as: String.self) ?? reply }
            return traced("cut", inputs: [reply.input(as: "reply")]) { reply.value }
        }
        let trace = await Trace.record { try body() }
        let again = try await trace.rerun { try body() }
        #expect(again.nodes.map(\.name) == trace.nodes.map(\.name))
        #expect(again.result?.base == "cut")
    }
}
