import Evaluation
import LanguageModels
import Optimization
import TraceGraph
import TraceStore
import Workflows

extension OptimizationJob {
    /// Tokens of a question of an optimizer and of its answer, where nothing is known yet.
    private static let question = (prompt: 4000.0, completion: 800.0)

    /// What the run is going to take, and what its hold-out can decide. Asks and starts nothing.
    ///
    /// - Throws: `StoreError`.
    func forecast() throws -> Forecast {
        let file = session.workflow.file
        let (each, basis, asksFreely) = try callsOfAnExample(file)
        let question = try session.store.questions(of: optimizerName, about: file.name) ?? Self.question
        let asked = ForecastCall(
            model: optimizerModel, promptTokens: question.prompt, completionTokens: question.completion)
        let (validation, holdout) = (splits.validation.count, splits.holdout.count)
        let minibatch = examples(comparedBy: optimizer.trialRule)
        let (once, often) = (plan.repeats == .automatic ? 1 : plan.repeats.most, plan.repeats.most)
        // Metrics give feedback on the result; nothing in a workflow file gives any on a step before it.
        let turns = optimizer.outlook(
            for: evaluator.subject.parameters, train: splits.train.count, siblings: plan.siblings
        ).filter { !$0.needsHints }
        let questions = turns.map(\.modelCalls).min() ?? 0
        let probes = turns.map(\.workbenchRuns).min() ?? 0
        let mostProbes = turns.map(\.workbenchRuns).max() ?? 0
        let versions = versions(candidates: 1 + plan.steps * (plan.siblings + mostProbes))
        let fewest = turns.map { examples(comparedBy: $0.trialRule) }.min() ?? minibatch
        let least = (
            examples: (validation * plan.repeats.first + fewest * once) * versions.least,
            questions: min(questions, plan.siblings)
        )
        // Where methods take turns, the dearest may have all of them.
        let steps = turns.map { turn in
            let compared = examples(comparedBy: turn.trialRule) * (1 + plan.siblings)
            return (
                examples: (compared + plan.siblings * validation) * often + turn.workbenchRuns,
                questions: turn.modelCalls
            )
        }
        let callsPerExample = versions.most * each.count
        let step =
            steps.max { $0.examples * callsPerExample + $0.questions < $1.examples * callsPerExample + $1.questions }
            ?? (0, questions)
        let atBothEnds = (validation + (1 + gate.finalists) * holdout) * often
        let most = (
            examples: (atBothEnds + plan.steps * step.examples) * versions.most,
            questions: plan.steps * step.questions + versions.paraphrases
        )

        func sum(_ amount: (ForecastCall) -> Double) -> Forecast.Range<Double> {
            let example = each.reduce(0) { $0 + amount($1) }
            return Forecast.Range(
                least: Double(least.examples) * example + Double(least.questions) * amount(asked),
                most: Double(most.examples) * example + Double(most.questions) * amount(asked))
        }
        let models = Set(each.map(\.model) + (most.questions > 0 ? [optimizerModel] : []))
        let prices = session.catalog.settings.prices
        let unpriced = models.filter { prices.price(of: $0) == nil }.sorted { $0.description < $1.description }
        let times = try session.store.callTimes()
        let untimed = models.filter { times[$0.description] == nil && $0.provider != "scripted" }
            .sorted { $0.description < $1.description }
        let serial =
            each.isEmpty ? try timeOfCode(least.examples, most.examples) : sum { times[$0.model.description] ?? 0 }
        return Forecast(
            run: record.name,
            title:
                "\(optimizerName)\(step.questions > 0 ? " with \(optimizerModel)" : ""), seed \(plan.seed)",
            train: splits.train.count, validation: validation, holdout: holdout,
            loop: "at most \(plan.steps) steps of \(Figures.count(minibatch, "example")) and "
                + Figures.count(plan.siblings, "proposal")
                + (often > 1
                    ? ", each example run \(plan.repeats == .automatic ? "as often as the noise calls for" : "\(often) times")"
                    : ""),
            calls: Forecast.Range(
                least: least.examples * each.count + least.questions,
                most: most.examples * each.count + most.questions), callsPerExample: each.count * versions.most,
            tokens: sum { $0.promptTokens + $0.completionTokens }, basis: basis,
            cost: unpriced.isEmpty
                ? sum { call in
                    prices.price(of: call.model).map {
                        ($0.prompt * call.promptTokens + $0.completion * call.completionTokens) / 1_000_000
                    } ?? 0
                } : nil, unpriced: unpriced,
            time: untimed.isEmpty
                ? serial.map {
                    Forecast.Range(
                        least: $0.least / Double(session.concurrency), most: $0.most / Double(session.concurrency))
                } : nil, concurrency: session.concurrency, untimed: untimed, budget: session.ledger.budget, gate: gate,
            asksFreely: asksFreely,
            neededCalls: ((2 * validation + minibatch * (1 + plan.siblings) + (1 + gate.finalists) * holdout) * once
                + probes) * each.count * versions.least
                + questions)
    }

    /// Train examples that a step compares candidates on before validation.
    private func examples(comparedBy rule: TrialRule) -> Int { rule == .whole ? 0 : plan.minibatch }

    /// How often one run of an example is made over, where its score has to hold under small changes of the texts: itself and
    /// each version of it; and the questions that make the versions, of so many candidates.
    private func versions(candidates: Int) -> (least: Int, most: Int, paraphrases: Int) {
        guard let robustness = evaluator.objective.robustness else { return (1, 1, 0) }
        let parameters = evaluator.subject.parameters
        let perturbed = Perturbation.all(of: parameters.seed, parameters, count: robustness.perturbations)
        let texts = parameters.definitions.count { $0.kind == .text }
        return (
            least: 1 + perturbed.count, most: 1 + robustness.perturbations + robustness.paraphrases,
            // Each is asked for a second time where the reply is none.
            paraphrases: 2 * texts * robustness.paraphrases * candidates
        )
    }

    /// Seconds that so many executions of a workflow without model calls take one after another; nil before the first.
    private func timeOfCode(_ least: Int, _ most: Int) throws -> Forecast.Range<Double>? {
        let recorded = try session.store.traces(
            TraceFilter(workflow: session.workflow.file.name, failed: false), limit: 200)
        guard !recorded.isEmpty else { return nil }
        let each = recorded.reduce(0) { $0 + Double($1.duration) / 1e9 } / Double(recorded.count)
        return Forecast.Range(least: Double(least) * each, most: Double(most) * each)
    }

    /// The calls of one example; where their tokens are known from: recorded executions of the workflow, else its texts; and
    /// whether a program may make calls besides that nothing is known of yet.
    private func callsOfAnExample(
        _ file: WorkflowFile
    ) throws -> (calls: [ForecastCall], basis: String, asksFreely: Bool) {
        var calls = ForecastCall.all(of: file, on: splits.train)
        let all = try session.store.traces(TraceFilter(workflow: file.name, failed: false), limit: 200)
        let recorded = all.filter { $0.usage.calls > 0 }
        let hasProgram = file.allSteps.contains { if case .program = $0.action { true } else { false } }
        if hasProgram, !file.models.isEmpty {
            guard !all.isEmpty else { return (calls, "guessed from the texts", true) }
            return (calls + freeCalls(of: file, all), "from \(Figures.count(all.count, "recorded execution"))", false)
        }
        guard !calls.isEmpty, !recorded.isEmpty else { return (calls, "guessed from the texts", false) }
        let count = Double(recorded.count)
        let prompt = Double(recorded.reduce(0) { $0 + $1.usage.promptTokens }) / count
        let completion = Double(recorded.reduce(0) { $0 + $1.usage.completionTokens }) / count
        // Traces hold the workflow's own calls; what was guessed of judges stays.
        let own = calls.indices.prefix(file.allSteps.count { $0.isPrompt })
        let guessed = own.reduce(into: (0.0, 0.0)) {
            $0.0 += calls[$1].promptTokens
            $0.1 += calls[$1].completionTokens
        }
        for place in own {
            calls[place].promptTokens *= guessed.0 > 0 ? prompt / guessed.0 : 1
            calls[place].completionTokens *= guessed.1 > 0 ? completion / guessed.1 : 1
        }
        return (calls, "from \(Figures.count(recorded.count, "recorded execution"))", false)
    }

    /// What programs asked on average, beside the workflow's own prompts: so many calls, the last of which may be a part of
    /// one, to the model of the first role.
    private func freeCalls(of file: WorkflowFile, _ recorded: [TraceSummary]) -> [ForecastCall] {
        let usage = recorded.reduce(Usage.none) { $0 + $1.usage }
        let calls = Double(usage.calls) / Double(recorded.count) - Double(file.allSteps.count(where: \.isPrompt))
        guard let model = file.models.first?.model, calls > 0, calls < 1e6 else { return [] }
        return Array(
            repeating: ForecastCall(
                model: model, promptTokens: Double(usage.promptTokens) / Double(usage.calls),
                completionTokens: Double(usage.completionTokens) / Double(usage.calls)), count: Int(calls.rounded(.up)))
    }
}

extension WorkflowStep {
    fileprivate var isPrompt: Bool {
        if case .prompt = action { true } else { false }
    }
}
