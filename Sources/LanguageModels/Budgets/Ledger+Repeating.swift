import Synchronization

extension Ledger {
    /// Refuses from now on every request that is not among `entries`: what the run did before its budget cut it short is
    /// done again, and nothing else.
    public func admitOnly(_ entries: [Entry]) {
        finish { $0.admitted = Set(entries.map(\.key)) }
    }

    /// Counts those of `entries` that were not asked for again, and admits everything that fits.
    public func conclude(_ entries: [Entry]) {
        finish { state in
            state.admitted = nil
            for entry in entries where !state.counted.contains(entry.key) { state.count(entry) }
        }
    }
}
