import Evaluation
import LanguageModels
import TraceGraph

/// One sibling of one step: the question, the reply, and one more question when the reply is no use.
struct OptoPrimeTurn: Sendable {
    let context: ProposalContext
    let options: OptoPrimeOptions
    let memory: OptoPrimeMemory
    let problem: Problem
    /// Which of the step's siblings this is, from 0.
    let index: Int
    /// What earlier siblings propose.
    let earlier: [Proposal]
    /// Before this turn.
    let cutReplies: Int
    /// How often this sibling has been asked for before.
    var attempt = 0

    /// What came of a turn.
    struct Outcome: Sendable {
        var proposal: Proposal?
        var notes: [OptimizerNote] = []
        /// The keys of the requests that were made, repeats not told apart.
        var asked: [String] = []
        var cutReplies = 0
    }

    /// The whole turn: questions until one brings a proposal.
    ///
    /// - Parameter asked: How often each request was made before.
    func outcome(_ asked: [String: Int]) async throws -> Outcome {
        var outcome = Outcome()
        for attempt
            in 0..<options.questions(for: context.modelName, atTheBottom: context.isAtTheBottom && allTieAtTheBottom)
        {
            var turn = self
            turn.attempt = attempt
            if try await turn.isSettled(asked, &outcome) { break }
        }
        return outcome
    }

    /// One question, with one more in the same chat where that helps.
    ///
    /// - Returns: False when the answer is no use and another question may bring a better one.
    private func isSettled(_ asked: [String: Int], _ outcome: inout Outcome) async throws -> Bool {
        let parser = AnswerParser(variables: context.parameters.definitions, dialect: dialect)
        guard let (question, reply) = try await askFirst(asked, &outcome) else { return true }
        let answer = parser.answer(in: reply.reply)
        let review = try await self.review.review(answer.suggestions)
        note(answer, review, reply, &outcome)
        if answer.isNothingToDo { return true }

        let faults = answer.problems + review.refusals
        guard !faults.isEmpty else {
            outcome.proposal = proposal(review.changes, answer)
            return true
        }
        guard tellsWhatWasWrong(answer) else { return false }
        let again = secondQuestion(question, after: reply.reply, answer: answer, faults: faults)
        guard let second = try await ask(again, asked, .askedAgain, &outcome) else {
            outcome.proposal = proposal(review.changes, answer)
            return true
        }
        let secondAnswer = parser.answer(in: second.reply)
        let secondReview = try await self.review.review(secondAnswer.suggestions)
        note(secondAnswer, secondReview, second, &outcome)
        // What the first reply had right stands unless the second changes it.
        let changes = review.changes.merging(secondReview.changes) { _, new in new }
        outcome.proposal = proposal(changes, secondReview.changes.isEmpty ? answer : secondAnswer)
        return outcome.proposal != nil
    }

    /// Whether a useless answer is shown to the model with what was wrong with it: always, but to a small model only
    /// for its form, and once. Shown a value that was refused, it gives the same value again.
    private func tellsWhatWasWrong(_ answer: Answer) -> Bool {
        guard isCompact else { return true }
        return attempt == 0 && answer.suggestions.isEmpty && !answer.isCut
    }

    /// Whether the question is laid out for a small model.
    var isCompact: Bool { options.problemLayout(for: context.modelName) == .compact }

    /// The form of the answer.
    var dialect: AnswerDialect { options.answerDialect(for: context.parameters.definitions, isSmall: isCompact) }

    /// What the outputs are expected to be, where a small model is asked about it and it is one of a few words.
    var expectedWords: ExpectedWords? {
        guard isCompact else { return nil }
        return ExpectedWords(context.expectations, outputs: context.evaluations.map { $0.trace.result?.value })
    }

    /// The key of the first request, repeats not told apart.
    var firstKey: String { "\(question(within: options.tokenBudget).key)" }

    // MARK: Asking

    private struct Reply {
        let reply: ChatReply
        /// The key under which a cache keeps it; nil when none does.
        let key: String?
    }

    /// The first question in the form that gets an answer: without the schema where the endpoint refuses it, shorter
    /// where it does not fit the model's context.
    private func askFirst(
        _ asked: [String: Int], _ outcome: inout Outcome
    ) async throws -> (question: ChatRequest, reply: Reply)? {
        var question = self.question(within: options.tokenBudget)
        do {
            return (question, try await send(question, asked, .asked, &outcome))
        } catch let error as ModelError where !error.endsRun {
            outcome.notes.append(failure(error))
            switch error.code {
            case .badRequest where question.format != .text: question.format = .text
            case .contextTooLong: question = self.question(within: options.tokenBudget / 2)
            default: return nil
            }
        }
        return try await ask(question, asked, .asked, &outcome).map { (question, $0) }
    }

    /// Nil, with a note, when the call failed in a way that leaves the run alive.
    private func ask(
        _ question: ChatRequest, _ asked: [String: Int], _ kind: OptimizerNote.Kind, _ outcome: inout Outcome
    ) async throws -> Reply? {
        do {
            return try await send(question, asked, kind, &outcome)
        } catch let error as ModelError where !error.endsRun {
            outcome.notes.append(failure(error))
            return nil
        }
    }

    private func send(
        _ question: ChatRequest, _ asked: [String: Int], _ kind: OptimizerNote.Kind, _ outcome: inout Outcome
    ) async throws -> Reply {
        var question = question
        let plainKey = "\(question.key)"
        let repetition = asked[plainKey, default: 0] + outcome.asked.count { $0 == plainKey }
        question.repetition = repetition
        outcome.asked.append(plainKey)
        let reply = try await context.model.reply(to: question)
        let tokens = "\(reply.usage.promptTokens) tokens asked, \(reply.usage.completionTokens) answered"
        outcome.notes.append(OptimizerNote(kind, "\(label): \(tokens)", completion: reply.completion))
        return Reply(reply: reply, key: reply.completion)
    }

    private func failure(_ error: ModelError) -> OptimizerNote {
        OptimizerNote(.remark, "\(label): the model did not answer (\(error.code)): \(error.message)")
    }

    private var label: String { "sibling \(index + 1) of \(context.siblings), \(intent.rawValue)" }

    private func note(_ answer: Answer, _ review: AnswerReview.Outcome, _ reply: Reply, _ outcome: inout Outcome) {
        func add(_ kind: OptimizerNote.Kind, _ text: String) {
            outcome.notes.append(OptimizerNote(kind, text, completion: reply.key))
        }
        if answer.isCut {
            outcome.cutReplies += 1
            add(.cut, "the reply was cut off at its limit; \(cutReplies + outcome.cutReplies) so far")
        } else {
            for problem in answer.problems { add(.refused, problem) }
        }
        for refusal in review.refusals { add(.refused, refusal) }
        for remark in answer.remarks { add(.remark, remark) }
        if answer.isNothingToDo { add(.nothingToDo, "the model says that nothing should change") }
    }

    // MARK: Questions

    /// Tokens a reply may have: what was asked for, more when the present values are long.
    private var replyLimit: Int {
        let values = problem.variables.reduce(0) { $0 + TextTokens.estimate(of: $1.value.plainText) }
        // A small model that goes on and on says nothing more, slowly.
        return isCompact
            ? min(options.maximumTokens, 2 * values + 512) : max(options.maximumTokens, 2 * values + 512)
    }

    /// Each further question is asked a little more freely, as far as siblings are.
    private var temperature: Double {
        let first = options.temperature(of: index, among: context.siblings)
        let freer = ((first + Double(attempt) / 10) * 100).rounded() / 100
        return max(first, min(freer, options.temperatures.upperBound))
    }

    private func question(within tokenBudget: Int) -> ChatRequest {
        let prompt = OptoPrimePrompt(turn: self, tokenBudget: tokenBudget)
        return ChatRequest(
            model: context.modelName, messages: [.system(prompt.system), .user(prompt.user)],
            temperature: temperature, maximumTokens: replyLimit,
            format: dialect.format(
                for: context.parameters.definitions, demonstration: context.evaluations.first?.example.fields))
    }

    private func secondQuestion(
        _ question: ChatRequest, after reply: ChatReply, answer: Answer, faults: [String]
    ) -> ChatRequest {
        var again = question
        let note = OptoPrimePrompt.complaint(faults)
        if answer.isCut || reply.text.trimmed.isEmpty {
            // A reply that broke off teaches the model nothing but to break off.
            if answer.isCut { again.maximumTokens = 2 * (question.maximumTokens ?? replyLimit) }
            if let last = again.messages.indices.last { again.messages[last].content += "\n\n\(note)" }
        } else {
            again.messages += [.assistant(reply.text), .user(note)]
        }
        return again
    }

    // MARK: Values

    /// What sort of change this sibling is to make.
    ///
    /// With one sibling the steps take turns; where nothing scores yet, there is nothing to stay near to.
    var intent: Proposal.Intent {
        guard !context.isAtTheBottom else { return .diverge }
        let turn = context.siblings > 1 ? index : context.step - 1
        return turn.isMultiple(of: 2) ? .refine : .diverge
    }

    /// Whether no score of the minibatch is above the worst there is.
    var allTieAtTheBottom: Bool {
        !context.evaluations.isEmpty && context.evaluations.allSatisfy { context.scale.isBottom($0.score) }
    }

    /// The present value of every variable.
    var current: [String: Value] {
        Dictionary(
            uniqueKeysWithValues: context.parameters.definitions.map {
                ($0.name, context.parent[$0.name] ?? $0.initial)
            })
    }

    private var review: AnswerReview {
        let full = { (values: [String: Value]) in
            Dictionary(
                uniqueKeysWithValues: context.parameters.definitions.map { ($0.name, values[$0.name] ?? $0.initial) })
        }
        let siblings = earlier.map { current.merging($0.changes) { _, new in new } }
        return AnswerReview(
            variables: context.parameters.definitions, current: current,
            tried: context.history.map { full($0.candidate.values) } + siblings,
            examples: context.evaluations.flatMap { $0.example.fields.values.compactMap(\.text) },
            expectedWords: expectedWords, objection: context.objection)
    }

    private func proposal(_ changes: [String: Value], _ answer: Answer) -> Proposal? {
        guard !changes.isEmpty else { return nil }
        let reason = answer.reasoning.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let names = changes.keys.sorted().joined(separator: ", ")
        let rationale = reason.isEmpty ? "changes \(names)" : ValueText.cut(reason, to: 600).text
        return Proposal(changes: changes, rationale: rationale, intent: intent, parent: context.parent.id)
    }
}
