import Evaluation
import Synchronization
import TraceGraph

/// What an optimizer ran on its workbench in one step.
final class WorkbenchLog: Sendable {
    struct Made: Sendable {
        /// The number of the next candidate.
        var next: Int
        var candidates: [Candidate] = []
        /// In the order they were asked for.
        var evaluations: [(EvaluationKey, Evaluation)] = []
        /// Evaluations that were run again with something changed, in the order they were asked for.
        var reruns: [Evaluation] = []
    }

    private struct State {
        var made: Made
        var known: [Candidate]
        var memory: [EvaluationKey: Evaluation]
    }

    private let state: Mutex<State>

    /// - Parameters:
    ///   - next: The number of the next candidate.
    ///   - known: Candidates there are already.
    ///   - memory: What was run before.
    init(next: Int, known: [Candidate], memory: [EvaluationKey: Evaluation]) {
        state = Mutex(State(made: Made(next: next), known: known, memory: memory))
    }

    var made: Made { state.withLock(\.made) }

    /// The workbench of a step of `loop`.
    func workbench(for loop: OptimizationLoop, parent: Candidate, optimizer: String) -> Workbench {
        let mayStart = { @Sendable [signal = loop.signal] in signal.reason == nil }
        let origin = "run by \(optimizer)"
        return Workbench(train: loop.splits.train) { [self] values, examples, repetition in
            let seed = loop.evaluator.subject.parameters.seed
            let candidate = candidate(
                seed.values.merging(values) { _, new in new }, parent: parent.id, origin: origin)
            func key(_ example: Example) -> EvaluationKey { EvaluationKey(candidate.id, example, repetition) }
            let missing = state.withLock { state in examples.filter { state.memory[key($0)] == nil } }
            let fresh = try await loop.evaluator.evaluate(
                candidate, on: missing, repetition: repetition, mayStart: mayStart)
            return state.withLock { state in
                for evaluation in fresh {
                    state.memory[key(evaluation.example)] = evaluation
                    state.made.evaluations.append((key(evaluation.example), evaluation))
                }
                return examples.compactMap { state.memory[key($0)] }
            }
        } rerun: { [self] reruns in
            let reruns = reruns.map { rerun in
                guard rerun.candidate.values != rerun.evaluation.trace.candidate.values else { return rerun }
                var rerun = rerun
                rerun.candidate = candidate(
                    rerun.candidate.values, parent: rerun.evaluation.candidate, origin: origin)
                return rerun
            }
            let fresh = try await loop.evaluator.evaluate(reruns, mayStart: mayStart)
            state.withLock { $0.made.reruns += fresh }
            return fresh
        }
    }

    private func candidate(_ values: [String: Value], parent: Candidate.ID, origin: String) -> Candidate {
        state.withLock { state in
            if let known = state.known.first(where: { $0.values == values }) { return known }
            let candidate = Candidate(
                id: Candidate.ID(state.made.next), values: values, parents: [parent], origin: origin)
            state.made.next += 1
            state.made.candidates.append(candidate)
            state.known.append(candidate)
            return candidate
        }
    }
}
