import Optimization
import TraceGraph
import TraceStore
import Workflows

/// A candidate named on the command line: nothing for the workflow's own values, `run` for a run's best, `run:c3`.
struct CandidateChoice {
    private let text: String?

    init(_ text: String?) { self.text = text }

    func candidate(for session: Session) throws -> Candidate {
        guard let text else { return session.workflow.parameters.seed }
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        let run = try session.store.run(named: parts.first ?? "latest")
        let found =
            parts.count == 2 ? try session.store.candidate(parts[1], of: run) : try session.store.best(of: run)
        let space = session.workflow.parameters
        for name in found.values.keys.sorted() where space[name] == nil {
            throw CommandError("\(run.label) sets '\(name)', which \(session.workflow.file.path) does not have")
        }
        return found
    }
}
