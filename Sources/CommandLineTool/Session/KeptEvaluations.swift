import Evaluation
import LanguageModels
import Optimization
import TraceGraph
import TraceStore
import Workflows

/// A candidate run on examples outside of a run, everything written down as it comes.
struct KeptEvaluations {
    let session: Session
    let evaluator: Evaluator
    let candidate: Candidate
    /// Independent repeats of every example.
    var repeats = 1
    /// Whether a program reads what is printed.
    var json = false

    /// Every example in every repeat, in that order, with the number of its trace.
    ///
    /// The first interrupt finishes what is in flight.
    ///
    /// - Parameter split: What part of the data the examples are, for the store.
    /// - Throws: ``ExitRequest`` when interrupted; what the evaluator and the store throw. What was run is kept.
    func run(on examples: [Example], of split: String) async throws -> [(evaluation: Evaluation, trace: Int)] {
        let signal = StopSignal()
        let interrupts = Interrupts(signal) { "the same command goes on from there" }
        defer { interrupts.cancel() }
        let count = examples.count * repeats
        let keeper = EvaluationKeeper(session.store, workflow: session.workflow.file.name, split: split)
        let line = EvaluationLine(session.terminal, ledger: session.ledger, count: count)
        do {
            for repetition in 0..<repeats {
                _ = try await evaluator.evaluate(
                    candidate, on: examples, repetition: repetition,
                    mayStart: { signal.reason == nil && !keeper.hasFailed },
                    progress: { evaluation in
                        keeper.keep(evaluation)
                        line.tell(evaluation)
                    })
            }
        } catch {
            line.close()
            let kept = try keeper.finish()
            let way =
                if case ModelError.Code.budgetExhausted = error {
                    "with a higher cap the same command goes on from there"
                } else {
                    "the same command goes on from there"
                }
            Output.message("\(kept.count) of \(Figures.count(count, "evaluation")) are kept; \(way)")
            if json {
                let line: Value = [
                    "schema": "optrace.eval.v1", "event": "aborted", "evaluations": .integer(kept.count),
                    "reason": .text("\(error)"),
                ]
                Output.result(line.json)
            }
            if error is CancellationError, signal.reason != nil { throw ExitRequest(.interrupted) }
            throw error
        }
        line.close()
        let places = Dictionary(examples.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        return try keeper.finish().sorted { a, b in
            let (a, b) = (a.evaluation, b.evaluation)
            return (a.repetition, places[a.example.id] ?? 0) < (b.repetition, places[b.example.id] ?? 0)
        }
    }
}
