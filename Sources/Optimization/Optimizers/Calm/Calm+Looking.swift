import Evaluation
import TraceGraph

extension Calm {
    /// The runs of the present texts: on the validation split, which only counts, and on train examples, which are shown.
    struct Look {
        var validation: [Evaluation]
        var train: [Evaluation]
        let failing: @Sendable (Evaluation) -> Bool

        /// Whether a run has nothing left to be mended, as far as scores tell.
        func isRight(_ evaluation: Evaluation) -> Bool { !failing(evaluation) }

        var all: [Evaluation] { validation + train }
    }

    /// Runs the parent on the next train examples.
    ///
    /// Hints on nodes are counted on all of them. Where a model has to be asked for hints, it is asked about a few failing
    /// runs only, and the rest would be run for nothing.
    mutating func look(_ texts: [ParameterDefinition], _ context: ProposalContext) async throws -> Look {
        let validation = context.history.last { $0.candidate.id == context.parent.id }?.validation ?? []
        let total = min(options.examples, context.workbench.train.count)
        let first = try await run(min(total, max(12, 2 * repairs)), context)
        let seen = look(at: first, validation, context)
        let names = texts.map(\.name)
        let areHinted = seen.all.filter(seen.failing).contains { evaluation in
            !evaluation.trace.givenHints(for: "", texts: names, longest: options.hintTokens).isEmpty
        }
        let isEnough = repairs > 0 && !areHinted && first.count(where: seen.failing) >= repairs
        guard !isEnough, total > first.count else { return seen }
        return look(at: first + (try await run(total - first.count, context)), validation, context)
    }

    private mutating func run(_ count: Int, _ context: ProposalContext) async throws -> [Evaluation] {
        let examples = next(count, of: context.workbench.train)
        return examples.isEmpty ? [] : try await context.workbench.evaluate(context.parent.values, on: examples)
    }

    private func look(at train: [Evaluation], _ validation: [Evaluation], _ context: ProposalContext) -> Look {
        let scores = (validation + train).compactMap(\.score)
        let mean = scores.isEmpty ? 0 : scores.reduce(0, +) / Double(scores.count)
        let (scale, top) = (context.scale, context.scale.top)
        let areLevel = Set(scores).count < 2
        return Look(validation: validation, train: train) { evaluation in
            guard let score = evaluation.score else { return true }
            // Without a best score there is, what lies below the average is what can be mended, or all where all are level.
            return top == nil ? score < mean || areLevel : !scale.isTop(score)
        }
    }

    /// The train examples in turn, each once before any comes again.
    private mutating func next(_ count: Int, of train: [Example]) -> [Example] {
        guard !train.isEmpty else { return [] }
        let count = min(count, train.count)
        defer { memory.place = (memory.place + count) % train.count }
        return (0..<count).map { train[(memory.place + $0) % train.count] }
    }

    /// Counts the hints that nodes of failing runs were given.
    mutating func listen(to look: Look, _ texts: [ParameterDefinition], _ context: ProposalContext) {
        let names = texts.map(\.name)
        for evaluation in look.all where look.failing(evaluation) {
            let hints = evaluation.trace.givenHints(
                for: evaluation.example.id, texts: names, longest: options.hintTokens)
            for hint in hints where !isLeak(hint, of: evaluation, context) {
                memory.count(hint, candidate: context.parent.id.number)
            }
        }
    }

    /// Whether a hint gives away what is expected of the run; where nobody says which field that is, five words of any field
    /// that the workflow does not read.
    func isLeak(_ hint: Hint, of evaluation: Evaluation, _ context: ProposalContext) -> Bool {
        var areLabels = false
        if case .labels = context.expectations?.form { areLabels = true }
        if let field = context.expectations?.field {
            return Hint.leaks(hint.text, expected: evaluation.example[field], labels: areLabels)
        }
        let read = Set(evaluation.trace.nodes.filter { $0.kind == .input }.map(\.base))
        return evaluation.example.fields.contains { field in
            !read.contains(field.name) && Hint.leaks(hint.text, expected: field.value, labels: true)
        }
    }
}
