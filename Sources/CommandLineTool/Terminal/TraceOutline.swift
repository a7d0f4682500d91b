import TraceGraph

/// A trace as readable lines: its nodes in execution order with what they read, their values, times, tokens, and the
/// feedback on them.
struct TraceOutline {
    let trace: Trace
    let terminal: Terminal
    /// Whether values are shown whole instead of their first lines.
    var showsWholeValues = false

    private static let shortValueLines = 3

    func shown() -> String {
        (trace.nodes.map(shown) + readOutside).joined(separator: "\n")
    }

    /// Parameters that were read by their plain name outside any operation.
    private var readOutside: [String] {
        trace.hiddenInputs.filter { $0.reader == nil }.map { hidden in
            terminal.paint("hidden input: ", .yellow)
                + "\(trace[hidden.node].name.printable) was read by its plain name: what was made from it is not "
                + "connected to it"
        }
    }

    private func shown(_ node: Node) -> String {
        var depth = 0
        var scope = node.scope
        while let index = scope {
            depth += 1
            scope = trace.scopes[index].parent
        }
        let indent = String(repeating: "  ", count: depth)
        var lines = [indent + heading(of: node, after: indent.count)]
        lines += valueLines(of: node).map { indent + "    " + $0 }
        for call in trace.calls where call.node == node.id {
            let cached = call.wasCached ? ", cached" : ""
            let key = call.completion.map { ", completion \($0.prefix(12))" } ?? ""
            lines.append(
                indent + "    "
                    + terminal.paint(
                        "model \(call.model): \(call.usage.promptTokens) + \(call.usage.completionTokens) tokens, "
                            + "\(Figures.time(nanoseconds: call.duration))\(cached)\(key)", .faint))
        }
        for hidden in trace.hiddenInputs where hidden.reader == node.id {
            lines.append(
                indent + "    " + terminal.paint("hidden input: ", .yellow)
                    + "reads \(trace[hidden.node].name.printable) without receiving it")
        }
        for feedback in trace.feedback where feedback.output == node.id {
            let scores = feedback.scores.sorted { $0.key < $1.key }
                .map { "\($0.key) \(Figures.decimal($0.value))" }.joined(separator: ", ")
            lines.append(indent + "    " + terminal.paint("feedback: ", .yellow) + scores)
            lines += feedback.text.printable.split(separator: "\n").map { indent + "      " + $0 }
        }
        return lines.joined(separator: "\n")
    }

    private func heading(of node: Node, after indent: Int) -> String {
        let mark: String
        switch node.kind {
        case .parameter: mark = terminal.paint("◆", .cyan)
        case .input, .constant: mark = "○"
        case .operation: mark = "■"
        case .failure: mark = terminal.paint("✗", .red)
        }
        var (made, end) = ("", "  \(node.kind.name)")
        if node.kind == .operation || node.kind == .failure {
            let inputs = node.inputs.map { input in
                let name = trace[input.node].name
                return trace[input.node].base == input.name ? name : "\(input.name)=\(name)"
            }
            made = " = \(node.operation?.name ?? "operation")(\(inputs.joined(separator: ", ")))"
            end = "  \(Figures.time(nanoseconds: node.duration))"
        }
        let failed = node.kind == .failure ? "  failed" : ""
        let line = NodeHeadline(terminal: terminal, isWhole: showsWholeValues)
            .shown(node.name, made, beside: indent + 2 + failed.columns + end.columns)
        return "\(mark) " + line + terminal.paint(failed, .red) + terminal.paint(end, .faint)
    }

    private func valueLines(of node: Node) -> [String] {
        let text: String
        switch node.value {
        case .text(let content): text = content
        case .object, .list: text = showsWholeValues ? node.value.prettyJSON : node.value.json
        case .bytes(let content): text = "\(Figures.bytes(content.count)) of binary data"
        default: text = node.value.json
        }
        let width = max(20, terminal.width - 6)
        let all = text.printable.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if showsWholeValues { return all }
        var lines = all.prefix(Self.shortValueLines).map { $0.oneLine(width) }
        let left = all.count - lines.count
        if left > 0 { lines.append(terminal.paint("… \(Figures.count(left, "more line"))", .faint)) }
        return lines
    }
}
