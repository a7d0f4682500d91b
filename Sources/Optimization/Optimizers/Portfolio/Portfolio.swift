public import Evaluation
public import TraceGraph

/// Several methods on the same parameters, taking turns by what they bring per unit of budget (optimistic mirror descent,
/// Rakhlin and Sridharan 2013).
public struct Portfolio: Optimizer {
    public static let name = "portfolio"
    public static let kinds = Set(ParameterKind.allCases)

    /// Which methods, and how turns follow gains.
    public struct Options: Sendable, Hashable, Codable {
        /// The methods that take turns.
        public var methods: [MethodChoice]
        /// How fast turns follow gains.
        public var rate: Double
        /// The share of turns that go round evenly.
        public var exploration: Double

        public init(
            methods: [MethodChoice] = ["calm", "optoprime", "gepa", "opro"].map { MethodChoice($0) },
            rate: Double = 0.5, exploration: Double = 0.2
        ) {
            self.methods = methods
            self.rate = rate
            self.exploration = exploration
        }

        /// Reads the options that ``Portfolio/options`` declares.
        ///
        /// - Throws: ``OptimizerError`` with code `badOption`.
        public init(_ options: Value) throws(OptimizerError) {
            let reader = try OptionReader(options, of: Portfolio.self)
            self.init(
                methods: try reader.methods("methods"), rate: try reader.number("rate"),
                exploration: try reader.number("exploration"))
        }
    }

    /// ``Options-swift.struct`` as a workflow file writes them.
    public static let options: [OptimizerOption] = {
        let standard = Options()
        return [
            .methods(
                "methods", standard: standard.methods.map(\.name).joined(separator: ", "),
                "The methods that take turns, each with its defaults or with options of its own."),
            .number("rate", 0...100, standard: standard.rate, "How fast turns follow gains."),
            .number(
                "exploration", 0...1, standard: standard.exploration, "The share of turns that go round evenly."),
        ]
    }()

    public let options: Options
    private(set) var mix: MethodMix

    /// - Parameter registry: Where the methods come from.
    /// - Throws: ``OptimizerError``: `badOption` without methods or with itself among them, `unknownOptimizer`, or
    ///   `badState` when the state is another optimizer's or unreadable.
    public init(_ options: Options, registry: OptimizerRegistry, state: OptimizerState? = nil) throws {
        guard !options.methods.isEmpty else {
            throw OptimizerError(.badOption, "\(Self.name) needs at least one name in 'methods'")
        }
        if let own = options.methods.first(where: { [Self.name, Auto.name].contains($0.name) }) {
            throw OptimizerError(.badOption, "'\(own.name)' cannot be one of the 'methods' of \(Self.name)")
        }
        self.options = options
        let members = try options.methods.map { try MethodMix.Member($0, from: registry) }
        mix = MethodMix(
            members, rate: options.rate, exploration: options.exploration, paysForQuestions: true)
        guard let state else { return }
        guard state.optimizer == Self.name,
            try mix.restore(state.content, from: registry)
        else { throw OptimizerError(.badState, "this is not a state of \(Self.name)") }
    }

    public var state: OptimizerState { OptimizerState(optimizer: Self.name, content: mix.recorded) }

    public var trialRule: TrialRule { mix.current?.trialRule ?? .race }

    public func modelCalls(proposing siblings: Int) -> Int { mix.current?.modelCalls(proposing: siblings) ?? 0 }

    public func workbenchRuns(train: Int) -> Int { mix.current?.workbenchRuns(train: train) ?? 0 }

    public func outlook(for parameters: ParameterSpace, train: Int, siblings: Int) -> [StepOutlook] {
        mix.outlook(for: parameters, train: train, siblings: siblings)
    }

    public func parent(in pool: CandidatePool) -> Candidate.ID { mix.current?.parent(in: pool) ?? pool.best.id }

    /// The judgement of a method that has one, unless validation clearly speaks against it: the best of many tries looks better
    /// than it is.
    public func winner(in pool: CandidatePool) -> Candidate.ID? {
        let validated = pool.validated
        guard let best = validated.first(where: { $0.candidate.id == pool.best.id }) else { return nil }
        for member in mix.members {
            guard let id = member.optimizer.winner(in: pool),
                let chosen = validated.first(where: { $0.candidate.id == id })
            else { continue }
            let differences = Comparison(chosen.validation, against: best.validation).differences
            let error = differences.sample.standardError ?? 0
            if differences.mean >= -error { return id }
        }
        return nil
    }

    /// What its methods have to tell.
    public func report(on best: Candidate, from seed: Candidate, _ verdict: Verdict) -> [String] {
        mix.report(on: best, from: seed, verdict)
    }

    /// - Throws: What the method whose turn it is throws.
    public mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
        try await mix.propose(context)
    }

    public mutating func observe(_ trials: [Trial]) { mix.observe(trials) }
}
