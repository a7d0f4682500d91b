public import TraceGraph

/// One of the edits that lead from a candidate to another: a changed value, or one hunk of a changed text.
public struct CandidateEdit: Sendable, Hashable {
    /// Whose value is changed.
    public let parameter: String
    /// What it takes away; empty for what is only added. A value that is no text is written as JSON.
    public let old: String
    /// What it puts there; empty for what is only taken away.
    public let new: String

    /// What having it costs, in tokens: how much longer it makes the prompt, about four characters a token, and one for being
    /// a change at all. Negative for what shortens.
    public var cost: Double { Double(new.count - old.count) / 4 + 1 }
}

/// How one candidate became another, as edits that can be taken over one by one.
public struct CandidateEdits: Sendable {
    private enum Way: Sendable {
        case hunks(TextHunks, first: Int)
        case whole(Value, place: Int)
    }

    /// In the order of the parameters, and of the places in their texts.
    public let edits: [CandidateEdit]
    private let old: Candidate
    private let new: Candidate
    private let ways: [String: Way]

    /// - Parameters:
    ///   - old: Where it began; every parameter among its values.
    ///   - space: Which parameters hold text, that is taken over hunk by hunk.
    public init(from old: Candidate, to new: Candidate, in space: ParameterSpace) {
        var edits: [CandidateEdit] = []
        var ways: [String: Way] = [:]
        for name in new.changes(from: old) where new[name] != nil {
            guard let before = old[name] ?? space[name]?.initial, let after = new[name] else { continue }
            if space[name]?.kind == .text, let before = before.text, let after = after.text {
                let hunks = TextHunks(from: before, to: after)
                ways[name] = .hunks(hunks, first: edits.count)
                edits += hunks.hunks.map { CandidateEdit(parameter: name, old: $0.old ?? "", new: $0.new ?? "") }
            } else {
                ways[name] = .whole(after, place: edits.count)
                // Neither longer nor shorter to any model, as far as can be told.
                edits.append(CandidateEdit(parameter: name, old: before.json, new: after.json))
            }
        }
        self.edits = edits
        self.old = old
        self.new = new
        self.ways = ways
    }

    /// The values with the edits at `chosen` taken over.
    public func values(with chosen: Set<Int>) -> [String: Value] {
        var values = old.values
        for (name, way) in ways {
            switch way {
            case .hunks(let hunks, let first):
                let own = chosen.filter { $0 >= first && $0 < first + hunks.hunks.count }.map { $0 - first }
                values[name] = own.count == hunks.hunks.count ? new[name] : .text(hunks.text(with: Set(own)))
            case .whole(let value, let place):
                if chosen.contains(place) { values[name] = value }
            }
        }
        return values
    }
}
