import Evaluation
import TraceGraph

extension Calm {
    /// A run on its way to being right.
    struct Repair: Sendable {
        var values: [String: Value]
        var evaluation: Evaluation
        /// How many hints it goes on with.
        var hints = 0
        var isRight = false
        /// The hint that helped last.
        var hint: Hint?
        /// What hints changed, with the node each is about.
        var pairs: [(place: String, pair: PreferencePair)] = []

        init(values: [String: Value], evaluation: Evaluation) {
            self.values = values
            self.evaluation = evaluation
        }

        /// Its values with a hint in the text that steers the hint's node.
        func values(with hint: Hint) -> [String: Value] {
            var values = values
            let present = values[hint.parameter]?.text ?? ""
            values[hint.parameter] = .text([present, hint.text].filter { !$0.isEmpty }.joined(separator: "\n"))
            return values
        }

        /// What became of it with a hint.
        func after(
            _ hint: Hint, _ values: [String: Value], _ run: Evaluation, lift: Double, isRight: Bool
        ) -> Repair {
            var after = self
            (after.values, after.evaluation, after.isRight) = (values, run, isRight)
            after.hints += 1
            if lift > 0 || after.hint == nil { after.hint = hint }
            let place = evaluation.trace.node(named: hint.place ?? hint.node)?.name ?? hint.node
            let inputs = evaluation.trace.node(named: place)?.inputs ?? []
            var pair = PreferencePair(
                example: hint.example, node: hint.node,
                prompt: .object(Fields(inputs.map { ($0.name, evaluation.trace[$0.node].value) })),
                chosen: Self.continuation(run.trace, at: place, hint),
                rejected: Self.continuation(evaluation.trace, at: place, hint), hint: hint.text, lift: lift)
            if let last = after.pairs.last, last.place == place {
                // The same step once more: from where it was bad to where it is good.
                (pair.prompt, pair.rejected) = (last.pair.prompt, last.pair.rejected)
                pair.hint = "\(last.pair.hint)\n\(pair.hint)"
                pair.lift += last.pair.lift
                after.pairs.removeLast()
            }
            after.pairs.append((place, pair))
            return after
        }

        /// The pairs whose better side is part of the run as it ended: what a later hint changed again led nowhere.
        var lasting: [PreferencePair] {
            pairs.filter { evaluation.trace.node(named: $0.place)?.value.plainText ?? "" == $0.pair.chosen }.map(\.pair)
        }

        private static func continuation(_ trace: Trace, at place: String, _ hint: Hint) -> String {
            (trace.node(named: place) ?? trace.node(named: hint.node))?.value.plainText ?? ""
        }
    }

    /// Keeps a run that became right, where there is nothing on its way that its score does not see.
    ///
    /// - Returns: It, where somebody has to look for flaws first.
    mutating func kept(_ repair: Repair, _ context: ProposalContext) async throws -> Repair? {
        if options.flawless, Self.hasUnseenSteps(repair.evaluation.trace) { return repair }
        try await keep(repair, context)
        return nil
    }

    /// Keeps what made a run right: each step as it was and as it became, and the whole as an example to be shown.
    ///
    /// - Throws: What the context's objection throws.
    mutating func keep(_ repair: Repair, _ context: ProposalContext) async throws {
        memory.flawless += 1
        for pair in repair.lasting { context.prefer(pair) }
        guard let hint = repair.hint else { return }
        try await keep(repair.evaluation, repairedBy: hint, context)
    }

    /// What is left of a run that did not become right and flawless: nothing, but where no score is the best there is; then
    /// better is all that anyone can tell.
    func end(_ repair: Repair, _ context: ProposalContext) async throws {
        guard context.scale.top == nil, !repair.isRight else { return }
        for pair in repair.lasting where pair.lift > 0 { context.prefer(pair) }
    }

    /// Whether a model wrote something on the way that is not the result itself: what it says there can be wrong while the
    /// score is the best.
    static func hasUnseenSteps(_ trace: Trace) -> Bool {
        guard let result = trace.result?.value else { return false }
        let said = Hint.folded(result.plainText)
        return trace.calls.contains { call in
            let value = trace[call.node].value
            return Hint.folded(value.plainText) != said && value.embeddedJSON != result
        }
    }
}
