import TraceGraph

extension GraphView {
    /// The candidates of a run as a tree: each below those it was made from, with what became of it.
    public init(candidatesOf run: RecordedRun) {
        self = .empty
        var places: [Candidate.ID: Int] = [:]
        for trial in run.trials {
            let id = trial.candidate.id
            places[id] = vertices.count
            let score = trial.scores["validation"].map { "validation \(Amounts.decimal($0))" } ?? ""
            vertices.append(
                Vertex(
                    id: "\(id)", title: id == run.best ? "\(id) ★ best" : "\(id)",
                    caption: trial.fate ?? (id == .seed ? "seed" : "undecided"), excerpt: score,
                    shape: trial.fate == "accepted" || id == .seed ? .operation : .value, members: [], count: 1,
                    canOpen: false, failures: 0, change: nil, isOrigin: false,
                    duration: 0, usage: .none, feedback: 0, isLoop: false, role: trial.fate ?? "undecided"))
            for parent in trial.candidate.parents {
                guard let from = places[parent], let to = places[id] else { continue }
                let changed = run.trial(parent).map { run.changes(from: $0.candidate, to: trial.candidate).map(\.name) }
                edges.append(
                    Edge(from: from, to: to, names: Array((changed ?? []).prefix(3)), count: 1, isBack: false))
            }
        }
    }
}
