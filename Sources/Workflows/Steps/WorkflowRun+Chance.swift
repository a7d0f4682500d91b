import ContentHash
import LanguageModels
import TraceGraph

extension WorkflowRun {
    /// The result of `work`, some of whose failures are a matter of chance: of a server, a program, the time there was.
    ///
    /// A run that is made again meets such a failure where it was met before, without doing the work. What ends the run
    /// is no part of its course and is not noted.
    ///
    /// - Parameters:
    ///   - isChance: Whether the same work may come to another end next time, with nothing mended. What is wrong with how
    ///     the work is set up is found again for as long as it is, and not once somebody has put it right.
    ///   - asked: What the work that failed had asked of models, where it asks any.
    ///   - asking: Asks that again of what is kept, when the failure is met again.
    func chancing<Result>(
        _ execution: StepExecution, if isChance: (any NamedFailure) -> Bool,
        asked: () -> [Value] = { [] }, again asking: ([Value]) async throws -> Void = { _ in },
        _ work: () async throws -> Result
    ) async throws -> Result {
        if let failure = met(execution) {
            try await asking(failure.asked)
            throw failure
        }
        do {
            return try await work()
        } catch let error as any NamedFailure where !error.isEndOfRun && isChance(error) {
            note(StepFailure(error, asked: asked()), of: execution)
            throw error
        }
    }

    /// How `execution` is to fail, as it did in an earlier attempt at the run; nil when it is to be run.
    func met(_ execution: StepExecution) -> StepFailure? {
        // What tells the execution from others is costly to say, so it is only said of steps that failed.
        guard let lost = workflow.lost, lost.expects(failureOf: execution.step.name) else { return nil }
        return lost.failure(for: key(of: execution))
    }

    /// Notes that `execution` failed.
    func note(_ failure: StepFailure, of execution: StepExecution) {
        guard let lost = workflow.lost else { return }
        lost.note(
            LostCall(key: key(of: execution), model: execution.step.name, outcome: .stepFailed(failure)))
    }
}

extension LostCalls {
    /// How the step with this key is to fail; nil when it is to be run.
    func failure(for key: ContentHash) -> StepFailure? {
        guard case .stepFailed(let failure)? = next(for: key)?.outcome else { return nil }
        return failure
    }
}
