public import Evaluation
public import TraceGraph

/// Gives every kind of parameter to a method that fits it, and lets the methods take turns by what they bring.
///
/// Texts and code go to a method that reads traces: to `calm` where nodes on the way have feedback of their own, whose hints
/// it can count, else to `optoprime`. Numbers, choices and flags go to `bayesian` where there is one, else to `random`,
/// demonstrations to `bootstrap`. Kinds that a chosen method cannot change go to the method they would have without a choice.
public struct Auto: Optimizer {
    public static let name = "auto"
    public static let kinds = Set(ParameterKind.allCases)

    /// Which methods, where they are not left to it.
    public struct Options: Sendable, Hashable, Codable {
        /// For texts and code; nil to choose.
        public var texts: MethodChoice?
        /// For numbers, choices and flags; nil to choose.
        public var numbers: MethodChoice?
        /// For demonstrations; nil to choose.
        public var demonstrations: MethodChoice?

        public init(
            texts: MethodChoice? = nil, numbers: MethodChoice? = nil, demonstrations: MethodChoice? = nil
        ) {
            self.texts = texts
            self.numbers = numbers
            self.demonstrations = demonstrations
        }

        /// Reads the options that ``Auto/options`` declares.
        ///
        /// - Throws: ``OptimizerError`` with code `badOption`.
        public init(_ options: Value) throws(OptimizerError) {
            let reader = try OptionReader(options, of: Auto.self)
            self.init(
                texts: try Self.choice("texts", reader), numbers: try Self.choice("numbers", reader),
                demonstrations: try Self.choice("demonstrations", reader))
        }

        private static func choice(_ name: String, _ reader: OptionReader) throws(OptimizerError) -> MethodChoice? {
            try reader.methods(name).first { $0.name != Auto.name }
        }
    }

    /// ``Options-swift.struct`` as a workflow file writes them.
    public static let options: [OptimizerOption] = [
        .methods(
            "texts", atMost: 1, standard: name,
            "The method for texts and code; auto takes calm where inner nodes have feedback, else optoprime."),
        .methods(
            "numbers", atMost: 1, standard: name,
            "The method for numbers, choices and flags; auto takes bayesian, or random where there is none."),
        .methods("demonstrations", atMost: 1, standard: name, "The method for demonstrations; auto takes bootstrap."),
    ]

    public let options: Options
    private let registry: OptimizerRegistry
    private(set) var mix: MethodMix?
    /// The methods, once chosen, by what they are given.
    private var chosen: [String] = []

    /// - Throws: ``OptimizerError``: `unknownOptimizer` for a method that does not exist, `badOption` for one that cannot be
    ///   part of another, `badState` when the state is another optimizer's or unreadable.
    public init(_ options: Options, registry: OptimizerRegistry, state: OptimizerState? = nil) throws {
        self.options = options
        self.registry = registry
        for group in Group.allCases {
            guard let choice = choice(for: group) else { continue }
            guard choice.name != Portfolio.name else {
                throw OptimizerError(.badOption, "'\(choice.name)' cannot be one of the methods of \(Self.name)")
            }
            _ = try registry.optimizer(choice.name, options: choice.options)
            let able = registry.kinds(of: choice.name) ?? []
            guard !able.isDisjoint(with: group.kinds) else {
                throw OptimizerError(
                    .badOption,
                    "'\(choice.name)' cannot be the method for '\(group.rawValue)': it changes "
                        + "\(able.map(\.rawValue).sorted().joined(separator: ", ")) alone")
            }
        }
        guard let state else { return }
        guard state.optimizer == Self.name, let names = state.content["methods"]?.list else {
            throw OptimizerError(.badState, "this is not a state of \(Self.name)")
        }
        guard !names.isEmpty else { return }
        chosen = names.compactMap(\.text)
        var mix = MethodMix(try members(chosen), rate: 0.5, exploration: 0.3)
        guard try mix.restore(state.content["mix"] ?? .null, from: registry)
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

    /// Those of the methods chosen, or, before the first runs tell which ones fit, of all that may be.
    public func outlook(for parameters: ParameterSpace, train: Int, siblings: Int) -> [StepOutlook] {
        do {
            if let mix { return mix.outlook(for: parameters, train: train, siblings: siblings) }
            let plain = methods(for: parameters, hinted: false)
            let hinted = methods(for: parameters, hinted: true).filter { !plain.contains($0) }
            func outlook(_ methods: [String]) throws -> [StepOutlook] {
                MethodMix(try members(methods), rate: 0.5, exploration: 0.3)
                    .outlook(for: parameters, train: train, siblings: siblings)
            }
            return try outlook(plain)
                + outlook(hinted).map { turn in
                    var turn = turn
                    turn.needsHints = true
                    return turn
                }
        } catch {
            // A method that cannot be made is told by the first step; until then nothing is known but how that is tried.
            return [StepOutlook(trialRule: trialRule, modelCalls: modelCalls(proposing: siblings), workbenchRuns: 0)]
        }
    }

    public func parent(in pool: CandidatePool) -> Candidate.ID { mix?.current?.parent(in: pool) ?? pool.best.id }

    /// That of the only method; where several take turns, validation decides.
    public func winner(in pool: CandidatePool) -> Candidate.ID? {
        guard let mix, mix.members.count == 1 else { return nil }
        return mix.current?.winner(in: pool)
    }

    /// What its methods have to tell.
    public func report(on best: Candidate, from seed: Candidate, _ verdict: Verdict) -> [String] {
        mix?.report(on: best, from: seed, verdict) ?? []
    }

    /// - Throws: ``OptimizerError`` when no method fits; what the method whose turn it is throws.
    public mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
        if mix == nil {
            let isHinted = context.evaluations.contains { evaluation in
                evaluation.trace.feedback.contains { $0.output != evaluation.trace.result?.id && !$0.text.isEmpty }
            }
            chosen = methods(for: context.parameters, hinted: isHinted)
            mix = MethodMix(try members(chosen), rate: 0.5, exploration: 0.3)
            let told = chosen.map { $0.split(separator: ":").reversed().map { String($0).trimmed } }
            context.report(
                OptimizerNote(
                    .remark, "methods: " + told.map { $0.joined(separator: " for ") }.joined(separator: ", ")))
        }
        return try await mix?.propose(context) ?? []
    }

    public mutating func observe(_ trials: [Trial]) { mix?.observe(trials) }

    // MARK: The choice

    /// `group: method`, one for each group of parameters that there is, and `kind: method` for kinds of a group that its
    /// method cannot change.
    ///
    /// - Parameter hinted: Whether nodes on the way have feedback of their own.
    private func methods(for parameters: ParameterSpace, hinted: Bool) -> [String] {
        let kinds = Set(parameters.definitions.map(\.kind))
        return Group.allCases.flatMap { group -> [String] in
            let own = kinds.intersection(group.kinds)
            guard !own.isEmpty else { return [] }
            let name = choice(for: group)?.name ?? fitting(group, hinted: hinted && kinds.contains(.text))
            let left = own.subtracting(registry.kinds(of: name) ?? group.kinds)
            let others = left.map { "\($0.rawValue): \(fitting(group, hinted: false))" }.sorted()
            return (left == own ? [] : ["\(group.rawValue): \(name)"]) + others
        }
    }

    private func fitting(_ group: Group, hinted: Bool) -> String {
        switch group {
        case .texts: hinted ? Calm.name : OptoPrime.name
        case .numbers: registry.kinds(of: "bayesian") == nil ? RandomSearch.name : "bayesian"
        case .demonstrations: Bootstrap.name
        }
    }

    private func choice(for group: Group) -> MethodChoice? {
        switch group {
        case .texts: options.texts
        case .numbers: options.numbers
        case .demonstrations: options.demonstrations
        }
    }

    /// What one method is given.
    private enum Group: String, CaseIterable {
        case texts, numbers, demonstrations

        var kinds: Set<ParameterKind> {
            switch self {
            case .texts: [.text, .code]
            case .numbers: [.number, .integer, .choice, .flag]
            case .demonstrations: [.examples]
            }
        }
    }

    private func members(_ methods: [String]) throws -> [MethodMix.Member] {
        try methods.map { method in
            let parts = method.split(separator: ":").map { String($0).trimmed }
            guard parts.count == 2 else { throw unknown(method) }
            guard let group = Group(rawValue: parts[0]) else {
                guard let kind = ParameterKind(rawValue: parts[0]) else { throw unknown(method) }
                return try MethodMix.Member(MethodChoice(parts[1]), kinds: [kind], from: registry)
            }
            let chosen = choice(for: group).flatMap { $0.name == parts[1] ? $0 : nil }
            // Runs that hints repaired are demonstrations too.
            let kinds = parts[1] == Calm.name ? group.kinds.union([.examples]) : group.kinds
            return try MethodMix.Member(chosen ?? MethodChoice(parts[1]), kinds: kinds, from: registry)
        }
    }

    private func unknown(_ method: String) -> OptimizerError {
        OptimizerError(.badState, "'\(method)' is no method of \(Self.name)")
    }
}
