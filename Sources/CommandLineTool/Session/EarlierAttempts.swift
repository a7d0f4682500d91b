import Foundation
import Optimization
import TraceGraph
import TraceStore

/// What the attempts at a run have left that its next repetition builds on.
struct EarlierAttempts {
    /// When the first of them began.
    let started: Date
    /// How long they took together.
    let elapsed: Duration
    let course: RecordedCourse
    /// The number of the attempt whose steps came first to what no other run may use; see ``CachedNodes/follow(run:)``.
    let origin: Int

    /// The attempts from the last one that finished on, that one included where `finished` is set: those that the next one
    /// goes on from, or the one that it repeats.
    ///
    /// - Returns: Nil when there are none.
    /// - Throws: `StoreError` when the store cannot be read.
    init?(_ name: String, in store: TraceStore, finished: Bool) throws {
        // The newest first.
        let attempts = try store.runs().filter { $0.name == name }
        let end = attempts.firstIndex { $0.status == .finished }
        let chain: [StoredRun]
        if finished, let end {
            chain = [attempts[end]]
        } else {
            chain = Array(attempts[..<(end ?? attempts.endIndex)])
        }
        guard let first = chain.last else { return nil }
        started = first.started
        // Each attempt counts those before it.
        elapsed = .seconds(chain.map(\.elapsed).max() ?? 0)
        // Each attempt has met again what those before it had, up to where it came itself.
        let furthest = chain.reduce(first) { $1.progress > $0.progress ? $1 : $0 }
        origin = furthest.origin
        course = RecordedCourse(
            steps: chain.map(\.turns).max() ?? 0, stop: chain.lazy.compactMap(\.stop).first,
            lost: try store.lostCalls(of: furthest), failures: chain.map(\.failures).max() ?? 0)
    }
}

extension StoredRun {
    /// The turns of the loop: the baseline, which is step 0, and the gate, which is a step of its own, are none.
    var turns: Int { max(0, steps - (verdict == nil ? 1 : 2)) }

    /// The number of the attempt that it goes on from, or repeats; its own where it began anew.
    fileprivate var origin: Int { settings[Self.originSetting]?.integer ?? id }

    /// Where ``RunRecord/settings`` have it.
    static let originSetting = "origin"

    /// How far it came, to be compared: the steps, then whether it is known where it stopped.
    fileprivate var progress: (Int, Int) { (steps, stop == nil ? 0 : 1) }
}
