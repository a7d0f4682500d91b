public import Evaluation
import Synchronization
public import TraceGraph

/// Learns from executions that were scored how they go wrong, and says which ones under way are as good as lost.
///
/// A step's state is its name with what kind of result it has: failed, cut off, empty, and else how long it is, in powers of
/// four. Switched on by whoever gives it to a workflow; it stops nothing before it has seen ``leastExecutions`` of each
/// ending.
public final class RiskMonitor: Sendable {
    /// The probability of failure from which on an execution is stopped.
    public let threshold: Double
    /// Executions of each ending it has to have seen.
    public let leastExecutions: Int
    private struct State {
        var risk = TraceRisk()
        var good = 0
        var bad = 0
        var longest = 1
        var stopped = 0
        var isPaused = false
    }

    private let state = Mutex(State())

    public init(threshold: Double = 0.95, leastExecutions: Int = 20) {
        self.threshold = threshold
        self.leastExecutions = leastExecutions
    }

    /// Learns from evaluations: those at the bottom of the scale went wrong. One that was given up tells nothing new.
    ///
    /// - Parameter isBad: Whether a score is as low as can be, such as ``ScoreScale/isBottom(_:)``.
    public func learn(_ evaluations: [Evaluation], isBad: (Double?) -> Bool) {
        for evaluation in evaluations where !Self.wasGivenUp(evaluation.trace) {
            let states = Self.states(of: evaluation.trace)
            let bad = isBad(evaluation.score)
            state.withLock { state in
                state.risk.learn(states, ending: bad ? .bad : .good)
                if bad { state.bad += 1 } else { state.good += 1 }
                state.longest = max(state.longest, states.count)
            }
        }
    }

    /// The probability that an execution whose last step is in `step` goes wrong before it could have ended; nil as long as
    /// too little is known.
    public func risk(after step: String) -> Double? {
        state.withLock { state in
            guard min(state.good, state.bad) >= leastExecutions else { return nil }
            return state.risk.risk(after: step, horizon: state.longest + 1)
        }
    }

    /// Whether an execution whose last step is in `step` should be given up; counted when so.
    public func isDoomed(after step: String) -> Bool {
        guard !state.withLock(\.isPaused), let risk = risk(after: step), risk >= threshold else { return false }
        state.withLock { $0.stopped += 1 }
        return true
    }

    /// Gives nothing up any more: what is run from now on decides, and has to be run to its end.
    public func pause() { state.withLock { $0.isPaused = true } }

    /// How many executions it has learnt from.
    public var executions: Int { state.withLock { $0.risk.executions } }

    /// How many executions were given up.
    public var stopped: Int { state.withLock { $0.stopped } }

    /// Whether an execution ended because it was given up: its last node is a failure called ``givenUpNode``.
    public static func wasGivenUp(_ trace: Trace) -> Bool {
        guard case .failed = trace.outcome else { return false }
        return trace.result?.base == givenUpNode
    }

    /// What the node is called at which a workflow ends that is given up.
    public static let givenUpNode = "given_up"

    /// The states of an execution's operations, in order.
    public static func states(of trace: Trace) -> [String] {
        trace.nodes.filter { $0.operation != nil }.map { state(of: $0.base, $0.value, failed: $0.kind == .failure) }
    }

    /// The state of a step with a result.
    public static func state(of step: String, _ value: Value, failed: Bool = false) -> String {
        if failed { return "\(step) failed" }
        let length: Int =
            switch value {
            case .null: 0
            case .text(let text): text.utf8.count
            case .list(let elements): elements.count
            case .object(let fields): fields.count
            default: 1
            }
        guard length > 0 else { return "\(step) empty" }
        var size = 0
        var rest = length
        while rest >= 4 {
            rest /= 4
            size += 1
        }
        return "\(step) \(size)"
    }
}
