public import Optimization
import Synchronization
import TraceGraph

/// The journal of one run in the store.
///
/// Beginning a run under a name that is already there makes the next attempt of it: nothing of earlier attempts is
/// touched. Each call is one transaction.
public final class StoredRuns: RunJournal {
    let store: TraceStore
    private let current = Mutex<JournalledRun?>(nil)
    private let begun = Atomic(false)
    private let locks: RunLocks

    init(_ store: TraceStore) {
        self.store = store
        locks = RunLocks(besideDatabase: store.path)
    }

    /// Whether a run has begun. Told at once, even while the database is being written.
    public var hasBegun: Bool { begun.load(ordering: .acquiring) }

    /// The number of the run under way; nil before it began. Waits for a write that is going on.
    public var run: Int? { current.withLock { $0?.id } }

    /// The run under way as `name#attempt`; nil before it began. Waits for a write that is going on.
    public var label: String? { current.withLock { $0?.label } }

    /// Makes the attempt number `run` this process's own to go on from, for as long as the journal lives.
    ///
    /// - Returns: False when a living process writes it, or goes on from it.
    /// - Throws: ``StoreError`` when the file of the locks cannot be opened.
    public func takeOver(_ run: Int) throws(StoreError) -> Bool { try locks.hold(run) }

    /// Opens the next attempt of the run. It is under way until the journal is released or the process ends; see
    /// ``TraceStore/isUnderWay(_:)``.
    ///
    /// - Throws: ``StoreError`` with code `outOfOrder` when this journal has begun a run before.
    public func begin(_ run: RunRecord) throws {
        try current.withLock { current in
            guard current == nil else {
                throw StoreError(.outOfOrder, "a journal holds one run; ask the store for another journal")
            }
            current = try store.write("beginning a run") { writer in
                let begun = try writer.begin(run)
                // Nobody sees the attempt before it is committed, so nobody else can have taken it over.
                _ = try locks.hold(begun.id)
                return begun
            }
            begun.store(true, ordering: .releasing)
        }
    }

    /// Adds a finished step with its candidates, evaluations, traces, events and notes.
    ///
    /// - Throws: ``StoreError``, with code `outOfOrder` when no run has begun, or its candidate is in no step for an
    ///   evaluation. Nothing of the step is kept then.
    public func commit(_ step: StepRecord) throws {
        try change("committing step \(step.index)") { try $0.commit(step, to: &$1) }
    }

    /// Notes where the run stopped.
    ///
    /// - Throws: ``StoreError``, with code `outOfOrder` when no run has begun.
    public func stop(_ stop: RecordedStop) throws {
        try change("noting where a run stopped") { try $0.stop(stop, $1) }
    }

    /// Closes the run.
    ///
    /// - Throws: ``StoreError``, with code `outOfOrder` when no run has begun.
    public func finish(_ conclusion: RunConclusion) throws {
        try change("finishing a run") { try $0.finish(conclusion, &$1) }
    }

    private func change(_ activity: String, _ body: (StoreWriter, inout JournalledRun) throws -> Void) throws {
        try current.withLock { current in
            guard let run = current else { throw StoreError(.outOfOrder, "\(activity): no run has begun") }
            current = try store.write(activity) { writer in
                var run = run
                try body(writer, &run)
                return run
            }
        }
    }
}

/// What a journal remembers of its run.
struct JournalledRun {
    let id: Int
    let label: String
    let workflow: String
    /// The rows of the candidates made so far.
    var rows: [Candidate.ID: Int] = [:]
    var candidates: [Candidate.ID: Candidate] = [:]
}

extension TraceStore {
    /// A journal for one run that is about to begin.
    public func journal() -> StoredRuns { StoredRuns(self) }

    /// Whether a living process, this one included, writes the attempt number `run`, or goes on from it.
    ///
    /// - Throws: ``StoreError`` when the file of the locks cannot be opened.
    public func isUnderWay(_ run: Int) throws(StoreError) -> Bool {
        try RunLocks(besideDatabase: path).isHeld(run)
    }
}
