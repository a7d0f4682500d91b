/// What changed between two texts, line by line.
struct TextDiff {
    enum Line: Equatable {
        case kept(String)
        case removed(String)
        case added(String)
    }

    let lines: [Line]

    init(from old: String, to new: String) {
        let old = old.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let new = new.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in new.difference(from: old) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var lines: [Line] = []
        var (a, b) = (0, 0)
        while a < old.count || b < new.count {
            if a < old.count, removed.contains(a) {
                lines.append(.removed(old[a]))
                a += 1
            } else if b < new.count, added.contains(b) {
                lines.append(.added(new[b]))
                b += 1
            } else {
                lines.append(.kept(old[a]))
                a += 1
                b += 1
            }
        }
        self.lines = lines
    }

    /// With `- ` and `+ ` before the lines that changed, and long kept stretches folded.
    func shown(on terminal: Terminal, indent: String = "  ", context: Int = 3) -> String {
        let changed = lines.indices.filter { if case .kept = lines[$0] { false } else { true } }
        let near = Set(changed.flatMap { ($0 - context)...($0 + context) })
        var shown: [String] = []
        var hidden = 0
        func fold() {
            if hidden > 0 {
                shown.append(indent + terminal.paint("  … \(Figures.count(hidden, "line")) unchanged", .faint))
            }
            hidden = 0
        }
        for (index, line) in lines.enumerated() {
            switch line {
            case .kept(let text):
                if near.contains(index) {
                    fold()
                    shown.append(indent + "  " + text.printable)
                } else {
                    hidden += 1
                }
            case .removed(let text):
                fold()
                shown.append(indent + terminal.paint("- " + text.printable, .red))
            case .added(let text):
                fold()
                shown.append(indent + terminal.paint("+ " + text.printable, .green))
            }
        }
        fold()
        return shown.joined(separator: "\n")
    }
}
