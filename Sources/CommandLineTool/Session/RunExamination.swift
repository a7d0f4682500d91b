import ArgumentParser
import Evaluation
import LanguageModels
import Optimization
import TraceGraph
import TraceStore
import Workflows

/// A finished run whose winner is run again to find out more about it, with the file, data and models the run had.
struct RunExamination {
    let run: StoredRun
    let session: Session
    let incumbent: Candidate
    let winner: Candidate
    let evaluator: Evaluator
    /// What the winner was chosen by.
    let examples: [Example]

    /// How a run is to be examined.
    struct Settings {
        var run: String
        var workflow: String?
        /// Instead of the run's best.
        var candidate: String?
        /// How many examples of the validation split.
        var limit: Int?
        var budget: BudgetOptions
        var models: ModelOptions
        var database: DatabaseOptions
    }

    /// Opens the run's workflow as it was started, then examines it, and closes everything again.
    ///
    /// - Throws: ``CommandError`` when the run has no winner, its file is not to be found, or its parameters are other ones
    ///   now.
    static func of<Result>(
        _ settings: Settings, _ examine: (RunExamination) async throws -> Result
    ) async throws -> Result {
        let records = try settings.database.records()
        let run = try records.store.run(named: settings.run)
        let winner =
            try settings.candidate.map { try records.store.candidate($0, of: run) }
            ?? records.store.best(of: run)
        guard let path = settings.workflow ?? run.settings["path"]?.text else {
            throw CommandError(
                "\(run.label) does not say which file it optimized; name it with --workflow", code: .usage)
        }
        let (models, environment) = try await origin(of: run, settings, records.environment)
        var session = try Session(
            workflow: path, models: models, database: settings.database, environment: environment
        ) { _ in settings.budget.applied(to: .unlimited) }
        if run.settings["gate"]?["metric"]?.text == Workflow.preferenceMetric {
            session = session.scoredByPreference(judge: OptimizationJob.optimizerModel(of: session.workflow.file))
        }
        let space = session.workflow.parameters
        for name in winner.values.keys.sorted() where space[name] == nil {
            throw CommandError("\(run.label) sets '\(name)', which \(path) does not have any more")
        }
        return try await session.use { session in
            let (dataset, split) = try session.data()
            let examples = dataset.examples(split.validation)
            let incumbent = Candidate(
                values: space.seed.values.merging(run.parameters.seed.values) { _, atTheTime in atTheTime })
            let whole = Candidate(
                id: winner.id, values: incumbent.values.merging(winner.values) { _, new in new },
                parents: winner.parents, origin: winner.origin)
            return try await examine(
                RunExamination(
                    run: run, session: session, incumbent: incumbent, winner: whole,
                    evaluator: try session.evaluator(train: dataset.examples(split.train)),
                    examples: Array(examples.prefix(settings.limit ?? examples.count))))
        }
    }

    /// The models and the environment that the run had, unless the command says otherwise.
    private static func origin(
        of run: StoredRun, _ settings: Settings, _ environment: [String: String]
    ) async throws -> (ModelOptions, [String: String]) {
        guard settings.workflow == nil, let arguments = run.settings["arguments"]?.list?.compactMap(\.text) else {
            return (settings.models, environment)
        }
        let restored = try await RecordedVariables(run.settings).restored(in: environment, for: run)
        var models = settings.models
        if models.model.isEmpty { models.model = try OptimizeCommand.parse(arguments).models.model }
        return (models, restored)
    }
}
