import ArgumentParser
import Evaluation
import Foundation
import Inspector
import Interchange
import LanguageModels
import Optimization
import TraceGraph
import TraceStore

/// `optrace runs`
struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "List, show, compare and export optimization runs.",
        subcommands: [List.self, Show.self, Compare.self, Export.self, Preferences.self],
        defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "All runs, the newest first.")

        @OptionGroup var database: DatabaseOptions
        @Flag(help: "One JSON object a line.") var json = false

        func run() throws {
            let records = try database.records()
            Listing(
                try records.store.runs(), object: \.summary,
                columns: [
                    ("run", .left), ("started", .left), ("optimizer", .left), ("steps", .right), ("tried", .right),
                    ("calls", .right), ("ended", .left), ("verdict", .left),
                ], spare: ["calls", "steps"],
                row: { run in
                    [
                        run.label, run.started.formatted(Self.date), run.optimizer, "\(run.turns)",
                        "\(max(0, run.candidates - 1))", Figures.grouped(run.spend.calls),
                        run.status.map(\.rawValue) ?? "not ended", run.verdict?.decision.rawValue ?? "–",
                    ]
                }
            ).print(
                asJSON: json, on: records.terminal,
                emptiness: "no runs yet; start one with: optrace optimize WORKFLOW")
        }

        static var date: Date.ISO8601FormatStyle {
            .iso8601.year().month().day().dateSeparator(.dash).dateTimeSeparator(.space).time(
                includingFractionalSeconds: false)
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One run: its verdict, its candidates, what changed.")

        @Argument(
            help: ArgumentHelp(
                "A run's name, the beginning of one, name#2 for its second attempt, or latest.", valueName: "run"))
        var name = "latest"

        @OptionGroup var database: DatabaseOptions
        @Flag(help: "One JSON object.") var json = false

        func run() throws {
            let records = try database.records()
            let (store, terminal) = (records.store, records.terminal)
            let run = try store.run(named: name)
            let recorded = try store.recordedRun(run)
            let candidates = try store.candidates(of: run.id)
            let isUnderWay = try run.status == nil && store.isUnderWay(run.id)
            if json {
                var fields = run.summary.object ?? [:]
                fields["candidates"] = .list(candidates.map(\.summary))
                fields["front"] = recorded.front?.recorded ?? .null
                Output.result(Value.object(fields).json)
                return
            }
            Output.result(
                terminal.paint(run.label, .bold)
                    + "  \(run.optimizer), seed \(run.seed), "
                    + (run.status.map { "\($0.rawValue): \(run.reason ?? "")" }
                        ?? (isUnderWay ? "under way" : "not ended: its process was killed")))
            Output.result(
                "  \(Figures.count(run.spend.calls, "call")), \(Figures.grouped(run.spend.totalTokens)) tokens, "
                    + Figures.dollars(run.spend.cost)
                    + (run.paid.map { " (\(Figures.count($0.calls, "call")) paid by this attempt)" } ?? "")
                    + (run.failures > 0 ? ", \(Figures.count(run.failures, "request")) failed" : "")
                    + (run.seconds.map { ", \(Figures.clock($0))" } ?? ""))
            if let verdict = run.verdict {
                Output.result("\n" + VerdictCard(verdict: verdict, terminal: terminal).shown())
            }
            let history = RunHistory(chart: HistoryChart(recorded), terminal: terminal)
            if let shown = history.shown() { Output.result("\n" + shown) }
            Output.result("\n" + table(candidates, on: terminal).shown(on: terminal))
            if let front = recorded.front {
                Output.result("\n" + FrontTable(front: front, terminal: terminal).shown())
            }
            if let best = try store.winner(of: run.id), let seed = candidates.first?.candidate, best.id != seed.id {
                Output.result("\n" + CandidateDiff(from: seed, to: best, terminal: terminal).shown())
            }
            if run.status != .finished, !isUnderWay {
                Output.message(
                    "\ngo on with: optrace optimize --resume \(run.name)\(database.mention(records.environment))")
            }
        }

        private func table(_ candidates: [StoredCandidate], on terminal: Terminal) -> TextTable {
            var table = TextTable([
                ("", .left), ("step", .right), ("from", .left), ("train", .right), ("validation", .right),
                ("hold-out", .right), ("likeness", .right), ("tokens", .right), ("cost", .right), ("fate", .left),
            ])
            table.spare = ["likeness", "cost", "train", "tokens", "from"]
            let isPriced = candidates.contains { $0.cost.map { $0 > 0 } ?? false }
            // What is the same for all tells nothing.
            let likenesses = Set(candidates.compactMap(\.nearness).map { Figures.decimal($0, 2) })
            for one in candidates {
                let fate: String
                switch one.fate {
                case .accepted(let reason): fate = "accepted \(reason)"
                case .kept(let reason): fate = "kept \(reason)"
                case .rejected(let reason): fate = "rejected: \(reason)"
                case nil: fate = one.candidate.id == .seed ? "seed" : "undecided"
                }
                func score(_ split: String) -> String { one.scores[split].map { Figures.decimal($0) } ?? "–" }
                table.add([
                    "\(one.candidate.id)", one.step.map(String.init) ?? "–",
                    one.candidate.parents.map(\.description).joined(separator: ", "), score("train"),
                    score("validation"), score("holdout"),
                    likenesses.count > 1 ? one.nearness.map { Figures.decimal($0, 2) } ?? "–" : "–",
                    one.tokens.map { Figures.decimal($0, 0) } ?? "–",
                    isPriced ? one.cost.map { Figures.dollars($0) } ?? "–" : "–",
                    fate.oneLine(terminal.isLookedAt ? 60 : 2_000),
                ])
            }
            return table
        }
    }
}

extension StoredRun {
    /// The run as one JSON object.
    var summary: Value {
        [
            "schema": "optrace.run.v1", "run": .text(name), "attempt": .integer(attempt),
            "workflow": .text(workflow), "optimizer": .text(optimizer),
            "seed": Int(exactly: seed).map(Value.integer) ?? .text("\(seed)"),
            "status": status.map { .text($0.rawValue) } ?? .null, "reason": reason.map(Value.text) ?? .null,
            "best": best.map { .text("\($0)") } ?? .null,
            "verdict": verdict.map { .text($0.decision.rawValue) } ?? .null,
            "steps": .integer(turns), "calls": .integer(spend.calls), "tokens": .integer(spend.totalTokens),
            "cost": spend.cost.map(Value.number) ?? .null, "failed": .integer(failures),
        ]
    }
}

extension StoredCandidate {
    /// The candidate as one JSON object.
    var summary: Value {
        [
            "candidate": .text("\(candidate.id)"), "parents": .list(candidate.parents.map { .text("\($0)") }),
            "origin": .text(candidate.origin),
            "parameters": .object(Fields(candidate.values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })),
            "scores": .object(Fields(scores.sorted { $0.key < $1.key }.map { ($0.key, Value.number($0.value)) })),
            "evidence": nearness.map(Value.number) ?? .null, "tokens_per_example": tokens.map(Value.number) ?? .null,
            "cost_per_example": cost.map(Value.number) ?? .null,
        ]
    }

    /// The split that most is known of what the candidate is worth by.
    private var split: String? { ["validation", "train"].first { evaluations[$0] != nil } }

    /// How near its outputs came to what was expected, 0 to 1.
    fileprivate var nearness: Double? { split.flatMap { evidence[$0] } }

    /// Tokens of an example on average.
    fileprivate var tokens: Double? {
        split.flatMap { split in each(split) { Double($0.totalTokens) } }
    }

    /// US dollars of an example on average; nil where a price is not known.
    fileprivate var cost: Double? {
        split.flatMap { split in expense[split]?.cost == nil ? nil : each(split) { $0.cost ?? 0 } }
    }

    private func each(_ split: String, _ amount: (Usage) -> Double) -> Double? {
        guard let usage = expense[split], let count = evaluations[split], count > 0 else { return nil }
        return amount(usage) / Double(count)
    }
}
