import Evaluation
import TraceGraph

extension RecordedRun {
    /// The run as one self-contained page: the verdict, what changed word by word, the history, the candidates.
    ///
    /// - Parameter mayAskGraphviz: Whether `dot` may be started for the layout.
    public func html(mayAskGraphviz: Bool = true) async -> String {
        var page = HTMLPage(title: label)
        page.add("h1", label)
        page.add("p", facts.joined(separator: " · "), class: "facts")
        if let verdict {
            page.add(
                markup: "<div class=\"verdict \(verdict.decision.rawValue)\"><b>"
                    + "\(verdict.decision.rawValue.uppercased())</b> \(verdict.sentence.escapedForXML)"
                    + (verdict.chart ?? "")
                    + verdict.alarms.map { "<p>alarm: \($0.escapedForXML)</p>" }.joined() + "</div>")
        }
        if let best, let winner = trial(best), let seed = trials.first {
            for (name, old, new) in changes(from: seed.candidate, to: winner.candidate) {
                page.add("h2", "\(name): \(seed.candidate.id) → \(best)")
                page.add(markup: HTMLPage.words(ValueChange(from: old, to: new).pieces))
            }
        }
        page.add("h2", "History")
        page.add(markup: HistoryChart(self).svg)
        page.add("h2", "Candidates")
        let drawing = await GraphDrawing(GraphView(candidatesOf: self), mayAskGraphviz: mayAskGraphviz)
        page.add(markup: "<div class=\"drawing\">\(drawing.svg(title: "candidates", isDocument: false))</div>")
        page.add(markup: table)
        page.add("h2", "Timeline")
        page.add(markup: RunTimeline(self).svg)
        if let credit {
            page.add("h2", "What the changes are worth")
            page.add(markup: Self.table(of: credit["ablation"]?.list ?? [], "lost without the change", "parameter"))
            page.add(
                markup: Self.table(of: credit["interchange"]?.list ?? [], "gained with the node's good value", "node"))
        }
        return page.html
    }

    /// Findings as `optrace credit --json` prints them.
    private static func table(of findings: [Value], _ effect: String, _ title: String) -> String {
        guard !findings.isEmpty else { return "" }
        let rows = findings.map { finding in
            let number = finding["effect"]?.number.map { Amounts.signed($0) }
            let bounds = (finding["interval"]?.list ?? []).compactMap(\.number).map { Amounts.signed($0) }
            let reason = finding["reason"]?.text.map { "not tested: \($0)" } ?? ""
            return "<tr><td>\((finding["name"]?.text ?? "").escapedForXML)</td><td class=\"n\">\(number ?? "–")</td>"
                + "<td>\(bounds.isEmpty ? "–" : bounds.joined(separator: " … "))</td>"
                + "<td class=\"n\">\(finding["n"]?.integer ?? 0)</td><td>\(reason.escapedForXML)</td></tr>"
        }
        return "<table><tr><th>\(title)</th><th class=\"n\">\(effect)</th><th>95 % interval</th>"
            + "<th class=\"n\">n</th><th></th></tr>\(rows.joined())</table>"
    }

    private var table: String {
        var rows = "<table><tr><th></th><th class=\"n\">step</th><th>from</th><th class=\"n\">train</th>"
        rows += "<th class=\"n\">validation</th><th class=\"n\">hold-out</th><th>fate</th><th>why</th></tr>"
        for trial in trials {
            func score(_ split: String) -> String {
                "<td class=\"n\">\(trial.scores[split].map { Amounts.decimal($0) } ?? "–")</td>"
            }
            rows += "<tr><td>\(trial.candidate.id)</td><td class=\"n\">\(trial.step.map { "\($0)" } ?? "–")</td>"
            rows += "<td>\(trial.candidate.parents.map(\.description).joined(separator: ", "))</td>"
            rows += score("train") + score("validation") + score("holdout")
            rows +=
                "<td>\(trial.fateText.escapedForXML)</td><td>\((trial.rationale ?? "").cut(toBytes: 2_000).text.escapedForXML)</td></tr>"
        }
        return rows + "</table>"
    }
}
