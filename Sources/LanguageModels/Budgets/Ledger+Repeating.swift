import ContentHash
import Synchronization

extension Ledger {
    /// Refuses from now on every request that is not among `entries`: what the run did before its budget cut it short is
    /// done again, and nothing else.
    public func admitOnly(_ entries: [Entry]) {
        finish { state in
            state.admitted = Set(entries.map(\.key))
            state.admittedSince = state.entries.count
        }
    }

    /// Counts those of `entries` that were not asked for again, and admits everything that fits.
    public func conclude(_ entries: [Entry]) {
        finish { state in
            state.admitted = nil
            // What no cache keeps counts as often as it was asked for.
            var again: [ContentHash: Int] = [:]
            for entry in state.entries[state.admittedSince...] where !entry.isKept { again[entry.key, default: 0] += 1 }
            for entry in entries {
                if entry.isKept {
                    if !state.counted.contains(entry.key) { state.count(entry) }
                } else if let left = again[entry.key], left > 0 {
                    again[entry.key] = left - 1
                } else {
                    state.count(entry)
                }
            }
        }
    }

    /// Counts what an earlier attempt at the run has used, and paid for, and what cannot be asked for again.
    func count(_ entry: Entry) {
        finish { $0.count(entry) }
    }
}
