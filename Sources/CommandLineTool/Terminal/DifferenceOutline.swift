import TraceGraph

/// What differs between two traces as readable lines: the parameters first, then where the executions part, then what
/// follows from that.
struct DifferenceOutline {
    let diff: GraphDiff
    let terminal: Terminal
    /// Whether values are shown whole and no change is left out.
    var showsEverything = false

    private static let shortListLength = 40

    func shown() -> String {
        let counts = diff.counts
        guard !diff.isEmpty else { return "no difference in \(Figures.count(counts.same, "node"))" }
        var lines = [
            "\(Figures.count(counts.same, "node")) the same, \(Figures.grouped(counts.changed)) changed, "
                + "\(Figures.grouped(counts.added)) added, \(Figures.grouped(counts.removed)) removed"
        ]
        let parameters = diff.changes.filter { diff.node(of: $0).kind == .parameter }
        let others = diff.changes.filter { diff.node(of: $0).kind != .parameter }
        lines += section("parameters", parameters)
        lines += section("where they part", others.filter(\.isOrigin))
        lines += section("what follows", others.filter { !$0.isOrigin })
        return lines.joined(separator: "\n")
    }

    private func section(_ title: String, _ changes: [GraphDiff.Change]) -> [String] {
        guard !changes.isEmpty else { return [] }
        let shown = showsEverything ? changes[...] : changes.prefix(Self.shortListLength)
        var lines = ["", terminal.paint(title, .bold)] + shown.flatMap { self.lines(of: $0) }
        let left = changes.count - shown.count
        if left > 0 { lines.append("  … \(Figures.count(left, "more change")); --full shows all") }
        return lines
    }

    private func lines(of change: GraphDiff.Change) -> [String] {
        switch change.sides {
        case .added(let id):
            [terminal.paint("+ ", .green) + heading(of: diff.after[id], in: diff.after)]
                + valueText.lines(of: diff.after[id].value, mark: nil)
        case .removed(let id):
            [terminal.paint("- ", .red) + heading(of: diff.before[id], in: diff.before)]
                + valueText.lines(of: diff.before[id].value, mark: nil)
        case .changed(let before, let after):
            [terminal.paint("~ ", .yellow) + heading(from: diff.before[before], to: diff.after[after])]
                + notes(from: diff.before[before], to: diff.after[after], change.aspects)
                + (change.aspects.contains(.value)
                    ? valueText.lines(from: diff.before[before].value, to: diff.after[after].value) : [])
        }
    }

    private var valueText: ValueDifference { ValueDifference(terminal: terminal, isWhole: showsEverything) }

    private func heading(of node: Node, in trace: Trace, before: String = "") -> String {
        let line = NodeHeadline(terminal: terminal, isWhole: showsEverything)
        guard node.kind == .operation || node.kind == .failure else {
            let kind = "  \(node.kind.name)"
            return line.shown(before + node.name, "", beside: 2 + kind.columns) + terminal.paint(kind, .faint)
        }
        let failed = node.kind == .failure ? "  failed" : ""
        let made = " = \(node.operation?.name ?? "operation")(\(inputs(of: node, in: trace)))"
        return line.shown(before + node.name, made, beside: 2 + failed.columns) + terminal.paint(failed, .red)
    }

    private func heading(from old: Node, to new: Node) -> String {
        guard old.name != new.name else { return heading(of: new, in: diff.after) }
        return heading(of: new, in: diff.after, before: "\(old.name.oneLine(60)) → ")
    }

    private func inputs(of node: Node, in trace: Trace) -> String {
        node.inputs
            .map { input in
                let read = trace[input.node]
                return read.base == input.name ? read.name : "\(input.name)=\(read.name)"
            }
            .joined(separator: ", ").printable
    }

    private func notes(from old: Node, to new: Node, _ aspects: GraphDiff.Aspects) -> [String] {
        var notes: [String] = []
        if aspects.contains(.operation) {
            notes.append("operation \(old.operation?.name ?? "none") → \(new.operation?.name ?? "none")")
        }
        if aspects.contains(.kind) {
            switch (old.kind, new.kind) {
            case (_, .failure): notes.append("fails now")
            case (.failure, _): notes.append("no longer fails")
            default: notes.append("\(old.kind.name) → \(new.kind.name)")
            }
        }
        if aspects.contains(.inputs) {
            let before = inputs(of: old, in: diff.before)
            notes.append("read \(before.isEmpty ? "nothing" : before) before")
        }
        if aspects.contains(.definition) { notes.append("declared differently") }
        return notes.map { note in
            "    "
                + terminal.paint(
                    terminal.isLookedAt && !showsEverything ? note.oneLine(terminal.width - 4) : note.printable, .faint)
        }
    }
}
