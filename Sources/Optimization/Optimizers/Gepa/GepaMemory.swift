import TraceGraph

/// What GEPA keeps between steps.
struct GepaMemory: Sendable, Hashable {
    /// A value that did not do better than its parent's.
    struct Rejected: Sendable, Hashable {
        var parameter: String
        var value: String
    }

    var asked = AskedQuestions()
    /// Reflections so far; the parameters take turns.
    var turn = 0
    /// The place in the train split up to which examples were looked at.
    var place = 0
    private(set) var rejected: [Rejected] = []
    /// Pairs that were merged, as `3+5`.
    var merged: Set<String> = []
    /// What rewrites of single parameters gained.
    var gains = AncestorBandit(exploration: 0.2)
    /// Whether a candidate came in since the last merge.
    var hasNewBranch = false

    private static let capacity = 100

    init() {}

    mutating func reject(_ proposal: Proposal) {
        for (name, value) in proposal.changes.sorted(by: { $0.key < $1.key }) {
            guard let text = value.text else { continue }
            let item = Rejected(parameter: name, value: text)
            if !rejected.contains(item) { rejected.append(item) }
        }
        if rejected.count > Self.capacity { rejected.removeFirst(rejected.count - Self.capacity) }
    }

    /// The last values that were rejected, for a question.
    func rejectedInWords(_ parameters: [String], count: Int) -> String? {
        let last = rejected.filter { parameters.contains($0.parameter) }.suffix(count)
        guard !last.isEmpty else { return nil }
        let lines = last.map { "- \($0.parameter): \(Value.text(ValueText.cut($0.value, to: 800).text).json)" }
        return "Values that were tried and did no better. Do not go the same way:\n"
            + lines.joined(separator: "\n")
    }

    /// The rejected values, each as a change.
    var rejectedChanges: [[String: Value]] { rejected.map { [$0.parameter: .text($0.value)] } }

    // MARK: Restarts

    var recorded: Value {
        [
            "asked": asked.recorded, "turn": .integer(turn), "place": .integer(place),
            "rejected": .list(rejected.map { ["parameter": .text($0.parameter), "value": .text($0.value)] }),
            "merged": .list(merged.sorted().map(Value.text)), "has_new_branch": .flag(hasNewBranch),
            "gains": gains.recorded,
        ]
    }

    init?(_ recorded: Value) {
        guard let asked = AskedQuestions(recorded["asked"]), let turn = recorded["turn"]?.integer,
            let place = recorded["place"]?.integer, let rejected = recorded["rejected"]?.list,
            let merged = recorded["merged"]?.list, let hasNewBranch = recorded["has_new_branch"]?.flag
        else { return nil }
        self.asked = asked
        self.turn = turn
        self.place = place
        self.rejected = rejected.compactMap { item in
            guard let parameter = item["parameter"]?.text, let value = item["value"]?.text else { return nil }
            return Rejected(parameter: parameter, value: value)
        }
        self.merged = Set(merged.compactMap(\.text))
        self.hasNewBranch = hasNewBranch
        if let recorded = recorded["gains"], !gains.restore(recorded) { return nil }
    }
}
