import Evaluation
import LanguageModels
import TraceGraph

extension Calm {
    /// The rules that recur and are not followed yet, as one change in one or more wordings; none when there are none.
    mutating func rulesToTake(
        _ texts: [ParameterDefinition], _ look: Look, _ context: ProposalContext
    ) async throws -> [Proposal] {
        var open: [(definition: ParameterDefinition, finding: HintRecurrence.Finding)] = []
        for definition in texts {
            let followed = Set(memory.rules.filter { $0.parameter == definition.name }.map(\.group))
            let findings = memory.recurring(
                definition.name, falseRules: options.falseRules, ruleAlpha: options.ruleAlpha)
            memory.learn(from: findings, about: definition.name)
            open += findings.filter {
                !followed.contains($0.kind) && !memory.refused.contains(CalmMemory.key(definition.name, $0.kind))
            }.map { (definition, $0) }
        }
        let isSingle = memory.isSingle || options.gatesRules
        if isSingle {
            open = open.enumerated().sorted {
                ($0.element.finding.expected, $0.offset) < ($1.element.finding.expected, $1.offset)
            }.map(\.element)
        }
        var rules: [CalmMemory.Rule] = []
        var questions = repairs
        for (definition, finding) in open where !isSingle || rules.isEmpty {
            guard let text = try await sentence(for: finding, of: definition, &questions, context) else { continue }
            rules.append(
                CalmMemory.Rule(
                    parameter: definition.name, group: finding.kind, text: text, chance: finding.expected))
        }
        var proposals: [Proposal] = []
        // The best of several wordings would pass a test that is meant for one.
        let wordings = options.gatesRules ? 0 : context.siblings - 1
        for rules in [rules] + reordered(rules, wordings, context) where !rules.isEmpty {
            let changes = try await changes(taking: rules, texts, context)
            guard !changes.isEmpty else { continue }
            let kept = rules.filter { changes[$0.parameter] != nil }
            memory.pending.append(
                CalmMemory.Pending(kind: .rules, rules: kept, changes: changes, scores: Self.scores(look.all)))
            if proposals.isEmpty {
                memory.proposed.formUnion(kept.map { CalmMemory.key($0.parameter, $0.group) })
                tell(kept, changes, context)
            }
            let rationale = "hints that recur became rules: " + kept.map(\.text).joined(separator: "; ")
            proposals.append(
                Proposal(
                    changes: changes, rationale: ValueText.cut(rationale, to: 600).text, intent: .refine,
                    parent: context.parent.id))
        }
        return proposals
    }

    private func changes(
        taking rules: [CalmMemory.Rule], _ texts: [ParameterDefinition], _ context: ProposalContext
    ) async throws -> [String: Value] {
        var changes: [String: Value] = [:]
        for definition in texts {
            let own = rules.filter { $0.parameter == definition.name }
            guard !own.isEmpty else { continue }
            let present = (context.parent[definition.name] ?? definition.initial).text ?? ""
            let have = Set(Self.lines(present))
            let lines = own.map(\.text).filter { !have.contains($0) }
            guard !lines.isEmpty else { continue }
            let value = Value.text(([present] + lines).filter { !$0.isEmpty }.joined(separator: "\n"))
            do {
                let checked = try definition.checked(value)
                if let reason = try await context.objection(checked, definition) {
                    context.report(OptimizerNote(.refused, "\(definition.name): \(reason)"))
                } else {
                    changes[definition.name] = checked
                }
            } catch let error as ParameterError {
                context.report(OptimizerNote(.refused, error.description))
            }
        }
        return changes
    }

    /// The least sure rule that was not found to be needed yet, taken out; nil when there is none. Those that came so often
    /// that chance is out of the question are left alone: a few scores say less than that, and choosing by them flatters.
    mutating func ruleToDrop(_ look: Look, _ context: ProposalContext) -> Proposal? {
        let open = memory.rules.filter {
            $0.chance >= options.falseRules / 20 && !memory.needed.contains(CalmMemory.key($0.parameter, $0.group))
        }
        guard let rule = open.max(by: { $0.chance < $1.chance }),
            let text = context.parent[rule.parameter]?.text
        else { return nil }
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let rest = lines.filter { String($0).trimmed != rule.text }.joined(separator: "\n")
        guard rest != text, !rest.trimmed.isEmpty,
            (try? context.parameters[rule.parameter]?.checked(.text(rest))) != nil
        else {
            memory.needed.insert(CalmMemory.key(rule.parameter, rule.group))
            return nil
        }
        let changes: [String: Value] = [rule.parameter: .text(rest)]
        memory.pending = [
            CalmMemory.Pending(
                kind: .elimination, rules: [rule], changes: changes, scores: Self.scores(look.all))
        ]
        return Proposal(
            changes: changes,
            rationale: ValueText.cut("without the rule \(Value.text(rule.text).json)", to: 600).text, intent: .refine,
            parent: context.parent.id)
    }

    /// One sentence for what hints of a group say: their own words where they all say the same.
    ///
    /// - Parameter questions: How many may be asked in this step; what they do not reach for comes in the next.
    private mutating func sentence(
        for finding: HintRecurrence.Finding, of definition: ParameterDefinition, _ questions: inout Int,
        _ context: ProposalContext
    ) async throws -> String? {
        let wordings = memory.wordings[CalmMemory.key(definition.name, finding.kind), default: []]
        guard let first = wordings.first else { return nil }
        let line = first.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if Set(wordings.map(Hint.folded)).count == 1 { return line }
        // Where no model is asked about runs, hints are the nodes' own, and stand as they were said first.
        guard options.repairs > 0 else { return line }
        guard questions > 0 else { return nil }
        questions -= 1
        var inquiry = Inquiry(context, asked: memory.asked)
        defer { memory.asked = inquiry.asked }
        let form = Inquiry.Form(name: "rule", fields: ["rule": ["type": "string"]])
        let said = wordings.map { "- \(Value.text($0).json)" }.joined(separator: "\n")
        let question = Inquiry.Question(
            messages: [
                .system(
                    """
                    You turn advice that was given on several failures into one rule for an instruction. The rule is one \
                    sentence of at most \(options.hintTokens) tokens, says what to do in general, and names no single case. \
                    Answer with one JSON object: {"rule": "<the sentence>"}.
                    """),
                .user(
                    """
                    The instruction (\(definition.name)) reads now:
                    \((context.parent[definition.name] ?? definition.initial).plainText)

                    Advice on \(finding.count) failures of one kind:
                    \(said)
                    """),
            ], temperature: options.asking.temperature, maximumTokens: 8 * options.hintTokens,
            label: "a rule for \(definition.name)")
        guard let rule = try await inquiry.objects([question], as: form)[0]?["rule"]?.text?.trimmed, !rule.isEmpty,
            ChatFiller.objection(to: rule, of: definition.name) == nil
        else { return line }
        return rule.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// What came of the hints so far, in one line.
    private func tell(_ rules: [CalmMemory.Rule], _ changes: [String: Value], _ context: ProposalContext) {
        let values = context.parent.values.merging(changes) { _, new in new }
        let growth = Self.growth(of: Set(changes.keys), from: context.parent, to: Candidate(values: values))
        context.report(
            OptimizerNote(
                .remark,
                ([
                    "\(rules.count) of \(memory.wordings.count) groups of hints became rules, "
                        + "text \(growth) %"
                ] + repairsInWords).joined(separator: "; ")))
        for rule in rules {
            let key = CalmMemory.key(rule.parameter, rule.group)
            var evidence = "\(ValueText.number((rule.chance * 10_000).rounded() / 10_000)) such expected by chance"
            if let tried = memory.tried[key] {
                evidence +=
                    "; where tried it helped \(tried.helped) times and hurt \(tried.hurt), "
                    + "p = \(ValueText.number((tried.chance * 1000).rounded() / 1000))"
            }
            context.report(
                OptimizerNote(.remark, "rule for \(rule.parameter): \(Value.text(rule.text).json): \(evidence)"))
        }
    }
}
