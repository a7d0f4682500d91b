import TraceGraph

extension GraphView {
    /// More candidates than this are not drawn one by one where they led nowhere.
    static let mostLeaves = 60

    /// The candidates of a run as a tree: each below those it was made from, with what became of it.
    ///
    /// In a long run, those that were not taken and that nothing taken came of are one shape below the one that they all go
    /// back to, named after the first of them.
    ///
    /// - Complexity: O(candidates × parameters).
    public init(candidatesOf run: RecordedRun) {
        self = .empty
        let trials = Dictionary(run.trials.map { ($0.candidate.id, $0) }, uniquingKeysWith: { first, _ in first })
        var places: [Candidate.ID: Int] = [:]
        let folds = Self.folds(of: run)
        for trial in run.trials {
            let id = trial.candidate.id
            let members = folds[id] ?? []
            guard members.isEmpty || members[0] == id else { continue }
            places[id] = vertices.count
            let score = trial.scores["validation"].map { "validation \(Amounts.decimal($0))" } ?? ""
            let isFold = members.count > 1
            var title = id == run.best ? "\(id) ★ best" : "\(id)"
            if isFold, let last = members.last { title = "\(id) … \(last)" }
            vertices.append(
                Vertex(
                    id: "\(id)", title: title,
                    caption: isFold ? "\(members.count) not taken" : trial.fate ?? (id == .seed ? "seed" : "undecided"),
                    excerpt: isFold ? "" : score,
                    shape: trial.fate == "accepted" || id == .seed ? .operation : .value, members: [],
                    count: max(1, members.count), canOpen: false, failures: 0, change: nil, isOrigin: false,
                    duration: 0, usage: .none, feedback: 0, isLoop: false, role: trial.fate ?? "undecided"))
            for parent in trial.candidate.parents {
                guard let from = places[parent], let to = places[id] else { continue }
                let changed = trials[parent].map { run.changes(from: $0.candidate, to: trial.candidate).map(\.name) }
                edges.append(
                    Edge(
                        from: from, to: to, names: isFold ? [] : Array((changed ?? []).prefix(3)),
                        count: max(1, members.count), isBack: false))
            }
        }
    }

    /// By candidate, those it is drawn together with; itself among them.
    private static func folds(of run: RecordedRun) -> [Candidate.ID: [Candidate.ID]] {
        guard run.trials.count > mostLeaves else { return [:] }
        // Whoever was made comes after those it was made from, so what came of each is known when it is met.
        var leading: Set<Candidate.ID> = []
        for trial in run.trials.reversed() {
            let candidate = trial.candidate
            let leads =
                candidate.parents.isEmpty || candidate.id == run.best || trial.fate == nil
                || trial.fate == "accepted" || leading.contains(candidate.id)
            if leads { leading.formUnion(candidate.parents + [candidate.id]) }
        }
        var origins: [Candidate.ID: Candidate.ID] = [:]
        var groups: [Candidate.ID: [Candidate.ID]] = [:]
        for trial in run.trials where !leading.contains(trial.candidate.id) {
            let parent = trial.candidate.parents[0]
            let origin = origins[parent] ?? parent
            origins[trial.candidate.id] = origin
            groups[origin, default: []].append(trial.candidate.id)
        }
        var folds: [Candidate.ID: [Candidate.ID]] = [:]
        for members in groups.values where members.count > 2 {
            for member in members { folds[member] = members }
        }
        return folds
    }
}
