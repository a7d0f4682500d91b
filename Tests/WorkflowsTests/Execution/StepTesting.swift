import Evaluation
import LanguageModels
import TraceGraph

@testable import Workflows

/// Suites that run small workflows of given steps.
protocol StepTesting {}

extension StepTesting {
    func workflow(
        _ yaml: String, model: any LanguageModel = ScriptedReplies("ok"), environment: [String: String] = [:],
        transport: (any HTTPTransport)? = nil
    ) throws -> Workflow {
        let environment = ["PATH": "/usr/bin:/bin"].merging(environment) { _, new in new }
        return try Workflow(
            file: WorkflowFixture.read("name: w\n" + yaml, environment: environment), models: { _ in model },
            environment: environment, transport: transport)
    }

    func run(_ workflow: Workflow, _ fields: Fields) async -> Trace {
        await workflow.run(Candidate(values: [:]), on: Example(id: "a", fields: fields), repetition: 0)
    }
}
