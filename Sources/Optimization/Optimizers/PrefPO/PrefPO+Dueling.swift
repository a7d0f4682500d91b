import Evaluation
import LanguageModels
import TraceGraph

extension PrefPO {
    /// What one side of a duel made.
    struct Side: Sendable {
        /// For each example or generation: what goes in, what came out, what was noted about it.
        struct Output: Sendable {
            var input: String?
            var output: String
            var expected: String?
            var notes: [String]
        }

        var outputs: [Output]
    }

    /// A duel and the rewrite of whoever lost it; of the first where it is a tie, or the only one.
    mutating func duel(
        _ first: Int, _ second: Int, _ variables: [ParameterDefinition], _ context: ProposalContext
    ) async throws -> Proposal? {
        let runs = nextRuns(context)
        let ours = try await side(memory.pool[first].values, runs, context)
        let theirs = first == second ? nil : try await side(memory.pool[second].values, runs, context)
        var inquiry = Inquiry(context, asked: memory.asked)
        let judge = PrefPOJudge(options: options, context: context)
        let finding = try await judge.finding(ours, theirs, &inquiry)
        memory.asked = inquiry.asked
        guard let finding else { return nil }
        if first != second { memory.duels.append(.init(first, second, result: finding.result)) }
        // With labels there is more to go by.
        guard options.isLabelled || !finding.feedback.isEmpty else {
            context.report(OptimizerNote(.refused, "the judge does not say what would be better: nothing is rewritten"))
            return nil
        }
        let loser = finding.result > 0.5 ? second : first
        let values = memory.pool[loser].values
        let parent = candidate(of: loser, context) ?? context.parent
        let shown = try context.rendered(
            [], variables: variables, candidate: Candidate(id: parent.id, values: values),
            instruction: "Rewrite the texts so that the outputs are preferred.",
            recurrence: options.isLabelled ? context.recurrenceInWords(on: parent, variables: variables) : nil,
            tokenBudget: options.asking.tokenBudget)
        let user = [
            shown, context.purposeInWords,
            options.isLabelled ? context.expectations.map { $0.text() } : nil,
            "# Feedback on the outputs\n\(finding.feedback)",
            options.isMinimal
                ? "Change only what the feedback asks for. Keep every other word."
                : "Do what the feedback asks for, in general terms that hold for other inputs too.",
            context.priceInWords,
        ].compactMap { $0 }.joined(separator: "\n\n")
        return try await rewritten(
            variables, values, parent: parent, user: user, intent: .refine, label: "rewrite of text \(loser + 1)",
            context)
    }

    private func candidate(of place: Int, _ context: ProposalContext) -> Candidate? {
        let number = memory.pool[place].candidate
        return context.history.first { $0.candidate.id.number == number }?.candidate
    }

    /// What a duel looks at: examples of the train split, or generations of a task that reads none. Of these there are as many
    /// as are wanted: those beyond the split are further repeats.
    private mutating func nextRuns(_ context: ProposalContext) -> [(example: Example, repetition: Int)] {
        let train = context.workbench.train
        guard !train.isEmpty else { return [] }
        let count = options.mode == .standalone ? options.outputs : min(options.outputs, train.count)
        defer { memory.place = (memory.place + count) % train.count }
        return (0..<count).map { (train[(memory.place + $0) % train.count], $0 / train.count) }
    }

    /// What the workflow makes of the texts, asked of the models that are going to use them.
    private func side(
        _ values: [String: Value], _ runs: [(example: Example, repetition: Int)], _ context: ProposalContext
    ) async throws -> Side {
        let all = context.parent.values.merging(values) { _, new in new }
        var evaluations: [Evaluation] = []
        for repetition in Set(runs.map(\.repetition)).sorted() {
            evaluations += try await context.workbench.evaluate(
                all, on: runs.filter { $0.repetition == repetition }.map(\.example), repetition: repetition)
        }
        return Side(outputs: evaluations.map { output(of: $0, context) })
    }

    private func output(of evaluation: Evaluation, _ context: ProposalContext) -> Side.Output {
        let trace = evaluation.trace
        // What the workflow read, and not the row of the data: that may hold answers under any name.
        let read = options.mode == .standalone ? [] : trace.nodes.filter { $0.kind == .input }
        let field = options.isLabelled ? context.expectations?.field : nil
        return Side.Output(
            input: read.isEmpty ? nil : Value.object(Fields(read.map { ($0.base, $0.value) })).json,
            output: trace.result?.value.plainText ?? "",
            expected: field.flatMap { evaluation.example[$0]?.plainText },
            notes: options.isLabelled
                ? trace.feedback.filter { !$0.text.isEmpty }.map { "\(trace[$0.output].base): \($0.text)" } : [])
    }
}
