import Evaluation
import LanguageModels
import TraceGraph

extension Calm {
    /// Asks a model for the earliest flaw of failing train runs that have no hints of their own, tries each hint on its run,
    /// and counts those that do not fail to help.
    ///
    /// Everything before the hint is the same as in the run, and answered by caches; a run without the hint tells luck from
    /// help.
    mutating func intervene(
        on look: Look, _ texts: [ParameterDefinition], _ context: ProposalContext
    ) async throws {
        guard options.repairs > 0 else { return }
        let names = texts.map(\.name)
        let silent = look.train.filter { evaluation in
            look.failing(evaluation)
                && evaluation.trace.givenHints(for: "", texts: names, longest: options.hintTokens).isEmpty
        }
        // Once an example: its hints are counted, and asking again would not make them more.
        let fresh = silent.filter { memory.counted.insert("\(context.parent.id.number)\u{1}\($0.example.id)").inserted }
        let chosen = Array(fresh.prefix(options.repairs))
        for skipped in fresh.dropFirst(options.repairs) {
            memory.counted.remove("\(context.parent.id.number)\u{1}\(skipped.example.id)")
        }
        var open: [Repair] = []
        for evaluation in chosen {
            let repair = Repair(values: context.parent.values, evaluation: evaluation)
            // The form first: what else is wrong shows once outputs have it. What does not listen to that is asked about.
            if let hint = formHint(for: evaluation, look, texts, context) {
                let form = ExpectedForm(context.expectations)
                if try await tried(hint, on: repair, context, wanting: form) != nil || options.replays == 0 { continue }
                memory.vainForms[CalmMemory.key(hint.parameter, hint.group), default: 0] += 1
            }
            open.append(repair)
        }
        for _ in 0..<options.interventions where !open.isEmpty {
            open = try await intervened(open, texts, context)
        }
    }

    /// A run on its way to being right.
    private struct Repair {
        var values: [String: Value]
        var evaluation: Evaluation
    }

    /// One hint for each run.
    ///
    /// - Returns: Those that got better and are not right yet.
    private mutating func intervened(
        _ repairs: [Repair], _ texts: [ParameterDefinition], _ context: ProposalContext
    ) async throws -> [Repair] {
        let known = Array(Set(memory.rounds.flatMap { $0.heard.counts.keys }.map(Self.kind))).sorted()
        var inquiry = Inquiry(context, asked: memory.asked)
        let questions = try repairs.map { repair in
            try CalmIntervener(
                evaluation: repair.evaluation, values: repair.values, texts: texts, flaws: known, options: options,
                context: context
            ).question
        }
        memory.questions += questions.count
        let answers = try await inquiry.objects(questions, as: CalmIntervener.form)
        memory.asked = inquiry.asked
        var open: [Repair] = []
        for (repair, answer) in zip(repairs, answers) {
            guard let answer, let hint = hint(in: answer, for: repair.evaluation, texts, context) else { continue }
            guard let after = try await tried(hint, on: repair, context) else { continue }
            if !context.scale.isTop(after.evaluation.score) { open.append(after) }
        }
        return open
    }

    /// Runs with and without the hint; without replays it is counted as it comes.
    ///
    /// - Parameter form: What a hint about the form is for: outputs that get it are better for it, right or wrong.
    /// - Returns: The run with the hint when it is better for it.
    private mutating func tried(
        _ hint: Hint, on repair: Repair, _ context: ProposalContext, wanting form: ExpectedForm? = nil
    ) async throws -> Repair? {
        let key = CalmMemory.key(hint.parameter, hint.group)
        memory.askedFor.insert(key)
        guard options.replays > 0 else {
            memory.count(hint, candidate: context.parent.id.number)
            return nil
        }
        var values = repair.values
        let present = values[hint.parameter]?.text ?? ""
        values[hint.parameter] = .text([present, hint.text].filter { !$0.isEmpty }.joined(separator: "\n"))
        let (hinted, plain) = try await replays(hint, values, repair, context)
        // What could not be scored is as bad as the worst that was.
        let worst = (hinted + plain + [repair.evaluation]).compactMap(\.score).min() ?? 0
        let lift = Self.mean(hinted, worst: worst, form) - Self.mean(plain, worst: worst, form)
        memory.repairs += 1
        memory.lift += lift
        memory.questions += hinted.count + plain.count
        if lift < 0 { memory.tried[key, default: .init()].hurt += 1 }
        guard lift > 0, let after = hinted.first else { return nil }
        memory.tried[key, default: .init()].helped += 1
        memory.helped += 1
        memory.count(hint, candidate: context.parent.id.number)
        context.prefer(
            Self.preference(
                hint, before: repair.evaluation, after: after,
                lift: Self.score(hinted, worst: worst) - Self.score(plain, worst: worst)))
        try await keep(after, repairedBy: hint, context)
        return Repair(values: values, evaluation: after)
    }

    /// The run again from the hint's node on, as fresh repeats: with the hint in the text that steers the node, and without
    /// it. Everything before the node is the recording's. A workflow that cannot be run again from the middle is run as a
    /// whole.
    private func replays(
        _ hint: Hint, _ values: [String: Value], _ repair: Repair, _ context: ProposalContext
    ) async throws -> (hinted: [Evaluation], plain: [Evaluation]) {
        let before = repair.evaluation
        let repeats = (0..<options.replays).map { before.repetition + 1 + $0 }
        if let node = before.trace.node(named: hint.place ?? hint.node) {
            let changed = values.filter { before.trace.candidate[$0.key] != $0.value }
            let reruns =
                repeats.map { Rerun(of: before, changing: changed, repetition: $0) }
                + repeats.map { Rerun(of: before, with: Intervention(anew: [node.id]), repetition: $0) }
            do {
                let evaluations = try await context.workbench.evaluate(reruns)
                if evaluations.count == reruns.count {
                    return (
                        Array(evaluations.prefix(repeats.count)), Array(evaluations.suffix(repeats.count))
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

    private static func preference(
        _ hint: Hint, before: Evaluation, after: Evaluation, lift: Double
    ) -> PreferencePair {
        let name = hint.place ?? hint.node
        func continuation(_ trace: Trace) -> String {
            (trace.node(named: name) ?? trace.node(named: hint.node))?.value.plainText ?? ""
        }
        let inputs = before.trace.node(named: name)?.inputs ?? []
        return PreferencePair(
            example: hint.example, node: hint.node,
            prompt: .object(Fields(inputs.map { ($0.name, before.trace[$0.node].value) })),
            chosen: continuation(after.trace), rejected: continuation(before.trace), hint: hint.text, lift: lift)
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
