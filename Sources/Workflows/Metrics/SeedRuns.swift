import Evaluation
import LanguageModels
import Synchronization
import TraceGraph

/// What a workflow makes of examples with the values its file has, each example run once.
final class SeedRuns: Sendable {
    let seed: Candidate
    private let workflow: Workflow
    private let runs = Mutex<[String: Task<Trace, Never>]>([:])

    init(of workflow: Workflow) {
        self.workflow = workflow
        self.seed = ParameterSpace(workflow.file.parameters.map(\.definition)).seed
    }

    /// The output; nil where the run failed.
    ///
    /// - Throws: ``ModelError`` when it ``ModelError/endsRun``; `CancellationError`.
    func output(for example: Example, repetition: Int) async throws -> Value? {
        let key = "\(example.id)#\(repetition)"
        let run = runs.withLock { runs in
            if let known = runs[key] { return known }
            let run = Task { [workflow, seed] in await workflow.run(seed, on: example, repetition: repetition) }
            runs[key] = run
            return run
        }
        let trace = await run.value
        switch trace.outcome {
        case .completed(let node): return trace[node].value
        case .cancelled: throw CancellationError()
        case .failed:
            // What ended the run may be gone the next time, such as a budget that was reached.
            if let error = trace.error, error.isEndOfRun {
                runs.withLock { $0[key] = nil }
                throw error
            }
            return nil
        }
    }
}
