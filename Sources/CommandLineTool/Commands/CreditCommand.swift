import ArgumentParser
import Evaluation
import LanguageModels
import Optimization
import TraceGraph
import TraceStore

/// `optrace credit`
struct CreditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credit",
        abstract: "Find out which changes of a run's winner, and which nodes, its gain is due to.",
        discussion: """
            Ablation: what the winner loses on the validation split when one of its changes is taken back. Interchange: \
            what a bad execution gains when a node has the value it had in a good one; its own part is what the nodes it \
            reads do not explain. Executions go on from recorded traces, so only what follows from a change runs. \
            Differences are paired by example, intervals are of 95 %.
            """)

    @Argument(help: ArgumentHelp("A run's name, the beginning of one, or latest.", valueName: "run"))
    var name = "latest"

    @Option(help: "This candidate instead of the run's best, such as c3.") var candidate: String?
    @Option(help: "The workflow file. (default: the one the run was started with)") var workflow: String?
    @Option(help: "Only the first examples of the validation split.") var limit: Int?
    @Option(help: "Pairs of a good and a bad execution to interchange values between.") var pairs = 8
    @OptionGroup(title: "Budget") var budget: BudgetOptions
    @OptionGroup(title: "Models") var models: ModelOptions
    @OptionGroup(title: "Output") var database: DatabaseOptions
    @Flag(help: "One JSON object.") var json = false

    func validate() throws {
        try Bounds.check(limit, "--limit", 1...)
        try Bounds.check(pairs, "--pairs", 0...100_000)
    }

    func run() async throws {
        let settings = RunExamination.Settings(
            run: name, workflow: workflow, candidate: candidate, limit: limit, budget: budget, models: models,
            database: database)
        try await RunExamination.of(settings) { examined in
            guard !examined.winner.changes(from: examined.incumbent).isEmpty else {
                throw CommandError("\(examined.run.label) changed nothing, so there is nothing to give credit for")
            }
            let found = try await credit(of: examined)
            let recorded = found.recorded(of: examined)
            try examined.session.store.save(credit: recorded, of: examined.run.id)
            Output.result(json ? recorded.json : found.text(of: examined))
            let paid = examined.session.ledger.paid
            Output.message("\(Figures.count(paid.calls, "request")) made, \(Figures.dollars(paid.cost)) paid")
        }
    }

    private func credit(of examined: RunExamination) async throws -> Credit {
        let signal = StopSignal()
        let interrupts = Interrupts(signal) { "the same command goes on from there" }
        defer { interrupts.cancel() }
        let mayStart = { @Sendable in signal.reason == nil }
        let evaluator = examined.evaluator
        let assignment = CreditAssignment(evaluator, mayStart: mayStart)
        let good = try await evaluator.evaluate(examined.winner, on: examined.examples, mayStart: mayStart)
        let bad = try await evaluator.evaluate(examined.incumbent, on: examined.examples, mayStart: mayStart)
        let lost = zip(bad, good).filter { $0.score ?? .infinity < $1.score ?? -.infinity }.map(\.0)
        return Credit(
            ablation: try await assignment.ablation(of: good, against: examined.incumbent),
            interchange: try await assignment.interchange(from: good, into: Array(lost.prefix(pairs))))
    }
}

extension Credit {
    fileprivate func recorded(of examined: RunExamination) -> Value {
        var fields: Fields = [
            "schema": "optrace.credit.v1", "run": .text(examined.run.label),
            "candidate": .text("\(examined.winner.id)"), "split": "validation",
            "examples": .integer(examined.examples.count),
        ]
        for (name, value) in recorded.object ?? [:] { fields[name] = value }
        return .object(fields)
    }

    fileprivate func text(of examined: RunExamination) -> String {
        let terminal = examined.session.terminal
        var parts = [
            terminal.paint("\(examined.run.label) \(examined.winner.id)", .bold)
                + "  on \(Figures.count(examined.examples.count, "validation example"))"
        ]
        parts.append(
            "lost without the change\n"
                + table(ablation, "parameter", showsOwn: false).shown(on: terminal))
        parts.append(
            interchange.isEmpty
                ? "no example was better with the winner, so there is nothing to interchange"
                : "gained with the node's good value, the most at fault first\n"
                    + table(interchange, "node", showsOwn: true).shown(on: terminal))
        return parts.joined(separator: "\n\n")
    }

    private func table(_ findings: [CreditFinding], _ title: String, showsOwn: Bool) -> TextTable {
        var headings: [(String, TextTable.Side)] = [(title, .left), ("effect", .right), ("95 % interval", .left)]
        if showsOwn { headings.insert(("own", .right), at: 1) }
        headings += [("n", .right), ("", .left)]
        var table = TextTable(headings)
        for finding in findings {
            let interval = finding.interval.map { "\(Figures.signed($0.lower)) … \(Figures.signed($0.upper))" } ?? "–"
            var cells = [
                finding.name, finding.effect.map { Figures.signed($0) } ?? "–", finding.effect == nil ? "–" : interval,
            ]
            if showsOwn { cells.insert(finding.own.map { Figures.signed($0) } ?? "–", at: 1) }
            cells += ["\(finding.count)", finding.reason.map { "not tested: \($0)" } ?? ""]
            table.add(cells)
        }
        return table
    }
}
