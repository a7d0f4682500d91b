import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Workflows

@Suite("Workflow: running again from the middle")
struct WorkflowRerunTests {
    private static let chain = """
        name: chain
        inputs: { question: text }
        models: { task: scripted:x }
        parameters:
          style: { kind: text, value: "Be exact. {{question}}" }
        steps:
          plan: { prompt: $style, with: { question: $question } }
          answer:
            messages:
              - { system: "Answer." }
              - { user: "{{plan}}" }
            with: { plan: $plan }
        output: $answer
        """
    private let example = Example(id: "a", fields: ["question": "2 + 2"])

    /// Says what it was asked last.
    private func model(finish: ChatReply.Finish = .stop) -> ScriptedReplies {
        ScriptedReplies { request in
            ChatReply(
                text: "<\(request.messages.last?.content ?? "")>", finish: finish,
                usage: Usage(calls: 1, promptTokens: 2, completionTokens: 1))
        }
    }

    private func workflow(_ model: any LanguageModel) throws -> Workflow {
        try Workflow(file: WorkflowFixture.read(Self.chain), models: { _ in model })
    }

    @Test("nothing is asked that was not changed, and the trace is the same, in its order")
    func unchanged() async throws {
        for finish in [ChatReply.Finish.stop, .length] {
            let model = model(finish: finish)
            let workflow = try workflow(model)
            let trace = await workflow.run(workflow.parameters.seed, on: example, repetition: 0)
            let again = try await workflow.rerun(
                trace, workflow.parameters.seed, on: example, with: .none, repetition: 5)
            #expect(model.requests.count == 2)
            #expect(again.nodes.map(\.name) == trace.nodes.map(\.name))
            #expect(again.nodes.map(\.value) == trace.nodes.map(\.value))
            #expect(again.outcome == trace.outcome)
            #expect(again.usage == trace.usage)
            let operations = again.nodes.filter { $0.operation != nil }.map(\.id)
            #expect(again.reused == Dictionary(uniqueKeysWithValues: operations.map { ($0, $0) }))
        }
    }

    @Test("a hint goes behind the last message of its step alone, and only what follows is asked, as another repeat")
    func hint() async throws {
        let model = model()
        let workflow = try workflow(model)
        let trace = await workflow.run(workflow.parameters.seed, on: example, repetition: 0)
        let hinted = try await workflow.rerun(
            trace, workflow.parameters.seed, on: example, with: Intervention(hints: ["answer": "Only the number."]),
            repetition: 3)
        #expect(model.requests.count == 3)
        let request = try #require(model.requests.last)
        #expect(request.repetition == 3)
        #expect(request.messages.map(\.content) == ["Answer.", "<Be exact. 2 + 2>\n\nOnly the number."])
        let answer = try #require(hinted.node(named: "answer"))
        #expect(answer.inputs.map(\.name) == ["prompt", "hint"])
        #expect(hinted[answer.inputs[1].node].name == "answer_hint:0")
        #expect(hinted[answer.inputs[1].node].value == "Only the number.")
        #expect(hinted.usage.calls == 2 && hinted.calls.map(\.wasCached) == [true, false])
    }

    @Test("another sample from a node on: the prompt that is answered still reaches the model whole")
    func anew() async throws {
        let model = model()
        let workflow = try workflow(model)
        let trace = await workflow.run(workflow.parameters.seed, on: example, repetition: 0)
        let answer = try #require(trace.node(named: "answer")).id
        let again = try await workflow.rerun(
            trace, workflow.parameters.seed, on: example, with: Intervention(anew: [answer]), repetition: 1)
        #expect(model.requests.count == 3)
        #expect(model.requests[2].messages == model.requests[1].messages)
        #expect(model.requests[2].repetition == 1)
        #expect(again.nodes.map(\.value) == trace.nodes.map(\.value))
    }

    @Test("another parameter, and another prompt as a whole")
    func changes() async throws {
        let model = model()
        let workflow = try workflow(model)
        let trace = await workflow.run(workflow.parameters.seed, on: example, repetition: 0)
        let candidate = Candidate(values: ["style": "Think. {{question}}"])
        let other = try await workflow.rerun(trace, candidate, on: example, with: .none, repetition: 0)
        #expect(other.result?.value == "<<Think. 2 + 2>>")
        let prompt = try #require(trace.node(named: "answer_prompt")).id
        let set = try await workflow.rerun(
            trace, workflow.parameters.seed, on: example, with: Intervention(settings: [prompt: "Just say 4."]),
            repetition: 0)
        #expect(set.result?.value == "<Just say 4.>")
        let wrong = try await workflow.rerun(
            trace, workflow.parameters.seed, on: example, with: Intervention(settings: [prompt: [1, 2]]),
            repetition: 0)
        #expect(wrong.result?.value.plainText.contains("expected objects with role") == true)
    }

    @Test("a run that failed is gone on with: what it has answers")
    func failed() async throws {
        let model = ScriptedReplies { request in
            guard request.messages.count == 1 || request.messages[1].content.contains("Guess") else {
                throw ModelError(.timeout, "too late", model: request.model)
            }
            return ChatReply(text: "ok")
        }
        let workflow = try workflow(model)
        let trace = await workflow.run(workflow.parameters.seed, on: example, repetition: 0)
        #expect(trace.outcome.name == "failed")
        let asked = model.requests.count
        let again = try await workflow.rerun(
            trace, workflow.parameters.seed, on: example, with: Intervention(hints: ["answer": "Guess."]),
            repetition: 0)
        #expect(again.result?.value == "ok")
        #expect(model.requests.count == asked + 1)
    }
}
