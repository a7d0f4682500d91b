import ContentHash
import Evaluation
import LanguageModels
import Optimization
import Synchronization
import TraceGraph
import TraceStore
import Workflows

/// One `optrace propose`: recorded traces are shown to an optimizer, and what it proposes is kept as a run without a gate.
struct ProposalJob {
    /// Those that read what happened; others live on running what they try.
    private static let optimizers = [OptoPrime.name, TextGrad.name, Opro.name]

    private let session: Session
    private let evidence: RecordedEvidence
    private let command: ProposeCommand
    private let optimizer: any Optimizer
    private let optimizerName: String
    private let model: ModelName
    private let seed: UInt64
    private let record: RunRecord
    private let gate: Gate

    private var file: WorkflowFile { session.workflow.file }

    init(_ session: Session, _ evidence: RecordedEvidence, command: ProposeCommand) throws {
        let file = session.workflow.file
        let name = try Self.optimizerName(command.optimizer, file)
        let options = name == file.optimize.optimizerName ? file.optimize.optionFields : Fields()
        optimizer = try OptimizerRegistry.standard.optimizer(name, options: .object(options))
        optimizerName = name
        model = OptimizationJob.optimizerModel(of: file)
        seed = try command.seed ?? OptimizationJob.seed(in: session.environment) ?? 0
        gate = session.workflow.gate ?? Gate("feedback")
        self.session = session
        self.evidence = evidence
        self.command = command
        let shown = evidence.telling(command.minibatch)
        let decisive: Value = [
            "workflow": .text(ContentHash(of: file.fingerprint.canonicalJSON).hex),
            "evidence": .list(shown.map { [.text($0.example.id), $0.score.map(Value.number) ?? .null] }),
            "optimizer": .text(name), "optimizer_model": .text(model.description), "seed": .text("\(seed)"),
            "siblings": .integer(command.siblings), "purpose": "propose",
        ]
        var settings = decisive.object ?? Fields()
        settings["path"] = .text(file.path)
        let digest = ContentHash(of: decisive.canonicalJSON).hex.prefix(8)
        record = RunRecord(
            name: "\(file.name)-proposal-\(digest)", workflow: file.name, optimizer: name, seed: seed,
            settings: .object(settings), parameters: session.workflow.parameters)
    }

    private static func optimizerName(_ asked: String?, _ file: WorkflowFile) throws -> String {
        if let asked {
            guard optimizers.contains(asked) else {
                throw CommandError(
                    "\(asked) has to run what it tries, which recorded traces do not allow; expected "
                        + optimizers.joined(separator: ", "), code: .usage)
            }
            return asked
        }
        let own = file.optimize.optimizerName
        if optimizers.contains(own) { return own }
        Output.message("note: \(own) has to run what it tries; \(OptoPrime.name) proposes")
        return OptoPrime.name
    }

    // MARK: Running

    func run() async throws {
        let narrator = RunNarrator(terminal: session.terminal, ledger: session.ledger, nodes: session.nodes, steps: 1)
        defer { narrator.close() }
        let told = Told(json: command.json, narrator: narrator)
        let journal = session.store.journal()
        try journal.begin(record)
        let shown = evidence.telling(command.minibatch)
        report(shown)
        told.event(
            .baseline(score: evidence.parent.meanScore ?? 0, examples: evidence.parent.evaluations.count))
        try journal.commit(
            step(
                0, told.take(), candidates: evidence.groups.map(\.candidate),
                evaluations: shown.map { SplitEvaluation(split: "recorded", evaluation: $0) }, optimizer))
        told.event(.stepStarted(step: 1, parent: evidence.parent.candidate.id))
        var method = optimizer
        let proposals = try await method.propose(context(shown, told))
        let made = evidence.candidates(of: proposals)
        for (candidate, proposal) in made {
            told.event(
                .proposed(
                    step: 1, candidate: candidate.id, intent: proposal.intent,
                    changes: candidate.changes(from: evidence.parent.candidate), rationale: proposal.rationale))
        }
        told.event(.stopped(reason: "proposed from \(evidence.parent.evaluations.count) recorded traces"))
        let verdict = verdict(hasChange: !made.isEmpty)
        told.event(.verdict(verdict))
        try journal.commit(
            step(1, told.take(), candidates: made.map(\.candidate), evaluations: [], method, notes: told.notes))
        let conclusion = RunConclusion(
            status: .finished, reason: "proposed from recorded traces",
            best: made.first?.candidate ?? evidence.parent.candidate, verdict: verdict, spend: session.ledger.spent,
            paid: session.ledger.paid, seconds: session.ledger.elapsed / .seconds(1), failures: session.ledger.failures)
        try journal.finish(conclusion)
        narrator.close()
        tell(made.map(\.candidate), verdict)
    }

    private func context(_ shown: [Evaluation], _ told: Told) -> ProposalContext {
        ProposalContext(
            step: 1, parameters: session.workflow.parameters, objective: file.description,
            parent: evidence.parent.candidate, evaluations: shown, parentScore: evidence.parent.meanScore ?? 0,
            scale: ScoreScale(bottom: nil, top: OptimizationJob.perfectScore(file)), expectations: nil,
            history: evidence.history, siblings: command.siblings,
            model: session.models.fallingBack(to: OptimizationJob.optimizerRole(of: file)?.fallbacks ?? []),
            modelName: model, random: SeededGenerator(seed: seed).stream("propose"),
            objection: { [workflow = session.workflow] value, parameter in
                try await workflow.objection(to: value, for: parameter)
            },
            report: { told.note($0) })
    }

    private func step(
        _ index: Int, _ events: [RunEvent], candidates: [Candidate], evaluations: [SplitEvaluation],
        _ optimizer: any Optimizer, notes: [OptimizerNote] = []
    ) -> StepRecord {
        StepRecord(
            index: index, events: events, candidates: candidates, evaluations: evaluations, notes: notes,
            optimizer: optimizer.state, spend: session.ledger.spent, failures: session.ledger.failures,
            seconds: session.ledger.elapsed / .seconds(1))
    }

    /// Nothing was run, so nothing is decided.
    private func verdict(hasChange: Bool) -> Verdict {
        var verdict = gate.verdict(for: ScoreSheet(), against: ScoreSheet(), isUnchanged: !hasChange)
        verdict.incumbentMean = evidence.parent.meanScore
        guard hasChange else { return verdict }
        verdict.reasons = [
            file.isObserved
                ? "recorded traces cannot be run again, so nothing shows yet whether the change is better"
                : "nothing was run: optrace eval and optrace optimize can tell whether the change is better"
        ]
        return verdict
    }

    // MARK: Telling

    private func report(_ shown: [Evaluation]) {
        if !evidence.isPresent {
            Output.message(
                "note: no trace ran with the values of \(file.path); what is changed is what the last one ran with")
        }
        if evidence.groups.count > 1 {
            Output.message("recorded with")
            for group in evidence.groups {
                Output.message(
                    "  \(group.candidate.id)  \(Figures.count(group.evaluations.count, "trace")), score "
                        + "\(group.meanScore.map { Figures.decimal($0) } ?? "unknown"), differs in "
                        + listed(group.candidate.changes(from: evidence.parent.candidate)))
            }
        }
        let words = shown.count { $0.trace.feedback.contains { !$0.text.isEmpty } }
        Output.message(
            "\(Figures.count(shown.count, "trace")) shown to \(optimizerName), \(words) with feedback in words")
        if words == 0, shown.allSatisfy({ $0.score == nil }) {
            Output.message(
                "note: nothing was said about these traces; say it with: optrace traces feedback N --text …")
        }
    }

    private func listed(_ names: [String]) -> String { names.isEmpty ? "nothing" : names.joined(separator: ", ") }

    private func tell(_ made: [Candidate], _ verdict: Verdict) {
        let database = command.database.mention(session.environment)
        if command.json {
            let result: Value = [
                "schema": "optrace.proposal.v1", "event": "finished", "run": .text(record.name),
                "verdict": .text(verdict.decision.rawValue), "traces": .integer(evidence.parent.evaluations.count),
                "score": evidence.parent.meanScore.map(Value.number) ?? .null,
                "proposals": .list(
                    made.map { candidate in
                        [
                            "candidate": .text("\(candidate.id)"), "rationale": .text(candidate.origin),
                            "parameters": .object(
                                Fields(candidate.values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })),
                        ]
                    }),
            ]
            Output.result(result.json)
            return
        }
        var parts = [VerdictCard(verdict: verdict, terminal: session.terminal).shown()]
        for candidate in made {
            parts.append(
                CandidateDiff(from: evidence.parent.candidate, to: candidate, terminal: session.terminal).shown())
        }
        guard let first = made.first else {
            Output.result(
                (parts + ["nothing was proposed; say more about the traces, or ask another model"]).joined(
                    separator: "\n\n"))
            return
        }
        let verify =
            file.isObserved
            ? "import new traces when it is at work, and propose again"
            : "optrace eval \(ShellWord(file.path)) --candidate \(record.name):\(first.id)"
        parts.append(
            "next   optrace promote \(record.name) --candidate \(first.id) --force\(database)\n       \(verify)")
        Output.result(parts.joined(separator: "\n\n"))
    }
}

/// What happens, for the journal, standard error and `--json`.
private final class Told: Sendable {
    private struct Content {
        var events: [RunEvent] = []
        var notes: [OptimizerNote] = []
    }

    private let content = Mutex(Content())
    private let json: Bool
    private let narrator: RunNarrator

    init(json: Bool, narrator: RunNarrator) {
        self.json = json
        self.narrator = narrator
    }

    func event(_ event: RunEvent) {
        content.withLock { $0.events.append(event) }
        if json { Output.result(EventLine(event).json) }
        // What there is no validation split for.
        if case .baseline = event { return }
        narrator.tell(event)
    }

    func note(_ note: OptimizerNote) {
        content.withLock { $0.notes.append(note) }
        event(.note(step: 1, note))
    }

    func take() -> [RunEvent] {
        content.withLock { content in
            defer { content.events = [] }
            return content.events
        }
    }

    var notes: [OptimizerNote] { content.withLock { $0.notes } }
}
