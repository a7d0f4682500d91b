import ContentHash
import Evaluation
import LanguageModels
import TraceGraph

/// One execution of a step, as a run that is made again knows it.
struct StepExecution {
    var step: WorkflowStep
    /// What it works on.
    var inputs: Fields
    /// How many equal ones there were before it, where each may come to something else.
    var place = 0
}

extension WorkflowRun {
    /// The execution of `step` on `inputs` that begins now.
    ///
    /// - Parameter isKept: Whether its result is kept for all runs, so that equal executions come to the same.
    func execution(of step: WorkflowStep, on inputs: Fields, isKept: Bool) -> StepExecution {
        var execution = StepExecution(step: step, inputs: inputs)
        if !isKept, let nodes = workflow.nodes { execution.place = nodes.place(of: key(of: execution)) }
        return execution
    }

    /// The result of an execution that comes to something else each time: the run that it belongs to sees it again when it
    /// is gone on with, and no other does.
    ///
    /// - Parameter remedy: What would have it kept for all.
    func own(
        _ execution: StepExecution, remedy: String, _ work: () async throws -> Value
    ) async throws -> Value {
        guard let nodes = workflow.nodes else { return try await work() }
        return try await nodes.ownValue(
            for: key(of: execution), of: execution.step.name, remedy: remedy, work)
    }

    /// What tells this execution of a step from all others of the run: evaluations run side by side, and what it came to
    /// has to be the same one's.
    func key(of execution: StepExecution) -> ContentHash {
        var whole: Fields = [
            "step": .text(execution.step.name), "inputs": .object(execution.inputs),
            "candidate": .object(Fields(candidate.values.sorted { $0.key < $1.key })),
            "example": .text(example.id), "fields": .object(example.fields), "repetition": .integer(repetition),
        ]
        if execution.place > 0 { whole["place"] = .integer(execution.place) }
        return ContentHash(of: Value.object(whole).canonicalJSON)
    }
}
