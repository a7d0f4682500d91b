import Evaluation
import LanguageModels
import TraceGraph

extension Calm {
    /// Asks a model for the earliest flaw of failing train runs that have no hints of their own, tries each hint on its run,
    /// and counts those that do not fail to help. A run that is right then is looked at once more, for a flaw that its score
    /// does not see.
    ///
    /// Everything before the hint is the same as in the run, and answered by caches; a run without the hint tells luck from
    /// help.
    mutating func intervene(
        on look: Look, _ texts: [ParameterDefinition], _ context: ProposalContext
    ) async throws {
        guard repairs > 0 else { return }
        let before = context.callsSpent()
        let names = texts.map(\.name)
        let silent = look.train.filter { evaluation in
            look.failing(evaluation)
                && evaluation.trace.givenHints(for: "", texts: names, longest: options.hintTokens).isEmpty
        }
        // Once an example: its hints are counted, and asking again would not make them more.
        let fresh = silent.filter { memory.counted.insert("\(context.parent.id.number)\u{1}\($0.example.id)").inserted }
        let chosen = Array(fresh.prefix(repairs))
        for skipped in fresh.dropFirst(repairs) {
            memory.counted.remove("\(context.parent.id.number)\u{1}\(skipped.example.id)")
        }
        var open: [Repair] = []
        for evaluation in chosen {
            let repair = Repair(values: context.parent.values, evaluation: evaluation)
            // The form first: what else is wrong shows once outputs have it. What does not listen to that is asked about.
            if let hint = formHint(for: evaluation, look, texts, context) {
                let form = ExpectedForm(context.expectations)
                if let after = try await tried(hint, on: repair, look, context, wanting: form) {
                    if !after.isRight {
                        try await end(after, context)
                    } else if let unsure = try await kept(after, context) {
                        open.append(unsure)
                    }
                    continue
                }
                if options.replays == 0 { continue }
                memory.vainForms[CalmMemory.key(hint.parameter, hint.group), default: 0] += 1
            }
            open.append(repair)
        }
        while !open.isEmpty { open = try await intervened(open, look, texts, context) }
        memory.calls += context.callsSpent() - before
    }

    /// One question for each run.
    ///
    /// - Returns: Those that a further question is to be asked about.
    private mutating func intervened(
        _ repairs: [Repair], _ look: Look, _ texts: [ParameterDefinition], _ context: ProposalContext
    ) async throws -> [Repair] {
        let known = Array(Set(memory.rounds.flatMap { $0.heard.counts.keys }.map(Self.kind))).sorted()
        var inquiry = Inquiry(context, asked: memory.asked)
        let questions = try repairs.map { repair in
            try CalmIntervener(
                evaluation: repair.evaluation, isRight: repair.isRight, values: repair.values, texts: texts,
                flaws: known, options: options, context: context
            ).question
        }
        let answers = try await inquiry.objects(questions, as: CalmIntervener.form)
        memory.asked = inquiry.asked
        var open: [Repair] = []
        for (repair, answer) in zip(repairs, answers) {
            if repair.isRight, let answer, CalmIntervener.isFlawless(answer) {
                try await keep(repair, context)
                continue
            }
            var after: Repair?
            if repair.hints < options.interventions, let answer,
                let hint = hint(in: answer, for: repair.evaluation, texts, context)
            {
                after =
                    try await repair.isRight
                    ? mended(repair, by: hint, look, context) : tried(hint, on: repair, look, context)
            }
            guard let after else {
                try await end(repair, context)
                continue
            }
            if after.isRight {
                if let unsure = try await kept(after, context) { open.append(unsure) }
            } else if after.hints < options.interventions {
                open.append(after)
            } else {
                try await end(after, context)
            }
        }
        return open
    }

    /// Runs with and without the hint; without replays it is counted as it comes.
    ///
    /// - Parameter form: What a hint about the form is for: outputs that get it are better for it, right or wrong.
    /// - Returns: The run with the hint when it is better for it.
    private mutating func tried(
        _ hint: Hint, on repair: Repair, _ look: Look, _ context: ProposalContext, wanting form: ExpectedForm? = nil
    ) async throws -> Repair? {
        let key = CalmMemory.key(hint.parameter, hint.group)
        memory.askedFor.insert(key)
        guard options.replays > 0 else {
            memory.count(hint, candidate: context.parent.id.number)
            return nil
        }
        let values = repair.values(with: hint)
        let (hinted, plain) = try await replays(hint, values, repair, context)
        // What could not be scored is as bad as the worst that was.
        let worst = (hinted + plain + [repair.evaluation]).compactMap(\.score).min() ?? 0
        let gain = Self.mean(hinted, worst: worst, form) - Self.mean(plain, worst: worst, form)
        let lift = Self.score(hinted, worst: worst) - Self.score(plain, worst: worst)
        memory.repairs += 1
        memory.lift += lift
        if gain < 0 { memory.tried[key, default: .init()].hurt += 1 }
        guard gain > 0, let run = Self.best(of: hinted, worst: worst) else { return nil }
        memory.tried[key, default: .init()].helped += 1
        memory.helped += 1
        memory.count(hint, candidate: context.parent.id.number)
        let after = repair.after(hint, values, run, lift: lift, isRight: look.isRight(run))
        if after.isRight { memory.right += 1 }
        return after
    }

    /// A right run without the flaw that was found in it; nil where it is not right with the hint. No score tells whether
    /// the hint helped, so that it says nothing about rules, and a run without it would tell nothing.
    private mutating func mended(
        _ repair: Repair, by hint: Hint, _ look: Look, _ context: ProposalContext
    ) async throws -> Repair? {
        guard options.replays > 0 else { return nil }
        let values = repair.values(with: hint)
        let (hinted, _) = try await replays(hint, values, repair, context, isControlled: false)
        guard let run = hinted.first(where: look.isRight) else { return nil }
        return repair.after(hint, values, run, lift: 0, isRight: true)
    }

    /// The run again from the hint's node on, as fresh repeats: with the hint in the text that steers the node, and without
    /// it. Everything before the node is the recording's. A workflow that cannot be run again from the middle is run as a
    /// whole.
    ///
    /// - Parameter isControlled: Whether runs without the hint are wanted at all.
    private func replays(
        _ hint: Hint, _ values: [String: Value], _ repair: Repair, _ context: ProposalContext, isControlled: Bool = true
    ) async throws -> (hinted: [Evaluation], plain: [Evaluation]) {
        let before = repair.evaluation
        let repeats = (0..<options.replays).map { before.repetition + 1 + $0 }
        if let node = before.trace.node(named: hint.place ?? hint.node) {
            let changed = values.filter { before.trace.candidate[$0.key] != $0.value }
            let reruns =
                repeats.map { Rerun(of: before, changing: changed, repetition: $0) }
                + (isControlled ? repeats : []).map {
                    Rerun(of: before, with: Intervention(anew: [node.id]), repetition: $0)
                }
            do {
                let evaluations = try await context.workbench.evaluate(reruns)
                if evaluations.count == reruns.count {
                    return (
                        Array(evaluations.prefix(repeats.count)), Array(evaluations.dropFirst(repeats.count))
                    )
                }
            } catch let error as TraceError {
                context.report(OptimizerNote(.remark, "run as a whole, because not from \(hint.node) on: \(error)"))
            }
        }
        var hinted: [Evaluation] = []
        var plain: [Evaluation] = []
        for repetition in repeats {
            hinted += try await context.workbench.evaluate(values, on: [before.example], repetition: repetition)
            guard isControlled else { continue }
            plain += try await context.workbench.evaluate(repair.values, on: [before.example], repetition: repetition)
        }
        return (hinted, plain)
    }

    private static func mean(_ evaluations: [Evaluation], worst: Double, _ form: ExpectedForm?) -> Double {
        // Where scores all tie at the bottom, how near outputs come is a hundredth of what a score is.
        let evidence = evaluations.reduce(0) { sum, evaluation in
            sum + (form.map { $0.isHeld(by: evaluation.trace.result?.value) ? 1 : 0 } ?? evaluation.evidence)
        }
        return score(evaluations, worst: worst) + 0.01 * evidence / Double(max(1, evaluations.count))
    }

    private static func score(_ evaluations: [Evaluation], worst: Double) -> Double {
        evaluations.reduce(0) { $0 + ($1.score ?? worst) } / Double(max(1, evaluations.count))
    }

    /// The first of those that scored highest.
    private static func best(of evaluations: [Evaluation], worst: Double) -> Evaluation? {
        guard let highest = evaluations.map({ $0.score ?? worst }).max() else { return nil }
        return evaluations.first { ($0.score ?? worst) == highest }
    }

    /// What a reply says, if it can be used: a node that is there, a short hint that gives nothing away.
    private func hint(
        in answer: Fields, for evaluation: Evaluation, _ texts: [ParameterDefinition], _ context: ProposalContext
    ) -> Hint? {
        guard let step = answer["step"]?.text, let node = CalmIntervener.node(step, in: evaluation.trace),
            let text = answer["hint"]?.text?.trimmed, !text.isEmpty
        else { return nil }
        func refused(_ reason: String) -> Hint? {
            context.report(OptimizerNote(.refused, "a hint for \(evaluation.example.id) \(reason)"))
            return nil
        }
        // The words that outputs may be are no part of what is said about them.
        let words = ExpectedWords(context.expectations, outputs: [])?.named(in: text).joined(separator: ", ") ?? ""
        guard TextTokens.estimate(of: text) <= options.hintTokens + TextTokens.estimate(of: words) else {
            return refused("is longer than \(options.hintTokens) tokens")
        }
        guard let parameter = evaluation.trace.nearestParameter(to: node.id, among: texts.map(\.name)) else {
            return refused("is about a step that no text steers")
        }
        let flaw = Confusion(evaluation, context.expectations)?.flaw ?? answer["flaw"]?.plainText ?? ""
        let hint = Hint(
            parameter: parameter, node: node.base, place: node.name, kind: Hint.folded(flaw), text: text,
            example: evaluation.example.id)
        guard !isLeak(hint, of: evaluation, context) else { return refused("gives the expected answer away") }
        if let reason = ChatFiller.objection(to: text, of: parameter) { return refused("is no hint: \(reason)") }
        return hint
    }

    private static func kind(_ group: String) -> String {
        group.firstRange(of: ": ").map { String(group[$0.upperBound...]) } ?? group
    }
}
