import ArgumentParser
import Evaluation
import Foundation
import Optimization
import TraceGraph
import TraceStore
import Workflows

/// `optrace promote`
struct PromoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Write a run's winning values back to the workflow's files.",
        discussion: "Only what the gate found better is written, unless --force is given.")

    @Argument(help: ArgumentHelp("A run's name, the beginning of one, or latest.", valueName: "run"))
    var name = "latest"

    @Option(help: "This candidate instead of the run's best, such as c3.") var candidate: String?
    @Option(help: "The workflow file. (default: the one the run was started with)") var workflow: String?
    @Flag(help: "Show what would change and write nothing.") var dryRun = false
    @Flag(help: "Write also what the gate did not find better, or over values changed since the run.") var force = false
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let environment = ProcessInfo.processInfo.environment
        let terminal = Terminal(environment: environment)
        let store = try database.openExisting(environment)
        let run = try store.run(named: name)
        let candidate = try chosen(of: run, in: store)
        guard let path = workflow ?? run.settings["path"]?.text else {
            throw CommandError(
                "\(run.label) does not say which file it optimized; name it with --workflow", code: .usage)
        }
        let file = try WorkflowFile(checked: path, environment)
        try check(run, file)
        let promotion = try Promotion(of: candidate.values, in: file, environment: environment)
        guard !promotion.edits.isEmpty else {
            Output.result("\(path) already has the values of \(candidate.id)")
            return
        }
        for edit in promotion.edits {
            Output.result(
                terminal.paint(edit.path, .bold) + "  \(edit.parameters.joined(separator: ", "))\n"
                    + TextDiff(from: edit.old, to: edit.new).shown(on: terminal))
        }
        if dryRun {
            Output.message("nothing was written (--dry-run)")
        } else {
            try promotion.write()
            Output.message("wrote \(Figures.count(promotion.edits.count, "file"))")
        }
    }

    private func chosen(of run: StoredRun, in store: TraceStore) throws -> Candidate {
        let candidates = try store.candidates(of: run.id).map(\.candidate)
        if let candidate {
            let id = try CandidateText.id(candidate)
            guard let found = candidates.first(where: { $0.id == id }) else {
                throw CommandError("\(run.label) has no candidate \(id)", code: .usage)
            }
            guard force || dryRun || id == run.best && run.verdict?.decision == .promote else {
                throw CommandError("the gate did not test \(id); to write it all the same: --force")
            }
            return found
        }
        guard let best = try store.winner(of: run.id) else {
            throw CommandError("\(run.label) has not come to an end; go on with: optrace optimize --resume \(run.name)")
        }
        guard force || dryRun || run.verdict?.decision == .promote else {
            let verdict = run.verdict.map { $0.decision.rawValue.uppercased() } ?? "none"
            throw CommandError(
                "the verdict of \(run.label) is \(verdict), not PROMOTE; to write it all the same: --force",
                code: .nothingPromoted)
        }
        return best
    }

    /// Values that were changed by hand since the run are not overwritten unasked.
    private func check(_ run: StoredRun, _ file: WorkflowFile) throws {
        guard !force else { return }
        let changed = file.parameters.map(\.definition).filter { now in
            run.parameters[now.name].map { $0.initial != now.initial } ?? false
        }
        guard changed.isEmpty || dryRun else {
            throw CommandError(
                "since the run \(changed.map(\.name).joined(separator: ", ")) changed in \(file.path); "
                    + "look with --dry-run, and write all the same with --force")
        }
    }
}
