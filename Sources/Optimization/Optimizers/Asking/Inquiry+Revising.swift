import Evaluation
import LanguageModels
import TraceGraph

/// A request for new values.
struct RevisionRequest: Sendable {
    /// What may be changed.
    var variables: [ParameterDefinition]
    /// The values there are now; those left out have their initial one.
    var values: [String: Value]
    /// Who the model is and what it does.
    var system: String
    /// Everything it is shown and asked, but how to answer.
    var user: String
    var options: AskingOptions
    /// What a small model reads last, and so does, where nothing is known to be wrong with the outputs' form.
    var closing: String?
    /// What the question is about, for the notes.
    var label: String
    /// The runs it is shown; those of the context unless the optimizer ran some itself.
    var evaluations: [Evaluation]?
    /// Assignments that the new one must differ from, besides all that were tried.
    var others: [[String: Value]] = []

    /// The present value of every variable.
    var current: [String: Value] {
        Dictionary(uniqueKeysWithValues: variables.map { ($0.name, values[$0.name] ?? $0.initial) })
    }
}

/// New values that passed review.
struct Revision: Sendable, Hashable {
    var changes: [String: Value]
    /// Why, in one line.
    var reasoning: String
}

extension Inquiry {
    /// Asks for new values, reads and reviews them; asks once more when the reply is no use: a small model afresh, any
    /// other by telling it what was wrong.
    ///
    /// - Returns: Nil, with notes, when there is nothing to take over.
    /// - Throws: As ``reply(to:)``; what the context's objection throws.
    mutating func revision(_ request: RevisionRequest) async throws -> Revision? {
        let parser = AnswerParser(variables: request.variables, dialect: dialect(request))
        let review = review(request)
        var question = question(request)
        for attempt in 0..<2 {
            guard let reply = try await reply(to: question) else { return nil }
            let answer = parser.answer(in: reply)
            if answer.isNothingToDo {
                context.report(
                    OptimizerNote(.nothingToDo, "\(request.label): nothing should change", completion: reply.completion)
                )
                return nil
            }
            let reviewed = try await review.review(answer.suggestions)
            let faults = answer.problems + reviewed.refusals
            for fault in faults { context.report(OptimizerNote(.refused, fault, completion: reply.completion)) }
            if !reviewed.changes.isEmpty {
                return Revision(changes: reviewed.changes, reasoning: Self.reason(answer, reviewed.changes))
            }
            guard attempt == 0 else { return nil }
            again(&question, after: reply, isCut: answer.isCut, faults: faults)
        }
        return nil
    }

    private var isSmall: Bool { ProblemRenderer.Layout.fitting(context.modelName) == .compact }

    private func dialect(_ request: RevisionRequest) -> AnswerDialect {
        .fitting(request.variables, isSmall: isSmall)
    }

    private func question(_ request: RevisionRequest) -> Question {
        let size = request.current.values.reduce(0) { $0 + TextTokens.estimate(of: $1.plainText) }
        let dialect = dialect(request)
        let limit =
            isSmall
            ? min(request.options.maximumTokens, 2 * size + 512) : max(request.options.maximumTokens, 2 * size + 512)
        let how = dialect.instruction(for: request.variables, allowsNoChange: false)
        // The last thing a small model reads is what it does.
        let finding = isSmall ? expectedWords(request)?.finding(for: request.current) ?? request.closing : nil
        let user = [request.user, "# Answer\n\(how)", finding].compactMap { $0 }.joined(separator: "\n\n")
        return Question(
            messages: [.system(request.system), .user(user)],
            format: dialect.format(
                for: request.variables, demonstration: shown(request).first?.example.fields),
            temperature: request.options.temperature, maximumTokens: limit, label: request.label)
    }

    private func again(_ question: inout Question, after reply: ChatReply, isCut: Bool, faults: [String]) {
        question.label += ", once more"
        if isCut { question.maximumTokens *= 2 }
        if isSmall {
            // Shown a value that was refused, a small model gives it again.
            question.temperature = min(1, question.temperature + 0.2)
            return
        }
        let complaint = OptoPrimePrompt.complaint(faults)
        if isCut || reply.text.trimmed.isEmpty {
            if let last = question.messages.indices.last { question.messages[last].content += "\n\n\(complaint)" }
        } else {
            question.messages += [.assistant(reply.text), .user(complaint)]
        }
    }

    /// What the outputs are expected to be, where a small model is asked for a text and it is one of a few words.
    private func expectedWords(_ request: RevisionRequest) -> ExpectedWords? {
        guard isSmall, request.variables.contains(where: { $0.kind == .text }) else { return nil }
        return ExpectedWords(context.expectations, outputs: shown(request).map { $0.trace.result?.value })
    }

    private func shown(_ request: RevisionRequest) -> [Evaluation] { request.evaluations ?? context.evaluations }

    private func review(_ request: RevisionRequest) -> AnswerReview {
        let full = { (values: [String: Value]) in
            Dictionary(uniqueKeysWithValues: request.variables.map { ($0.name, values[$0.name] ?? $0.initial) })
        }
        // Only whole assignments tell whether something was tried: other variables may differ.
        let sameElsewhere = context.history.map(\.candidate).filter { candidate in
            request.values.allSatisfy { name, value in
                request.variables.contains { $0.name == name } || candidate[name] == nil || candidate[name] == value
            }
        }
        return AnswerReview(
            variables: request.variables, current: request.current,
            tried: sameElsewhere.map { full($0.values) } + request.others.map(full),
            examples: shown(request).flatMap { $0.example.fields.values.compactMap(\.text) },
            expectedWords: expectedWords(request), objection: context.objection)
    }

    private static func reason(_ answer: Answer, _ changes: [String: Value]) -> String {
        let reason = answer.reasoning.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard reason.isEmpty else { return ValueText.cut(reason, to: 600).text }
        return "changes \(changes.keys.sorted().joined(separator: ", "))"
    }
}
