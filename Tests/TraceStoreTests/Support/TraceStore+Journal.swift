import Optimization
import TraceStore

extension TraceStore {
    /// Writes a whole run down.
    @discardableResult
    func journal(
        _ record: RunRecord, _ steps: [StepRecord] = [], _ conclusion: RunConclusion? = nil
    ) throws -> StoredRuns {
        let journal = journal()
        try journal.begin(record)
        for step in steps { try journal.commit(step) }
        if let conclusion { try journal.finish(conclusion) }
        return journal
    }
}
