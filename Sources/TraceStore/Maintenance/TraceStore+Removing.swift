public import Foundation
import GRDB

extension TraceStore {
    /// Removes old replies of models. Those that a stored trace, evaluation or note refers to stay, unless they are
    /// included.
    ///
    /// - Parameters:
    ///   - date: Replies kept before it are removed; nil for no limit of age.
    ///   - bytes: Then the oldest are removed until all replies and requests together take no more; nil for no limit.
    ///   - includingReferenced: Whether replies that traces refer to may be removed too: those runs can then no longer
    ///     be replayed.
    /// - Throws: ``StoreError``; nothing is removed then.
    @discardableResult
    public func pruneCompletions(
        olderThan date: Date? = nil, maximumBytes bytes: Int? = nil, includingReferenced: Bool = false
    ) throws(StoreError) -> Removal {
        let limit = date.map(Timestamp.text)
        return try removeCompletions("pruning replies", includingReferenced) { removable, total in
            var chosen: [Int] = []
            var rest = total
            for entry in removable {
                let isOld = limit.map { entry.created < $0 } ?? false
                let isTooMuch = bytes.map { rest > $0 } ?? false
                guard isOld || isTooMuch else { continue }
                chosen.append(entry.id)
                rest -= entry.bytes
            }
            return chosen
        }
    }

    /// Removes all replies of models but those that a stored trace, evaluation or note refers to, unless they are
    /// included.
    ///
    /// - Throws: ``StoreError``; nothing is removed then.
    @discardableResult
    public func clearCompletions(includingReferenced: Bool = false) throws(StoreError) -> Removal {
        try removeCompletions("clearing replies", includingReferenced) { removable, _ in removable.map(\.id) }
    }

    private func removeCompletions(
        _ activity: String, _ includingReferenced: Bool,
        choose: ([(id: Int, created: String, bytes: Int)], _ total: Int) -> [Int]
    ) throws(StoreError) -> Removal {
        let removal = try write(activity) { writer in
            let removable = try writer.removableCompletions(includingReferenced: includingReferenced)
            let total = try writer.statement(StoreReader.totalCompletionBytes).first { $0.integer(0) }
            let chosen = choose(removable, total ?? 0)
            try writer.removeCompletions(chosen)
            let gone = Set(chosen)
            let kept = try writer.statement("SELECT count(*) FROM completions").first { $0.integer(0) }
            return Removal(
                entries: chosen.count, values: try writer.collectOrphans(),
                bytes: removable.reduce(0) { $0 + (gone.contains($1.id) ? $1.bytes : 0) }, kept: kept ?? 0)
        }
        completions.forgetRecent()
        try giveBackSpace()
        return removal
    }

    /// Removes one attempt of a run with everything recorded in it. Replies of models stay.
    ///
    /// - Parameter run: The run's number.
    /// - Throws: ``StoreError`` with code `unknownRun` when there is none.
    @discardableResult
    public func deleteRun(_ run: Int) throws(StoreError) -> Removal {
        let removal = try write("deleting run \(run)") { writer in
            try writer.statement("DELETE FROM runs WHERE id = ?").run(.integer(run))
            guard writer.database.changesCount > 0 else {
                throw StoreError(.unknownRun, "there is no run number \(run); `optrace runs` shows those there are")
            }
            return Removal(entries: 1, values: try writer.collectOrphans(), bytes: 0, kept: 0)
        }
        try giveBackSpace()
        return removal
    }

    /// Removes the traces that `filter` means. Evaluations keep their scores; replies of models stay.
    ///
    /// - Throws: ``StoreError``; nothing is removed then.
    @discardableResult
    public func deleteTraces(_ filter: TraceFilter) throws(StoreError) -> Removal {
        let ids = try traces(filter).map(\.id)
        return try deleteTraces(ids)
    }

    /// Removes the traces numbered `ids`; numbers without a trace are passed over.
    ///
    /// - Throws: ``StoreError``; nothing is removed then.
    @discardableResult
    public func deleteTraces(_ ids: [Int]) throws(StoreError) -> Removal {
        let removal = try write("deleting traces") { writer in
            let remove = try writer.statement("DELETE FROM traces WHERE id = ?")
            var count = 0
            for id in ids {
                try remove.run(.integer(id))
                count += writer.database.changesCount
            }
            return Removal(entries: count, values: try writer.collectOrphans(), bytes: 0, kept: 0)
        }
        try giveBackSpace()
        return removal
    }

    func giveBackSpace() throws(StoreError) {
        try maintain("giving back disk space") { database in
            try database.execute(sql: "PRAGMA incremental_vacuum")
        }
    }
}
