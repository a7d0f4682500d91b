import ContentHash
import Evaluation
import LanguageModels
import Synchronization
import Testing
import TraceGraph

/// A workflow whose output is its input, and that notes the model calls it is said to have made.
private struct Echo: Optimizable {
    var parameters: ParameterSpace { ParameterSpace([]) }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        await Trace.record(candidate) { Traced(example["text"] ?? .null, name: "text") }
    }
}

/// Asks three models: `first` and `second` side by side, `last` with what both said, 4 + 2 nanoseconds long.
private struct Fork: Optimizable {
    let model: any LanguageModel
    var parameters: ParameterSpace { ParameterSpace([]) }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        await Trace.record(candidate) {
            let text = Traced(example["text"] ?? .null, name: "text")
            async let first = ask("first", [text.input(as: "text")])
            async let second = ask("second", [text.input(as: "text")])
            let both = try await [first.input(as: "a"), second.input(as: "b")]
            return try await ask("last", both)
        }
    }

    private func ask(_ name: String, _ inputs: [TracedInput]) async throws -> Traced<Value> {
        try await traced(name, inputs: inputs) {
            let name = ModelName(provider: "timed", model: name)
            let reply = try await model.reply(to: ChatRequest(model: name, messages: [.user("x")]))
            Recording.note(
                model: name.description, completion: reply.completion, usage: reply.usage, wasCached: reply.wasCached,
                duration: reply.duration)
            return Value.text(reply.text)
        }
    }
}

/// Replies that took as long as their model's name says.
private struct TimedModel: LanguageModel {
    func reply(to request: ChatRequest) async throws -> ChatReply {
        let durations: [String: Int64] = ["first": 4_000_000_000, "second": 1_000_000_000, "last": 2_000_000_000]
        return ChatReply(text: "ok", duration: durations[request.model.model] ?? 0)
    }
}

@Suite struct EvaluatorTests {
    @Test func latencyIsWhatTheRepliesTookAndTheSameFromTheCache() async throws {
        let model = CachedModel(TimedModel(), cache: MemoryCompletionCache())
        let latency = ResourceMetric.latency
        let evaluator = Evaluator(subject: Fork(model: model), metrics: [latency], objective: Objective(latency))
        for wasCached in [false, true] {
            let evaluation = try await evaluator.evaluate(.init(values: [:]), on: examples[0])
            #expect(evaluation.trace.calls.map(\.wasCached) == [wasCached, wasCached, wasCached])
            #expect(evaluation.scores["latency"]?.value == 6, "the longer of two side by side, and what follows")
        }
    }

    @Test(arguments: [true, false])
    func whatEndsTheRunIsNoExamplesFailure(endsRun: Bool) async throws {
        struct Full: RunEnding { let endsRun: Bool }
        struct FullCache: CompletionCache {
            let endsRun: Bool

            func reply(for key: ContentHash) -> ChatReply? { nil }
            func keep(
                _ reply: ChatReply, to request: ChatRequest, key: ContentHash, replacing: Bool
            ) throws -> ChatReply { throw Full(endsRun: endsRun) }
        }
        let model = CachedModel(TimedModel(), cache: FullCache(endsRun: endsRun))
        let latency = ResourceMetric.latency
        let evaluator = Evaluator(subject: Fork(model: model), metrics: [latency], objective: Objective(latency))
        if endsRun {
            await #expect(throws: Full.self) { try await evaluator.evaluate(.init(values: [:]), on: examples) }
        } else {
            let evaluations = try await evaluator.evaluate(.init(values: [:]), on: examples)
            #expect(FailureTally(evaluations)?.isTotal == true)
        }
    }

    private let name = ModelName(provider: "scripted", model: "judge")
    private let examples = [Example(id: "good", fields: ["text": "a"]), Example(id: "odd", fields: ["text": "b"])]

    private func evaluator(_ answer: @escaping @Sendable (ChatRequest) -> String) -> Evaluator {
        let model = CachedModel(
            ScriptedModel { Script.Reply(answer($0), usage: Usage(calls: 1, promptTokens: 10, completionTokens: 5)) },
            cache: MemoryCompletionCache())
        let judge = Judge("Is it fine?", model: model, named: name)
        return Evaluator(subject: Echo(), metrics: [judge], objective: Objective(judge))
    }

    @Test func theCallsOfAMetricBelongToTheEvaluation() async throws {
        let evaluator = evaluator { _ in "{\"reasons\": \"r\", \"verdict\": \"yes\"}" }
        let evaluations = try await evaluator.evaluate(.init(values: [:]), on: examples)
        for evaluation in evaluations {
            #expect(evaluation.score == 1)
            let call = try #require(evaluation.calls.first)
            #expect(evaluation.calls.count == 1 && call.metric == "judge" && call.model == "scripted:judge")
            #expect(call.completion?.count == 64 && !call.wasCached)
            #expect(call.usage.totalTokens == 15)
            #expect(evaluation.trace.calls.isEmpty, "scoring is no part of the workflow")
        }
        #expect(Set(evaluations.flatMap(\.calls).map(\.completion)).count == 2)
        let again = try await evaluator.evaluate(.init(values: [:]), on: examples)
        #expect(again.flatMap(\.calls).allSatisfy { $0.wasCached })
        #expect(again.flatMap(\.calls).map(\.completion) == evaluations.flatMap(\.calls).map(\.completion))
    }

    @Test func callsThatLedToNoScoreBelongToItToo() async throws {
        let evaluator = evaluator { request in
            request.messages[1].content.contains("\"b\"") ? "hm" : "{\"verdict\": \"no\", \"reasons\": \"r\"}"
        }
        let evaluations = try await evaluator.evaluate(.init(values: [:]), on: examples)
        #expect(evaluations.map(\.score) == [0, nil])
        #expect(evaluations.map(\.calls.count) == [1, 2])
        #expect(Set(evaluations[1].calls.map(\.completion)).count == 2)
    }
}
