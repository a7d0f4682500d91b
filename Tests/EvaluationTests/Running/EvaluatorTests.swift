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

@Suite struct EvaluatorTests {
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
        #expect(again.flatMap(\.calls).allSatisfy(\.wasCached))
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
