import Evaluation
public import TraceGraph

/// Gives every kind of parameter to a method that fits it, and lets the methods take turns by what they bring.
///
/// Texts and code go to a method that reads traces: to `calm` where nodes on the way have feedback of their own, whose hints
/// it can count, else to `optoprime`. Numbers, choices and flags go to `bayesian` where there is one, else to `random`,
/// demonstrations to `bootstrap`.
public struct Auto: Optimizer {
    public static let name = "auto"
    public static let kinds = Set(ParameterKind.allCases)

    /// Which methods, where they are not left to it.
    public struct Options: Sendable, Hashable, Codable {
        /// For texts; `auto` to choose.
        public var texts: String
        /// For numbers, choices and flags; `auto` to choose.
        public var numbers: String

        public init(texts: String = "auto", numbers: String = "auto") {
            self.texts = texts
            self.numbers = numbers
        }

        /// Reads the options that ``Auto/options`` declares.
        ///
        /// - Throws: ``OptimizerError`` with code `badOption`.
        public init(_ options: Value) throws(OptimizerError) {
            let reader = try OptionReader(options, of: Auto.self)
            self.init(texts: try reader.text("texts"), numbers: try reader.text("numbers"))
        }
    }

    /// ``Options-swift.struct`` as a workflow file writes them.
    public static let options: [OptimizerOption] = {
        let standard = Options()
        return [
            .text(
                "texts", standard: standard.texts,
                "The method for texts and code; auto takes calm where inner nodes have feedback, else optoprime."),
            .text(
                "numbers", standard: standard.numbers,
                "The method for numbers, choices and flags; auto takes bayesian, or random where there is none."),
        ]
    }()

    public let options: Options
    private let registry: OptimizerRegistry
    private var mix: MethodMix?
    /// The methods, once chosen, by what they are given.
    private var chosen: [String] = []

    /// - Throws: ``OptimizerError``: `unknownOptimizer` for a method that does not exist, `badOption` for one that cannot be
    ///   part of another, `badState` when the state is another optimizer's or unreadable.
    public init(_ options: Options, registry: OptimizerRegistry, state: OptimizerState? = nil) throws {
        self.options = options
        self.registry = registry
        for name in [options.texts, options.numbers] where name != Self.name {
            guard name != Portfolio.name else {
                throw OptimizerError(.badOption, "'\(name)' cannot be one of the methods of \(Self.name)")
            }
            _ = try registry.optimizer(name)
        }
        guard let state else { return }
        guard state.optimizer == Self.name, let names = state.content["methods"]?.list else {
            throw OptimizerError(.badState, "this is not a state of \(Self.name)")
        }
        guard !names.isEmpty else { return }
        chosen = names.compactMap(\.text)
        var mix = MethodMix(try members(chosen), rate: 0.5, exploration: 0.3)
        guard try mix.restore(state.content["mix"] ?? .null, remaking: { try registry.optimizer($0.label, state: $1) })
        else { throw OptimizerError(.badState, "this is not a state of \(Self.name)") }
        self.mix = mix
    }

    public var state: OptimizerState {
        OptimizerState(
            optimizer: Self.name,
            content: ["methods": .list(chosen.map(Value.text)), "mix": mix?.recorded ?? .null])
    }

    /// A race until the first runs were seen, then that of the method whose turn it is.
    public var trialRule: TrialRule { mix?.current?.trialRule ?? .race }

    public func modelCalls(proposing siblings: Int) -> Int {
        mix?.current?.modelCalls(proposing: siblings) ?? 2 * siblings
    }

    public func workbenchRuns(train: Int) -> Int { mix?.current?.workbenchRuns(train: train) ?? 0 }

    public func parent(in pool: CandidatePool) -> Candidate.ID { mix?.current?.parent(in: pool) ?? pool.best.id }

    /// That of the only method; where several take turns, validation decides.
    public func winner(in pool: CandidatePool) -> Candidate.ID? {
        guard let mix, mix.members.count == 1 else { return nil }
        return mix.current?.winner(in: pool)
    }

    /// - Throws: ``OptimizerError`` when no method fits; what the method whose turn it is throws.
    public mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
        if mix == nil {
            chosen = methods(for: context)
            mix = MethodMix(try members(chosen), rate: 0.5, exploration: 0.3)
            context.report(OptimizerNote(.remark, "methods: \(chosen.joined(separator: ", "))"))
        }
        return try await mix?.propose(context) ?? []
    }

    public mutating func observe(_ trials: [Trial]) { mix?.observe(trials) }

    // MARK: The choice

    /// `method:kinds…`, one for each group of parameters that there is.
    private func methods(for context: ProposalContext) -> [String] {
        let kinds = Set(context.parameters.definitions.map(\.kind))
        var methods: [String] = []
        if !kinds.isDisjoint(with: Self.textual) {
            let isHinted = context.evaluations.contains { evaluation in
                evaluation.trace.feedback.contains { $0.output != evaluation.trace.result?.id && !$0.text.isEmpty }
            }
            let fitting = isHinted && kinds.contains(.text) ? Calm.name : OptoPrime.name
            methods.append(options.texts == Self.name ? fitting : options.texts)
        }
        if !kinds.isDisjoint(with: Self.numeric) {
            let fitting = registry.kinds(of: "bayesian") == nil ? RandomSearch.name : "bayesian"
            methods.append(options.numbers == Self.name ? fitting : options.numbers)
        }
        if kinds.contains(.examples) { methods.append(Bootstrap.name) }
        return methods
    }

    private static let textual: Set<ParameterKind> = [.text, .code]
    private static let numeric: Set<ParameterKind> = [.number, .integer, .choice, .flag]

    private func members(_ methods: [String]) throws -> [MethodMix.Member] {
        try methods.map { name in
            let able = registry.kinds(of: name) ?? []
            let group: Set<ParameterKind> =
                name == Bootstrap.name
                ? [.examples] : able.isDisjoint(with: Self.textual) || name == options.numbers ? Self.numeric : Self.textual
            return MethodMix.Member(
                label: name, optimizer: try registry.optimizer(name), kinds: group.intersection(able))
        }
    }
}
