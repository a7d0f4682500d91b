import TraceGraph

/// What changed from one candidate to another, parameter by parameter.
struct CandidateDiff {
    let from: Candidate
    let to: Candidate
    let terminal: Terminal

    func shown() -> String {
        let names = to.changes(from: from)
        guard !names.isEmpty else { return "no parameter changed" }
        return names.map { name in
            let (old, new) = (from[name] ?? .null, to[name] ?? .null)
            let title = terminal.paint(name, .bold) + "  \(from.id) → \(to.id)"
            return title + "\n" + TextDiff(from: Self.text(old), to: Self.text(new)).shown(on: terminal)
        }.joined(separator: "\n")
    }

    private static func text(_ value: Value) -> String {
        switch value {
        case .text(let text): text
        case .list, .object: value.prettyJSON
        default: value.json
        }
    }
}
