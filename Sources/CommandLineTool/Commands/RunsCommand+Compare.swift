import ArgumentParser
import Evaluation
import Inspector
import Interchange
import TraceGraph
import TraceStore

extension RunsCommand {
    struct Compare: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Two candidates side by side: what differs, and which examples got worse or better.",
            discussion: "A and B are runs, for their best candidates, or candidates of runs: latest:c0 latest:c3.")

        @Argument(help: "The one before: a run, or run:c3.") var before: String
        @Argument(help: "The one after: a run, or run:c3.") var after: String
        @Option(help: "Only this part of the data.") var split: SplitPart?
        @Option(help: "The most examples to list.") var limit = 20
        @OptionGroup var database: DatabaseOptions
        @Flag(help: "One JSON object.") var json = false

        func validate() throws { try Bounds.check(limit, "--limit", 1...) }

        func run() throws {
            let records = try database.records()
            let comparison = CandidateComparison(
                try side(before, in: records.store), try side(after, in: records.store))
            if json {
                Output.result(comparison.recorded.json)
            } else {
                show(comparison, on: records.terminal)
            }
        }

        private func side(_ text: String, in store: TraceStore) throws -> CandidateComparison.Side {
            let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
            let run = try store.recordedRun(parts.first ?? "latest")
            guard parts.count == 2 || run.best != nil else {
                throw CommandError("\(run.label) has not ended; name one of its candidates: \(run.name):c0")
            }
            let id = parts.count == 2 ? try CandidateText.id(parts[1]) : run.best ?? .seed
            guard let trial = run.trial(id) else {
                let known = run.trials.map(\.candidate.id.description).joined(separator: ", ")
                throw CommandError("\(run.label) has no candidate \(id); it has: \(known)", code: .usage)
            }
            return CandidateComparison.Side(run: run, trial: trial)
        }

        private func show(_ comparison: CandidateComparison, on terminal: Terminal) {
            Output.result(
                terminal.paint("\(comparison.before.label) → \(comparison.after.label)", .bold))
            for part in SplitPart.allCases {
                guard split == nil || split == part, let totals = comparison.totals(of: part.rawValue) else { continue }
                Output.result(
                    "  \(part.rawValue.padded(11))\(Figures.decimal(totals.before)) → \(Figures.decimal(totals.after))  "
                        + "(\(Figures.signed(totals.after - totals.before)))  "
                        + "\(Figures.count(totals.count, "example")), \(totals.better) better, \(totals.worse) worse"
                        + (totals.interval.map {
                            "\n             95 % interval \(Figures.signed($0.lower)) to \(Figures.signed($0.upper))"
                        } ?? ""))
            }
            let (old, new) = (comparison.before, comparison.after)
            Output.result(
                "\n"
                    + CandidateDiff(
                        from: old.run.values(of: old.trial.candidate), to: new.run.values(of: new.trial.candidate),
                        terminal: terminal
                    ).shown())
            let rows = comparison.rows.filter { (split == nil || $0.split == split?.rawValue) && $0.difference != 0 }
            guard !rows.isEmpty else {
                Output.result("\nno common example scores otherwise")
                return
            }
            var table = TextTable([
                ("example", .left), ("split", .left), ("before", .right), ("after", .right), ("", .right),
                ("traces", .left),
            ])
            for row in rows.prefix(limit) {
                let traces = [row.beforeTrace, row.afterTrace].map { $0.map(String.init) ?? "–" }
                table.add([
                    row.example.oneLine(28), row.split, Figures.decimal(row.before), Figures.decimal(row.after),
                    Figures.signed(row.difference), traces.joined(separator: " → "),
                ])
            }
            Output.result("\n" + table.shown(on: terminal))
            if rows.count > limit { Output.result("… \(Figures.count(rows.count - limit, "more example"))") }
            if let row = rows.first, let a = row.beforeTrace, let b = row.afterTrace {
                Output.message("see why with: optrace traces diff \(a) \(b)")
            }
        }
    }
}
