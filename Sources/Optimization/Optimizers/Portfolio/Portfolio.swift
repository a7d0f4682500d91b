import Evaluation
public import TraceGraph

/// Several methods on the same parameters, taking turns by what they bring per unit of budget (optimistic mirror descent,
/// Rakhlin and Sridharan 2013).
public struct Portfolio: Optimizer {
    public static let name = "portfolio"
    public static let kinds = Set(ParameterKind.allCases)

    /// Which methods, and how turns follow gains.
    public struct Options: Sendable, Hashable, Codable {
        /// Names, separated by commas.
        public var methods: [String]
        /// How fast turns follow gains.
        public var rate: Double
        /// The share of turns that go round evenly.
        public var exploration: Double

        public init(
            methods: [String] = ["optoprime", "gepa", "opro"], rate: Double = 0.5, exploration: Double = 0.2
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
            let names = try reader.text("methods").split(separator: ",").map { String($0).trimmed }
            self.init(
                methods: names.filter { !$0.isEmpty }, rate: try reader.number("rate"),
                exploration: try reader.number("exploration"))
        }
    }

    /// ``Options-swift.struct`` as a workflow file writes them.
    public static let options: [OptimizerOption] = {
        let standard = Options()
        return [
            .text(
                "methods", standard: standard.methods.joined(separator: ", "),
                "The methods that take turns, separated by commas; each has its defaults."),
            .number("rate", 0...100, standard: standard.rate, "How fast turns follow gains."),
            .number(
                "exploration", 0...1, standard: standard.exploration, "The share of turns that go round evenly."),
        ]
    }()

    public let options: Options
    private var mix: MethodMix

    /// - Parameter registry: Where the methods come from.
    /// - Throws: ``OptimizerError``: `badOption` without methods or with itself among them, `unknownOptimizer`, or
    ///   `badState` when the state is another optimizer's or unreadable.
    public init(_ options: Options, registry: OptimizerRegistry, state: OptimizerState? = nil) throws {
        guard !options.methods.isEmpty else {
            throw OptimizerError(.badOption, "\(Self.name) needs at least one name in 'methods'")
        }
        if let own = options.methods.first(where: { [Self.name, Auto.name].contains($0) }) {
            throw OptimizerError(.badOption, "'\(own)' cannot be one of the 'methods' of \(Self.name)")
        }
        self.options = options
        let members = try options.methods.map { name in
            MethodMix.Member(
                label: name, optimizer: try registry.optimizer(name), kinds: registry.kinds(of: name) ?? [])
        }
        mix = MethodMix(members, rate: options.rate, exploration: options.exploration)
        guard let state else { return }
        guard state.optimizer == Self.name,
            try mix.restore(state.content, remaking: { try registry.optimizer($0.label, state: $1) })
        else { throw OptimizerError(.badState, "this is not a state of \(Self.name)") }
    }

    public var state: OptimizerState { OptimizerState(optimizer: Self.name, content: mix.recorded) }

    public var trialRule: TrialRule { mix.current?.trialRule ?? .race }

    public func modelCalls(proposing siblings: Int) -> Int { mix.current?.modelCalls(proposing: siblings) ?? 0 }

    public func workbenchRuns(train: Int) -> Int { mix.current?.workbenchRuns(train: train) ?? 0 }

    public func parent(in pool: CandidatePool) -> Candidate.ID { mix.current?.parent(in: pool) ?? pool.best.id }

    /// - Throws: What the method whose turn it is throws.
    public mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
        try await mix.propose(context)
    }

    public mutating func observe(_ trials: [Trial]) { mix.observe(trials) }
}
