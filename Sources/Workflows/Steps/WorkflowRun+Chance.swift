import ContentHash
import Evaluation
import LanguageModels
import TraceGraph

extension WorkflowRun {
    /// The result of `work`, whose failures are a matter of chance: of a server, a program, the time there was.
    ///
    /// A run that is made again meets such a failure where it was met before, without doing the work. What ends the run
    /// is no part of its course and is not noted.
    func chancing(
        in step: WorkflowStep, on inputs: Fields, if isChance: (any NamedFailure) -> Bool = { _ in true },
        _ work: () async throws -> Value
    ) async throws -> Value {
        guard let lost = workflow.lost else { return try await work() }
        if lost.isExpecting, let failure = lost.failure(for: key(of: step, on: inputs)) { throw failure }
        do {
            return try await work()
        } catch let error as any NamedFailure where !error.isEndOfRun && isChance(error) {
            note(StepFailure(error), of: step, on: inputs)
            throw error
        }
    }

    /// Notes that `step` failed.
    func note(_ failure: StepFailure, of step: WorkflowStep, on inputs: Fields) {
        workflow.lost?.note(
            LostCall(key: key(of: step, on: inputs), model: step.name, outcome: .stepFailed(failure)))
    }

    /// What tells this execution of a step from all others of the run: evaluations run side by side, and the failure has to
    /// be the same one's.
    func key(of step: WorkflowStep, on inputs: Fields) -> ContentHash {
        let execution: Value = [
            "step": .text(step.name), "inputs": .object(inputs),
            "candidate": .object(Fields(candidate.values.sorted { $0.key < $1.key })),
            "example": .text(example.id), "fields": .object(example.fields), "repetition": .integer(repetition),
        ]
        return ContentHash(of: execution.canonicalJSON)
    }
}

extension LostCalls {
    /// How the step with this key is to fail; nil when it is to be run.
    func failure(for key: ContentHash) -> StepFailure? {
        guard case .stepFailed(let failure)? = next(for: key)?.outcome else { return nil }
        return failure
    }
}
