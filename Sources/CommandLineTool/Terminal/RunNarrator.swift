import Evaluation
import LanguageModels
import Optimization
import Synchronization
import TraceGraph

/// Tells a person on standard error how a run goes: one plain line an event, or, on a live terminal, one line that
/// changes with what was accepted above it.
final class RunNarrator: Sendable {
    private struct State {
        var step = 0
        var best = 0.0
        var gain: String?
        var tried = 0
        var kept = 0
        var activity = ""
        var lastDrawn: ContinuousClock.Instant?
    }

    private let terminal: Terminal
    private let ledger: Ledger
    private let nodes: CachedNodes
    private let steps: Int
    private let state = Mutex(State())

    init(terminal: Terminal, ledger: Ledger, nodes: CachedNodes, steps: Int) {
        self.terminal = terminal
        self.ledger = ledger
        self.nodes = nodes
        self.steps = steps
    }

    func tell(_ event: RunEvent) {
        state.withLock { state in
            note(event, in: &state)
            let line = Self.line(for: event)
            if terminal.isLive {
                if Self.isMilestone(event), let line { Output.raw("\r\u{1B}[K" + line.printable + "\n") }
                draw(&state, force: true)
            } else if let line {
                Output.message(line)
            }
        }
    }

    func tell(_ progress: LoopProgress) {
        guard terminal.isLive else { return }
        state.withLock { state in
            state.activity = "\(progress.candidate) \(progress.split) \(progress.done)/\(progress.count)"
            draw(&state, force: progress.done == progress.count)
        }
    }

    /// Takes the live line away.
    func close() {
        if terminal.isLive { Output.raw("\r\u{1B}[K") }
    }

    private func note(_ event: RunEvent, in state: inout State) {
        switch event {
        case .baseline(let score, _): state.best = score
        case .stepStarted(let step, _): state.step = step
        case .proposed: state.tried += 1
        case .accepted(_, _, let score, let reason):
            state.kept += 1
            state.best = score
            state.gain = reason.split(separator: ",").first.map(String.init)
        case .note(_, let note) where note.kind == .asked: state.activity = "optimizer answered"
        default: break
        }
    }

    private func draw(_ state: inout State, force: Bool) {
        let now = ContinuousClock.now
        if !force, let last = state.lastDrawn, now - last < .milliseconds(100) { return }
        state.lastDrawn = now
        let (spent, paid) = (ledger.spent, ledger.paid)
        var parts = ["step \(state.step)/\(steps)"]
        parts.append("best \(Figures.decimal(state.best))" + (state.gain.map { " (\($0))" } ?? ""))
        parts.append("\(state.tried) tried, \(state.kept) kept")
        let results = nodes.answered
        let (answered, all) = (max(0, spent.calls - paid.calls) + results.hits, spent.calls + results.lookups)
        if all > 0 { parts.append("cache \(answered * 100 / all)%") }
        parts.append(ledger.budget.calls.map { "\(spent.calls)/\($0) calls" } ?? "\(spent.calls) calls")
        if spent.cost != 0 {
            parts.append(Figures.dollars(spent.cost) + (ledger.budget.cost.map { "/" + Figures.dollars($0) } ?? ""))
        }
        parts.append(Figures.clock(ledger.elapsed / .seconds(1)))
        if !state.activity.isEmpty { parts.append(state.activity) }
        Output.raw("\r\u{1B}[K" + parts.joined(separator: "  ").oneLine(max(20, terminal.width - 1)))
    }

    private static func isMilestone(_ event: RunEvent) -> Bool {
        switch event {
        case .started, .baseline, .failed, .accepted, .stopped: true
        default: false
        }
    }

    /// The event as one line; nil for what others say better.
    static func line(for event: RunEvent) -> String? {
        switch event {
        case .started(let run, let optimizer, let train, let validation, let holdout, _):
            "run \(run): \(optimizer), \(train) train, \(validation) validation, \(holdout) hold-out examples"
        case .baseline(let score, let examples):
            "baseline: \(Figures.decimal(score)) on \(Figures.count(examples, "validation example"))"
        case .stepStarted: nil
        case .minibatch(let step, let score, let failures, let examples):
            "step \(step): \(Figures.decimal(score)) on \(Figures.count(examples, "train example"))"
                + (failures > 0 ? ", \(failures) failed" : "")
        case .note(let step, let note):
            "step \(step): \(words(for: note.kind)) \(note.text.oneLine(400))"
        case .proposed(let step, let candidate, let intent, let changes, let rationale):
            "step \(step): \(candidate) changes \(changes.joined(separator: ", ")) (\(intent.rawValue)): "
                + rationale.oneLine(120)
        case .evaluated(let step, let candidate, let split, let score, let examples, let difference, let half):
            "step \(step): \(candidate) \(Figures.decimal(score)) on \(examples) \(split) "
                + "(\(Figures.signed(difference))\(half.map { " ±\(Figures.decimal($0))" } ?? ""))"
        case .failed(let step, let candidate, let split, let tally):
            "\(step == 0 ? "baseline" : "step \(step)"): \(candidate): \(FailureLine(tally, of: "\(split) example"))"
        case .accepted(let step, let candidate, let score, let reason):
            "step \(step): \(candidate) accepted, \(Figures.decimal(score)) on validation (\(reason))"
        case .kept(let step, let candidate, let score, let reason):
            "step \(step): \(candidate) kept, \(Figures.decimal(score)) on validation (\(reason))"
        case .rejected(let step, let candidate, let reason):
            "step \(step): \(candidate) rejected: \(reason)"
        case .stepFinished(let step, let best, let score, let spend):
            "step \(step): best is \(best) with \(Figures.decimal(score)); \(Figures.count(spend.calls, "call"))"
        case .stopped(let reason): "stopped: \(reason)"
        case .front, .verdict: nil
        }
    }

    private static func words(for kind: OptimizerNote.Kind) -> String {
        switch kind {
        case .asked: "asked the optimizer:"
        case .refused: "refused:"
        case .askedAgain: "asked again:"
        case .cut: "reply cut off:"
        case .nothingToDo: "nothing to do:"
        case .remark: "note:"
        }
    }
}
