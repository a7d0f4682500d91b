import Evaluation
import LanguageModels
import Synchronization
import TraceGraph

/// One line on a live terminal that says how far an evaluation is.
final class EvaluationLine: Sendable {
    private struct State {
        var done = 0
        var failed = 0
        var sum = 0.0
        var scored = 0
        var lastDrawn: ContinuousClock.Instant?
    }

    private let terminal: Terminal
    private let ledger: Ledger
    private let count: Int
    private let state = Mutex(State())

    /// - Parameter count: How many evaluations there will be.
    init(_ terminal: Terminal, ledger: Ledger, count: Int) {
        self.terminal = terminal
        self.ledger = ledger
        self.count = count
    }

    func tell(_ evaluation: Evaluation) {
        state.withLock { state in
            state.done += 1
            if evaluation.failure != nil { state.failed += 1 }
            if let score = evaluation.score {
                state.sum += score
                state.scored += 1
            }
            draw(&state)
        }
    }

    /// Takes the line away.
    func close() {
        if terminal.isLive { Output.raw("\r\u{1B}[K") }
    }

    private func draw(_ state: inout State) {
        guard terminal.isLive else { return }
        let now = ContinuousClock.now
        if state.done < count, let last = state.lastDrawn, now - last < .milliseconds(100) { return }
        state.lastDrawn = now
        let spent = ledger.spent
        var parts = ["\(state.done)/\(count)"]
        if state.scored > 0 { parts.append("objective \(Figures.decimal(state.sum / Double(state.scored)))") }
        if state.failed > 0 { parts.append("\(state.failed) failed") }
        parts.append(Figures.count(spent.calls, "call"))
        if spent.cost != 0 { parts.append(Figures.dollars(spent.cost)) }
        parts.append(Figures.clock(ledger.elapsed / .seconds(1)))
        Output.raw("\r\u{1B}[K" + parts.joined(separator: "  ").oneLine(max(20, terminal.width - 1)))
    }
}
