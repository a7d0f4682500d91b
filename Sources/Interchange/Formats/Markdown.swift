import Evaluation
import TraceGraph

/// Text inside Markdown.
enum Markdown {
    /// `text` in a fence that nothing in it can end.
    static func fenced(_ text: String, _ language: String = "text") -> String {
        var longest = 0
        var row = 0
        for character in text.utf8 {
            row = character == UInt8(ascii: "`") ? row + 1 : 0
            longest = max(longest, row)
        }
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return "\(fence)\(language)\n\(text.withoutControls)\n\(fence)"
    }

    /// `text` inside a line or a cell of a table, all of it literal.
    static func inline(_ text: String) -> String {
        let characters = Array(text.onOneLine(200))
        var safe = ""
        for (place, character) in characters.enumerated() {
            let next = place + 1 < characters.count ? characters[place + 1] : " "
            if means(character, before: next, atStart: safe.allSatisfy { $0 == " " || $0.isNumber }) {
                safe.append("\\")
            }
            safe.append(character)
        }
        return safe
    }

    /// Whether a character is more than itself where it stands: marks of headings and lists at the start of a line, marks
    /// of emphasis, code, links, tables and markup anywhere, and what makes an address or a formula of what follows.
    private static func means(_ character: Character, before next: Character, atStart: Bool) -> Bool {
        switch character {
        case "\\", "`", "*", "_", "[", "]", "|", "~", "&", "@": true
        case "<": next.isLetter || "/!?".contains(next)
        case "#", "+", "-", "=", ">": atStart
        case ")": atStart && next == " "
        case ".": atStart && next == " " || next.isLetter
        case "!": next == "["
        case ":": next == "/"
        case "$": !next.isNumber
        default: false
        }
    }
}

extension RecordedTrace {
    /// The trace as a page of Markdown: a Mermaid graph, then every node with its value.
    public var markdown: String {
        var parts = ["# \(Markdown.inline(title))"]
        var facts = ["\(trace.candidate.id)", trace.outcome.name, "\(trace.nodes.count) nodes"]
        facts.append("\(trace.usage.totalTokens) tokens")
        facts.append(Amounts.time(nanoseconds: trace.duration))
        if let score { facts.append("score \(Amounts.decimal(score))") }
        if let example { facts.append("example \(Markdown.inline(example))") }
        parts.append(facts.joined(separator: " · "))
        parts.append("```mermaid\n\(GraphView(trace).mermaid)```")
        for item in trace.feedback {
            let scores = item.scores.sorted { $0.key < $1.key }.map {
                "\(Markdown.inline($0.key)) \(Amounts.decimal($0.value))"
            }
            parts.append(
                "**feedback** on \(Markdown.inline(trace[item.output].name)): \(scores.joined(separator: ", "))")
            if !item.text.isEmpty { parts.append(Markdown.fenced(item.text.cut(toBytes: 20_000).text)) }
        }
        for node in trace.nodes {
            let inputs = node.inputs.map { "\($0.name) = \(trace[$0.node].name)" }.joined(separator: ", ")
            let made = node.operation.map { " = \($0.name)(\(inputs))" } ?? "  \(node.kind.name)"
            parts.append("## \(Markdown.inline(node.name + made))")
            let (text, omitted) = Amounts.text(of: node.value).cut(toBytes: 20_000)
            parts.append(Markdown.fenced(text))
            if omitted > 0 { parts.append("… \(omitted) bytes left out") }
        }
        return parts.joined(separator: "\n\n") + "\n"
    }
}

extension RecordedRun {
    /// The run as a page of Markdown: the verdict, what changed, all candidates.
    public var markdown: String {
        var parts = ["# \(Markdown.inline(label))"]
        parts.append(facts.map(Markdown.inline).joined(separator: " · "))
        if let verdict {
            parts.append("**\(verdict.decision.rawValue.uppercased())** " + Markdown.inline(verdict.sentence))
        }
        var rows = ["| | step | from | train | validation | hold-out | fate |", "|---|--:|---|--:|--:|--:|---|"]
        for trial in trials {
            func score(_ split: String) -> String { trial.scores[split].map { Amounts.decimal($0) } ?? "–" }
            let cells = [
                "\(trial.candidate.id)", trial.step.map { "\($0)" } ?? "–",
                trial.candidate.parents.map(\.description).joined(separator: ", "), score("train"),
                score("validation"), score("holdout"), Markdown.inline(trial.fateText),
            ]
            rows.append("| \(cells.joined(separator: " | ")) |")
        }
        parts.append(rows.joined(separator: "\n"))
        if let best, let winner = trial(best), let seed = trials.first {
            for (name, old, new) in changes(from: seed.candidate, to: winner.candidate) {
                parts.append("## \(Markdown.inline(name)): \(seed.candidate.id) → \(best)")
                parts.append("before\n\n" + Markdown.fenced(Amounts.text(of: old)))
                parts.append("after\n\n" + Markdown.fenced(Amounts.text(of: new)))
            }
        }
        return parts.joined(separator: "\n\n") + "\n"
    }
}
