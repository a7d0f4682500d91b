import ContentHash
import Evaluation
import Foundation
import LanguageModels
import Optimization
import TraceGraph
import TraceStore
import Workflows

/// One `optrace optimize`: the loop with everything it needs, and the telling of it.
struct OptimizationJob {
    let session: Session
    let command: OptimizeCommand
    let evaluator: Evaluator
    /// What gives executions up; nil where the file does not ask for it.
    let monitor: RiskMonitor?
    let splits: OptimizationLoop.Splits
    let expectations: ExpectationSummary?
    let gate: Gate
    let optimizerName: String
    let optimizer: any Optimizer
    let optimizerModel: ModelName
    let record: RunRecord
    let plan: OptimizationPlan
    /// What earlier attempts at the run have left.
    let course: RecordedCourse
    /// The number of the first of those attempts; nil where there are none.
    private let origin: Int?
    /// The run that is taken up again; nil for one that starts.
    let resumed: ResumedRun?

    private var file: WorkflowFile { session.workflow.file }

    /// - Parameter endpoints: Who answers for each model where its name does not say; see ``Session/endpoints()``.
    init(
        _ session: Session, endpoints: [ModelName: String], command: OptimizeCommand, resuming resumed: ResumedRun?
    ) throws {
        let file = session.workflow.file
        guard !file.parameters.isEmpty else {
            throw CommandError("\(file.path) has no parameters, so there is nothing to optimize; add 'parameters'")
        }
        let monitor = file.optimize.giveUp.map { RiskMonitor(threshold: $0) }
        var session = monitor.map { session.watched(by: $0) } ?? session
        self.monitor = monitor
        let (dataset, split) = try session.data()
        for remark in split.remarks { Output.message("note: \(remark)") }
        splits = OptimizationLoop.Splits(
            train: dataset.examples(split.train), validation: dataset.examples(split.validation),
            holdout: dataset.examples(split.holdout))
        for (name, part) in [("train", splits.train), ("validation", splits.validation), ("holdout", splits.holdout)]
        where part.isEmpty {
            throw CommandError("the \(name) split is empty; add examples, or change data.split in \(file.path)")
        }
        let name = command.optimizerName(for: file)
        optimizerName = name
        let options = try Self.options(of: name, command, in: file)
        optimizer = try Self.optimizer(name, options)
        if let fault = file.inputFault(in: options, of: name) { throw CommandError(fault, code: .usage) }
        optimizerModel = Self.optimizerModel(of: file)
        if !optimizer.goesByScores { session = session.scoredByPreference(judge: optimizerModel) }
        evaluator = try session.evaluator(train: splits.train)
        let parameters = evaluator.subject.parameters
        guard !optimizer.outlook(for: parameters, train: splits.train.count, siblings: 1).isEmpty else {
            let found = parameters.definitions.map { "\($0.name) (\($0.kind.rawValue))" }
            throw CommandError(
                "\(name) as it is set up can change none of the parameters of \(file.path) by itself: "
                    + "\(found.joined(separator: ", ")); choose another optimizer or other methods", code: .usage)
        }
        guard var gate = session.workflow.gate else {
            throw CommandError("\(file.path) has no metric for the gate; add 'metrics'")
        }
        gate.ceilings = try command.ceilings.applied(
            to: gate.ceilings, metrics: session.workflow.file.metrics.map(\.name))
        self.gate = gate
        expectations = file.answerField.flatMap { [splits] in ExpectationSummary(of: splits.train, field: $0) }

        let seed =
            try command.seed ?? Self.seed(in: session.environment) ?? file.optimize.seed.map { UInt64(max(0, $0)) } ?? 0
        let patience = command.patience ?? 5
        let plan = OptimizationPlan(
            steps: command.steps ?? file.optimize.steps ?? 10,
            minibatch: command.minibatch ?? file.optimize.minibatch ?? 8,
            siblings: command.siblings ?? file.optimize.siblings ?? 2, seed: seed,
            patience: patience > 0 ? patience : nil, perfectScore: Self.perfectScore(file),
            repeats: command.repeats.flatMap { RepeatPlan($0) } ?? file.optimize.repeats ?? .single)
        let settings = Self.settings(
            session, plan: plan, optimizer: name, options: options, model: optimizerModel, dataset: dataset,
            split: split, gate: gate, endpoints: endpoints, command: command)
        let digest = ContentHash(of: settings.decisive.canonicalJSON).hex.prefix(8)
        let runName = "\(file.name)-\(digest)"
        try resumed?.check(runName, settings: .object(settings.whole))
        let earlier =
            try resumed?.earlier
            ?? (session.mode == .only ? EarlierAttempts(runName, in: session.store, finished: true) : nil)
        course = earlier?.course ?? RecordedCourse()
        origin = earlier?.origin
        var whole = settings.whole
        if let origin { whole[StoredRun.originSetting] = .integer(origin) }
        record = RunRecord(
            name: runName, workflow: file.name, optimizer: name, seed: seed, settings: .object(whole),
            parameters: session.workflow.parameters)
        self.resumed = resumed
        self.plan = plan
        self.session = session
        self.command = command
    }

    /// Runs the loop, tells about it, and prints what came of it.
    func run() async throws {
        let signal = StopSignal()
        let journal = session.store.journal()
        let interrupts = Interrupts(signal, goingOn: { [goingOn] in journal.hasBegun ? goingOn : "nothing was begun" })
        defer { interrupts.cancel() }
        if let run = resumed?.run, try !journal.takeOver(run.id) { throw ResumedRun.underWay(run) }
        let loop = OptimizationLoop(
            evaluator: evaluator, splits: splits, plan: plan, gate: gate, purpose: file.description,
            expectations: expectations, model: optimizerModels, modelName: optimizerModel, ledger: session.ledger,
            journal: journal, signal: signal,
            stopRule: { [stopFile = command.stopFile] in
                stopFile.flatMap { FileSystem.exists($0) ? "stop file" : nil }
            }, course: course, lost: session.lost, monitor: monitor)
        let narrator = RunNarrator(
            terminal: session.terminal, ledger: session.ledger, nodes: session.nodes, steps: plan.steps)
        let (json, optimizer) = (command.json, optimizer)
        defer { narrator.close() }
        let conclusion: RunConclusion
        do {
            conclusion = try await loop.run(
                optimizer, as: record,
                events: { [nodes = session.nodes, origin] event in
                    // Tells that the journal has begun, before anything is run.
                    if case .started = event, let run = origin ?? journal.run { nodes.follow(run: run) }
                    if json { Output.result(EventLine(event).json) }
                    narrator.tell(event)
                },
                progress: { narrator.tell($0) })
        } catch {
            narrator.close()
            if journal.hasBegun { Output.message(wayOn(after: error)) }
            if json { Output.result(failureLine(error)) }
            throw error
        }
        narrator.close()
        try report(conclusion)
    }

    private func report(_ conclusion: RunConclusion) throws {
        let result = RunResult(conclusion, record: record, seed: session.workflow.parameters.seed, job: self)
        if command.json {
            Output.result(result.json)
        } else {
            Output.result(result.text(on: session.terminal))
        }
        Output.message(result.payment)
        if conclusion.status == .interrupted {
            Output.message("interrupted; \(goingOn)")
            throw ExitRequest(.interrupted)
        }
        if let status = Self.status(conclusion, requiresPromotion: command.requirePromotion) {
            throw ExitRequest(status)
        }
    }

    /// What the process says by its exit code; nil when all is well.
    ///
    /// Who requires a promotion asks for that alone; to everyone else a run that the budget ended has not done what it was
    /// asked for, whatever it found until then.
    static func status(_ conclusion: RunConclusion, requiresPromotion: Bool) -> ExitStatus? {
        if requiresPromotion { return conclusion.verdict?.decision == .promote ? nil : .nothingPromoted }
        return conclusion.isBudgetExhausted ? .budgetExhausted : nil
    }

    /// The last line for a program of a run that came to no end.
    private func failureLine(_ error: any Error) -> String {
        let line: Value = [
            "schema": "optrace.optimize.v1", "event": "aborted", "run": .text(record.name), "reason": .text("\(error)"),
        ]
        return line.json
    }

    /// A cap that does not reach for the first look never will: a run goes on with the caps it was started with.
    private func wayOn(after error: any Error) -> String {
        guard case ModelError.Code.budgetExhausted = error, session.ledger.budget.calls != nil,
            let needed = try? forecast().neededCalls, needed > session.ledger.budget.calls ?? 0
        else { return goingOn }
        return
            "a verdict takes about \(Figures.count(needed, "call")); start again with more, such as --max-calls \(needed)"
    }

    private var goingOn: String {
        guard session.mode != .off else { return "no reply was kept (--cache off), so the run cannot go on" }
        return "what was done is kept; go on with: optrace optimize --resume \(record.name)"
            + command.database.mention(session.environment)
    }

    /// What file and command say about the optimizer `name`: options in the file are those of the one it names itself.
    private static func options(
        of name: String, _ command: OptimizeCommand, in file: WorkflowFile
    ) throws -> Fields {
        let settings = file.optimize
        var options = Fields()
        if name == settings.optimizerName {
            options = settings.optionFields
        } else if !settings.options.isEmpty {
            Output.message(
                "note: the options in \(file.path) are those of \(settings.optimizerName); \(name) takes its defaults")
        }
        return try command.method.applied(to: options, of: name)
    }

    private static func optimizer(_ name: String, _ options: Fields) throws -> any Optimizer {
        do {
            return try OptimizerRegistry.standard.optimizer(name, options: .object(options))
        } catch let error as OptimizerError {
            throw CommandError(error.message, code: .usage)
        }
    }

    static func optimizerRole(of file: WorkflowFile) -> ModelRole? {
        ["optimizer", "task"].lazy.compactMap { role in file.models.first { $0.role == role } }.first
            ?? file.models.first
    }

    static func optimizerModel(of file: WorkflowFile) -> ModelName {
        optimizerRole(of: file)?.model ?? ModelName(provider: "local", model: "default")
    }

    /// Who answers the optimizer.
    private var optimizerModels: any LanguageModel {
        session.models.fallingBack(to: Self.optimizerRole(of: file)?.fallbacks ?? [])
    }

    static func seed(in environment: [String: String]) throws -> UInt64? {
        guard let text = environment["OPTRACE_SEED"], !text.isEmpty else { return nil }
        guard let seed = UInt64(text) else {
            throw CommandError("OPTRACE_SEED is '\(text)'; expected a whole number from 0 on")
        }
        return seed
    }

    /// 1 where the objective is one metric that cannot be better.
    static func perfectScore(_ file: WorkflowFile) -> Double? {
        guard file.objective?.isPlain == true, let terms = file.objective?.terms, terms.count == 1,
            let term = terms.first,
            let kind = file.metrics.first(where: { $0.name == term.metric })?.kind, kind.compares
        else { return nil }
        return term.weight
    }
}
