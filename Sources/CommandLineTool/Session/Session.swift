import ContentHash
import Evaluation
import Foundation
import LanguageModels
import Optimization
import TraceGraph
import TraceStore
import Workflows

/// Everything a command needs to run a workflow: the file, its models behind cache and budget, its code runtime, the
/// database.
struct Session: Sendable {
    let environment: [String: String]
    let terminal: Terminal
    let store: TraceStore
    let catalog: ModelCatalog
    let ledger: Ledger
    let mode: CacheMode
    /// Answers for every model, by the name in the request.
    let models: any LanguageModel
    /// The calls that no cache keeps, and the steps that failed by chance.
    let lost: LostCalls
    /// What answers code, requests, and programs that say so, from earlier runs.
    let nodes: CachedNodes
    let runtime: PythonRuntime
    let programs: ProgramPool
    private(set) var workflow: Workflow
    /// The parameters that stay as the file has them because what a model would write could not be run here.
    private(set) var fixed: [String] = []
    let concurrency: Int
    /// The price file in use; nil for the prices that come with the program.
    let pricesPath: String?
    let allowsUnsandboxed: Bool

    /// Reads the workflow and puts everything together; nothing is asked or started.
    ///
    /// - Parameters:
    ///   - environment: Where variables are looked up.
    ///   - earlier: The attempts at the same run that this session goes on from.
    /// - Throws: All that is wrong with the file, a missing key, a model that does not exist.
    init(
        workflow path: String, models options: ModelOptions, database: DatabaseOptions,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        goingOnFrom earlier: EarlierAttempts? = nil,
        budget: @Sendable (WorkflowFile) -> Budget = { _ in .unlimited }
    ) throws {
        let terminal = Terminal(environment: environment)
        var file = try WorkflowFile(checked: path, environment)
        for warning in file.warnings { Output.message("\(warning)") }
        try Self.apply(options.roles, to: &file)

        let mode = try options.cacheMode(environment)
        let pricesPath = [options.prices, environment["OPTRACE_PRICES"]].compactMap { $0 }.first { !$0.isEmpty }
        let prices = try Self.prices(pricesPath)
        let concurrency = OpenFiles.affordable(try options.concurrency(environment))
        let progress = LocalProgressLine(terminal: terminal)
        let delays = DelayLine(terminal: terminal)
        var settings = CatalogSettings(
            prices: prices, inFlight: concurrency, scriptFolder: FileSystem.folder(of: path),
            localProgress: { progress.tell($0) },
            onDelay: { delays.tell($0) })
        try options.calls.apply(to: &settings, environment)
        let catalog = ModelCatalog(environment: environment, settings: settings)
        let ledger = Ledger(
            budget(file), allowsUnknownPrices: options.allowUnknownPrices,
            countsEveryUse: mode == .off, elapsed: earlier?.elapsed ?? .zero)
        let store = try database.open(environment)
        // What an earlier attempt has refreshed is as fresh as this one's.
        let refreshing = mode == .refresh ? earlier?.started : nil
        let cached = CachedModel(
            catalog, cache: store.completions, mode: mode,
            fresh: try refreshing.map { try store.completions.keys(keptSince: $0) } ?? [])
        let metered = MeteredModel(
            cached, ledger: ledger, prices: prices, recorded: { try cached.recordedUsage(for: $0) })
        let lost = LostCalls()
        let models = FallbackModel(
            RepeatingModel(metered, lost: lost, ledger: ledger), cache: store.completions, mode: mode,
            onChange: { delays.tell($0) })
        if mode != .only {
            let named = file.models.flatMap { [$0.model] + $0.fallbacks }
            for model in named { _ = try catalog.model(model) }
            try ledger.requirePrices(of: named, in: prices)
        }
        let allowsUnsandboxed = options.allowUnsandboxed || environment["OPTRACE_ALLOW_UNSANDBOXED"] == "1"
        let runtime = PythonRuntime(allowsUnsandboxed: allowsUnsandboxed, environment: environment)
        let nodes = CachedNodes(
            store.results, mode: mode, fresh: try refreshing.map { try store.results.keys(keptSince: $0) } ?? [])
        self.nodes = nodes
        self.environment = environment
        self.terminal = terminal
        self.store = store
        self.catalog = catalog
        self.ledger = ledger
        self.mode = mode
        self.models = models
        self.lost = lost
        self.runtime = runtime
        self.programs = ProgramPool()
        self.workflow = try Workflow(
            file: file, models: { _ in models }, runtimes: [runtime], programs: programs, environment: environment,
            nodes: nodes, lost: lost, allowsUnsandboxed: allowsUnsandboxed)
        self.pricesPath = pricesPath
        self.allowsUnsandboxed = allowsUnsandboxed
        self.concurrency = concurrency ?? (file.models.contains { $0.model.provider == "local" } ? 4 : 16)
    }

    private static func apply(_ roles: [String: ModelName], to file: inout WorkflowFile) throws {
        for (role, name) in roles {
            guard file.models.contains(where: { $0.role == role }) else {
                let known = file.models.map(\.role).joined(separator: ", ")
                throw CommandError(
                    "--model names the role '\(role)', which \(file.path) does not have (known are: \(known))",
                    code: .usage)
            }
            // A role that follows another one's model follows its replacement too, unless it is named itself.
            let old = file.models.first { $0.role == role }?.model
            for index in file.models.indices {
                let other = file.models[index]
                if other.role == role || (role == "task" && other.model == old && roles[other.role] == nil) {
                    file.models[index].model = name
                    file.models[index].fallbacks = []
                }
            }
        }
    }

    private static func prices(_ path: String?) throws -> PriceTable {
        guard let path else { return .standard }
        return PriceTable.standard.overridden(
            by: try PriceTable.prices(yaml: try FileSystem.text(of: path), file: path))
    }

    /// This session with executions given up that `monitor` takes for lost.
    func watched(by monitor: RiskMonitor) -> Session {
        var session = self
        session.workflow = workflow.givingUp { step, result in
            monitor.isDoomed(after: RiskMonitor.state(of: step, result))
        }
        return session
    }

    /// This session with the parameters `names` left as the file has them.
    func fixing(_ names: [String]) -> Session {
        var session = self
        session.workflow = workflow.fixing(names)
        session.fixed = names
        return session
    }

    /// This session with outputs judged by preference, where the workflow declares no metrics.
    func scoredByPreference(judge: ModelName) -> Session {
        guard workflow.file.metrics.isEmpty else { return self }
        var session = self
        session.workflow = workflow.scoredByPreference(judge: judge)
        return session
    }

    /// The examples of the workflow's data, divided.
    func data() throws -> (dataset: Dataset, split: Split) {
        if let refusal = workflow.file.refusalToRun { throw refusal }
        let dataset = try workflow.file.dataset()
        return (dataset, try workflow.file.splitPlan.split(dataset.examples))
    }

    /// Who answers for each model that the workflow can ask, where its name alone does not say.
    ///
    /// - Throws: What ``ModelCatalog/endpoint(of:)`` throws.
    func endpoints() async throws -> [ModelName: String] {
        var endpoints: [ModelName: String] = [:]
        for model in workflow.file.askedModels { endpoints[model] = try await catalog.endpoint(of: model) }
        return endpoints
    }

    /// What runs and scores candidates.
    func evaluator(train: [Example]) throws -> Evaluator {
        if let refusal = workflow.file.refusalToRun { throw refusal }
        let metrics = try workflow.metrics()
        guard let objective = workflow.file.objective else {
            throw CommandError(
                "\(workflow.file.path) has no metrics; add 'metrics' to evaluate or optimize it (prefpo with labelled: false "
                    + "needs none)")
        }
        let field = workflow.file.answerField
        let labels = field.flatMap { field in LabelSet(of: train.compactMap { $0[field] }) }
        return Evaluator(
            subject: workflow, metrics: metrics, objective: objective, concurrency: concurrency,
            paraphraser: Paraphraser(writer.models, named: writer.name),
            evidence: { subject in
                guard let field, let expected = subject.example[field] else { return 0 }
                var evidence = GradedEvidence(output: subject.output, expected: expected, labels: labels)
                evidence.likelihood = likelihood(of: expected, in: subject)
                return evidence.rank
            })
    }

    /// Who writes for the optimizer: the model of that role, else that of the task, with those who may stand in.
    private var writer: (name: ModelName, models: any LanguageModel) {
        let roles = workflow.file.models
        let role =
            ["optimizer", "task"].lazy.compactMap { role in roles.first { $0.role == role } }.first ?? roles.first
        return (
            role?.model ?? ModelName(provider: "local", model: "default"), models.fallingBack(to: role?.fallbacks ?? [])
        )
    }

    /// How likely the last model call that tells it was to answer what was expected; nil when none tells it.
    private func likelihood(of expected: Value, in subject: MetricSubject) -> Double? {
        for key in subject.completions.reversed() {
            // Evidence only ranks: where a reply cannot be read again, there is none of this kind.
            guard let key = ContentHash(hex: key), let reply = try? store.completions.reply(for: key) else { continue }
            if let found = reply.likelihood(of: expected.plainText) { return found }
        }
        return nil
    }

    /// Runs `body`, then ends code children and local servers and closes the database, whatever happened.
    func use<Result>(_ body: (Session) async throws -> Result) async throws -> Result {
        do {
            let result = try await body(self)
            await close()
            return result
        } catch {
            await close()
            throw error
        }
    }

    private func close() async {
        await programs.close()
        await runtime.close()
        await catalog.close()
        // What was committed is safe also where this fails, and what the command came to stands.
        do throws(StoreError) {
            try store.close()
        } catch {
            Output.message("note: \(error)")
        }
    }
}
