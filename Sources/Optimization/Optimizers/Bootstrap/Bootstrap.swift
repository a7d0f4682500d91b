import Evaluation
public import TraceGraph

/// Demonstrations from runs that went well (BootstrapFewShot of DSPy, arXiv 2310.03714), and a random search over sets of
/// them.
///
/// The train examples on which the best values are right, with the output they gave, are what sets are drawn from; those
/// that were in sets that scored well are drawn more often. Works on `examples` parameters without asking any model.
public struct Bootstrap: Optimizer {
    public static let name = "bootstrap"
    public static let kinds: Set<ParameterKind> = [.examples]

    /// How sets are drawn.
    public struct Options: Sendable, Hashable, Codable {
        /// The most demonstrations of a set; a parameter's own limit counts if that is smaller.
        public var demonstrations: Int
        /// Train examples that are run to find demonstrations, a step.
        public var examples: Int
        /// Whether examples that no run was right about may be shown with what is expected.
        public var labelled: Bool

        public init(demonstrations: Int = 4, examples: Int = 16, labelled: Bool = true) {
            self.demonstrations = demonstrations
            self.examples = examples
            self.labelled = labelled
        }

        /// Reads the options that ``Bootstrap/options`` declares.
        ///
        /// - Throws: ``OptimizerError`` with code `badOption`.
        public init(_ options: Value) throws(OptimizerError) {
            let reader = try OptionReader(options, of: Bootstrap.self)
            self.init(
                demonstrations: try reader.integer("demonstrations"), examples: try reader.integer("examples"),
                labelled: try reader.flag("labelled"))
        }
    }

    /// ``Options-swift.struct`` as a workflow file writes them.
    public static let options: [OptimizerOption] = {
        let standard = Options()
        return [
            .integer(
                "demonstrations", 1...1000, standard: standard.demonstrations, "The most demonstrations of a set."),
            .integer(
                "examples", 1...100_000, standard: standard.examples,
                "How many train examples a step runs to find demonstrations, until all were run."),
            .flag(
                "labelled", standard: standard.labelled,
                "Whether examples that no run was right about may be shown, with what is expected."),
        ]
    }()

    public let options: Options
    var memory = BootstrapMemory()

    public init(options: Options = Options()) { self.options = options }

    /// - Throws: ``OptimizerError`` with code `badState` when the state is another optimizer's or unreadable.
    public init(_ options: Options, state: OptimizerState?) throws(OptimizerError) {
        self.options = options
        guard let state else { return }
        memory = try state.memory(of: Self.self) { BootstrapMemory($0) }
    }

    public var state: OptimizerState { OptimizerState(optimizer: Self.name, content: memory.recorded) }

    /// None: it draws.
    public func modelCalls(proposing siblings: Int) -> Int { 0 }

    public func workbenchRuns(train: Int) -> Int { max(0, min(options.examples, train - memory.place)) }

    public mutating func observe(_ trials: [Trial]) {
        for trial in trials {
            let evaluations = trial.validation.isEmpty ? trial.minibatch : trial.validation
            guard let mean = evaluations.meanScore else { continue }
            for (name, value) in trial.proposal.changes {
                for demonstration in value.list ?? [] { memory.note(demonstration, for: name, score: mean) }
            }
        }
    }

    /// New sets of demonstrations.
    ///
    /// - Throws: ``ModelError`` when it ends the run; `CancellationError`; what the context's objection throws.
    public mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
        let variables = context.parameters.definitions.filter { $0.kind == .examples }
        guard !variables.isEmpty else { return [] }
        try await gather(variables, context)
        guard !memory.found.isEmpty else {
            context.report(OptimizerNote(.remark, "no train example can be shown: none was right yet"))
            return []
        }
        var random = context.random.stream(Self.name)
        var proposals: [Proposal] = []
        for _ in 0..<max(1, context.siblings) {
            for _ in 0..<20 {
                let able = variables.filter { variable in memory.found.contains { $0.parameter == variable.name } }
                let variable = able[random.index(below: able.count)]
                let changes = [variable.name: Value.list(draw(for: variable, &random))]
                let values = context.parent.values.merging(changes) { _, new in new }
                guard !proposals.contains(where: { $0.changes == changes }),
                    !context.history.contains(where: { $0.candidate.values == values }),
                    let value = try await allowed(changes[variable.name], variable, context)
                else { continue }
                let count = value.list?.count ?? 0
                proposals.append(
                    Proposal(
                        changes: [variable.name: value],
                        rationale: "\(count) demonstration\(count == 1 ? "" : "s") from runs that went well",
                        intent: .diverge, parent: context.parent.id))
                break
            }
        }
        return proposals
    }

    private func allowed(
        _ value: Value?, _ variable: ParameterDefinition, _ context: ProposalContext
    ) async throws -> Value? {
        guard let value, let checked = try? variable.checked(value),
            try await context.objection(checked, variable) == nil
        else { return nil }
        return checked
    }

    /// Runs the next train examples and keeps what can be shown.
    private mutating func gather(_ variables: [ParameterDefinition], _ context: ProposalContext) async throws {
        let train = context.workbench.train
        let next = Array(train.dropFirst(memory.place).prefix(options.examples))
        memory.place += next.count
        let fresh = next.isEmpty ? [] : try await context.workbench.evaluate(context.parent.values, on: next)
        let runs = fresh + context.evaluations
        for evaluation in runs {
            for variable in variables {
                if Self.wentWell(evaluation, among: runs, context.scale) {
                    guard let shown = try await context.demonstration(of: evaluation, for: variable) else { continue }
                    memory.find(shown, for: variable.name, isBootstrapped: true)
                } else if options.labelled, let field = context.expectations?.field,
                    let expected = evaluation.example[field],
                    let shown = try await context.demonstration(of: evaluation, for: variable, output: expected)
                {
                    memory.find(shown, for: variable.name, isBootstrapped: false)
                }
            }
        }
    }

    /// Whether nothing could have been better; where the objective has no best value, as with judges and prices, whether it was
    /// no worse than the average.
    private static func wentWell(_ evaluation: Evaluation, among runs: [Evaluation], _ scale: ScoreScale) -> Bool {
        guard let score = evaluation.score, let result = evaluation.trace.result, result.kind != .failure else {
            return false
        }
        guard scale.top == nil else { return scale.isTop(score) }
        return !scale.isBottom(score) && score >= runs.meanScore ?? score
    }

    /// A set of random size, demonstrations that did well drawn more often.
    private func draw(for variable: ParameterDefinition, _ random: inout SeededGenerator) -> [Value] {
        var left = memory.found.filter { $0.parameter == variable.name }
        let most = min(options.demonstrations, variable.constraint.maximumCount ?? .max, left.count)
        var drawn: [Value] = []
        for _ in 0..<(1 + random.index(below: max(1, most))) where !left.isEmpty {
            guard let place = random.index(weightedBy: left.map(memory.weight)) else { break }
            drawn.append(left.remove(at: place).demonstration)
        }
        return drawn
    }
}
