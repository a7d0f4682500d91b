import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Workflows

@Suite("Workflow: giving up")
struct GivingUpTests {
    private static let chain = """
        name: chain
        inputs: { question: text }
        models: { task: scripted:x }
        parameters: { style: { kind: text, value: "Plan {{question}}" } }
        steps:
          plan: { prompt: $style, with: { question: $question } }
          answer: { prompt: "Answer by {{plan}}", with: { plan: $plan } }
          last: { prompt: "Check {{answer}}", with: { answer: $answer } }
        output: $last
        optimize: { give_up: 0.9 }
        """

    @Test("what comes after a step that is as good as lost is not asked, and the trace says where it was given up")
    func givingUp() async throws {
        let model = ScriptedReplies("hm")
        let file = try WorkflowFixture.read(Self.chain)
        #expect(file.optimize.giveUp == 0.9)
        let workflow = try Workflow(file: file, models: { _ in model })
        let example = Example(id: "a", fields: ["question": "why"])
        let doomed = workflow.givingUp { step, result in step == "answer" && result == "hm" }
        let trace = await doomed.run(workflow.parameters.seed, on: example, repetition: 0)
        #expect(model.requests.count == 2)
        let failure = try #require(trace.result)
        #expect(trace.outcome == .failed(failure.id) && failure.name == "given_up:0")
        #expect(failure.inputs.map(\.name) == ["answer"])
        #expect(failure.value.plainText.contains("given up after answer"))
        #expect(trace.calls.count == 2)
        let other = workflow.givingUp { step, _ in step == "last" }
        #expect(await other.run(workflow.parameters.seed, on: example, repetition: 0).outcome.name == "completed")
        #expect(WorkflowFixture.problems(Self.chain.replacing("0.9", with: "7")).first?.contains("give_up") == true)
    }
}
