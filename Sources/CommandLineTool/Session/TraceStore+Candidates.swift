import TraceGraph
import TraceStore

extension TraceStore {
    /// The candidate of `run` that `text`, such as c3, names.
    ///
    /// - Throws: ``CommandError`` as a usage error, with the candidates there are.
    func candidate(_ text: String, of run: StoredRun) throws -> Candidate {
        let id = try CandidateText.id(text)
        let candidates = try candidates(of: run.id).map(\.candidate)
        guard let found = candidates.first(where: { $0.id == id }) else {
            let known = candidates.map(\.id.description).joined(separator: ", ")
            throw CommandError("\(run.label) has no candidate \(id); it has: \(known)", code: .usage)
        }
        return found
    }

    /// The best candidate of `run`.
    ///
    /// - Throws: ``CommandError`` when the run has not come to an end.
    func best(of run: StoredRun) throws -> Candidate {
        guard let best = try winner(of: run.id) else {
            throw CommandError("\(run.label) has not come to an end; go on with: optrace optimize --resume \(run.name)")
        }
        return best
    }
}

/// Candidates as they are written on the command line.
enum CandidateText {
    /// `c3` or `3`.
    static func id(_ text: String) throws -> Candidate.ID {
        guard let number = Int(text.hasPrefix("c") ? String(text.dropFirst()) : text), number >= 0 else {
            throw CommandError("'\(text)' is no candidate; expected c0, c1, …", code: .usage)
        }
        return Candidate.ID(number)
    }
}
