import ArgumentParser
import LanguageModels
import Optimization
import TraceGraph
import TraceStore
import Workflows

/// A run that is taken up again: the command that made it with everything it left open filled in, and the environment in
/// which the same file, data and models are found.
struct ResumedRun {
    let run: StoredRun
    let command: OptimizeCommand
    let environment: [String: String]
    let earlier: EarlierAttempts?
    /// Whether it had come to its end, so that there is only its end to be told again.
    let hasFinished: Bool

    /// - Parameters:
    ///   - name: As `--resume` has it.
    ///   - given: The command that asks for it; what it says beside has to agree with the run.
    /// - Throws: ``CommandError`` when the run cannot be taken up, with the reason and what to do instead.
    init(_ name: String, asked given: OptimizeCommand) async throws {
        let records = try given.database.records(writing: true)
        let run = try records.store.run(named: name)
        if try records.store.isUnderWay(run.id) { throw Self.underWay(run) }
        guard let arguments = run.settings["arguments"]?.list?.compactMap(\.text) else {
            throw CommandError("\(run.label) does not say how it was started; start it again with its workflow file")
        }
        if run.settings["cache"]?.text == CacheMode.off.rawValue {
            throw CommandError(
                "\(run.label) kept no replies (--cache off), so there is nothing to go on from; start it again")
        }
        var command = try OptimizeCommand.parse(arguments)
        let contradictions = given.contradictions(to: command)
        guard contradictions.isEmpty else {
            throw CommandError(
                "\(run.label) goes on as it was started, and this asks for something else: "
                    + contradictions.joined(separator: "; ") + ". Leave that out, or start a run of its own: optrace "
                    + "optimize \(ShellWord(command.workflow ?? "WORKFLOW")) …; what was answered already is not paid "
                    + "for again",
                code: .usage)
        }
        command.database = given.database
        command.json = given.json
        command.dryRun = given.dryRun
        command.requirePromotion = command.requirePromotion || given.requirePromotion
        command.models.concurrency = given.models.concurrency ?? command.models.concurrency
        self.run = run
        hasFinished = run.status == .finished
        self.command = command
        let variables = try RecordedVariables(run.settings)
        environment = try await variables.restored(in: records.environment, for: run)
        earlier = try EarlierAttempts(run.name, in: records.store, finished: hasFinished)
    }

    static func underWay(_ run: StoredRun) -> CommandError {
        CommandError(
            "\(run.label) is under way in another process; wait for it or end it first (what it has done is kept)")
    }

    /// Refuses to go on with something else than the run.
    ///
    /// - Parameter settings: What the run would be now.
    /// - Throws: ``CommandError`` with everything that is not as it was.
    func check(_ name: String, settings: Value) throws {
        guard name != run.name else { return }
        let fields = [settings, run.settings].flatMap { ($0.object ?? [:]).map(\.name) }
        let names = Set(fields).filter { settings[$0] != run.settings[$0] }.sorted()
        let differences = names.filter { !Self.indecisive.contains($0) }.map { name in
            if let words = Self.words[name] { return words }
            let (before, now) = (run.settings[name]?.json ?? "not set", settings[name]?.json ?? "not set")
            return "\(name.replacing("_", with: " ")): was \(before), is \(now)"
        }
        throw CommandError(
            "\(run.label) cannot go on: "
                + (differences.isEmpty
                    ? "it was made by another version of this program" : differences.joined(separator: "; "))
                + ". Put that back as it was, or start a run of its own: optrace optimize "
                + "\(ShellWord(command.workflow ?? "WORKFLOW")); what was answered already is not paid for again")
    }

    /// Settings that do not decide the course of a run.
    private static let indecisive: Set<String> = [
        "path", "arguments", "cache", "variables", StoredRun.originSetting,
    ]

    private static let words = [
        "workflow": "the workflow file, a file it names, or a variable it reads has changed",
        "data": "the data have changed",
        "prices": "the prices of its models have changed",
    ]
}
