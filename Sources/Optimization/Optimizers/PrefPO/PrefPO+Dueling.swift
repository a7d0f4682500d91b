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

    /// A duel and the rewrite of whoever lost it; of the first where it is a tie.
    mutating func duel(
        _ first: Int, _ second: Int, _ variables: [ParameterDefinition], _ context: ProposalContext
    ) async throws -> Proposal? {
        let examples = nextExamples(context)
        var sides: [Side] = []
        for place in [first, second] {
            sides.append(try await side(memory.pool[place].values, examples, context))
        }
        var inquiry = Inquiry(context, asked: memory.asked)
        let judge = PrefPOJudge(options: options, context: context)
        let finding =
            options.isPointwise(for: context.modelName)
            ? try await judge.pointwise(sides[0], sides[1], &inquiry)
            : try await judge.together(sides[0], sides[1], &inquiry)
        memory.asked = inquiry.asked
        guard let finding else { return nil }
        if first != second { memory.duels.append(.init(first, second, result: finding.result)) }
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

    private mutating func nextExamples(_ context: ProposalContext) -> [Example] {
        guard options.mode == .instruction else { return [] }
        let train = context.workbench.train
        let count = min(options.outputs, train.count)
        defer { memory.place = train.isEmpty ? 0 : (memory.place + count) % train.count }
        return (0..<count).map { train[(memory.place + $0) % train.count] }
    }

    private mutating func side(
        _ values: [String: Value], _ examples: [Example], _ context: ProposalContext
    ) async throws -> Side {
        guard options.mode == .instruction else { return try await generated(values, context) }
        let all = context.parent.values.merging(values) { _, new in new }
        let field = context.expectations?.field
        let evaluations = try await context.workbench.evaluate(all, on: examples)
        return Side(
            outputs: evaluations.map { evaluation in
                let trace = evaluation.trace
                // What the workflow read, and not the row of the data: that may hold answers under any name.
                let read = trace.nodes.filter { $0.kind == .input }
                return Side.Output(
                    input: read.isEmpty ? nil : Value.object(Fields(read.map { ($0.base, $0.value) })).json,
                    output: trace.result?.value.plainText ?? "",
                    expected: options.isLabelled ? field.flatMap { evaluation.example[$0]?.plainText } : nil,
                    notes: options.isLabelled
                        ? trace.feedback.filter { !$0.text.isEmpty }.map { "\(trace[$0.output].base): \($0.text)" } : []
                )
            })
    }

    /// The model's own answers to the text.
    private mutating func generated(_ values: [String: Value], _ context: ProposalContext) async throws -> Side {
        let prompt = values.sorted { $0.key < $1.key }.map(\.value.plainText).joined(separator: "\n\n")
        var inquiry = Inquiry(context, asked: memory.asked)
        let question = Inquiry.Question(
            messages: [.user(prompt)], temperature: options.asking.temperature,
            maximumTokens: options.asking.maximumTokens, label: "an answer to the text")
        let replies = try await inquiry.replies(to: Array(repeating: question, count: options.outputs))
        memory.asked = inquiry.asked
        return Side(
            outputs: replies.compactMap { reply in
                reply.map { Side.Output(input: nil, output: $0.text, expected: nil, notes: []) }
            })
    }
}
