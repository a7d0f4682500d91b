import Evaluation
import Synchronization
import TraceStore

/// Writes evaluations down while others are still under way, so that nothing is lost when an evaluation is cut short.
final class EvaluationKeeper: Sendable {
    private struct State {
        var waiting: [Evaluation] = []
        var kept: [(evaluation: Evaluation, trace: Int)] = []
        var failure: StoreError?
    }

    private let store: TraceStore
    private let workflow: String
    private let split: String
    private let state = Mutex(State())

    /// How many are written in one transaction.
    private static let batch = 16

    init(_ store: TraceStore, workflow: String, split: String) {
        self.store = store
        self.workflow = workflow
        self.split = split
    }

    /// Takes what has just been run; tells of a failure to write it at ``finish()``.
    func keep(_ evaluation: Evaluation) {
        state.withLock { state in
            state.waiting.append(evaluation)
            if state.waiting.count >= Self.batch { write(&state) }
        }
    }

    /// Whether something could not be written: nothing more should be paid for then.
    var hasFailed: Bool { state.withLock { $0.failure != nil } }

    /// Writes the rest.
    ///
    /// - Returns: All evaluations with the numbers of their traces, in the order they finished.
    /// - Throws: ``StoreError`` when some could not be written.
    func finish() throws -> [(evaluation: Evaluation, trace: Int)] {
        try state.withLock { state in
            write(&state)
            if let failure = state.failure { throw failure }
            return state.kept
        }
    }

    private func write(_ state: inout State) {
        guard state.failure == nil, !state.waiting.isEmpty else { return }
        do throws(StoreError) {
            let traces = try store.save(state.waiting, workflow: workflow, split: split)
            state.kept += zip(state.waiting, traces).map { (evaluation: $0, trace: $1) }
            state.waiting = []
        } catch {
            state.failure = error
        }
    }
}
