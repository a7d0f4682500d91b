import Evaluation
public import TraceGraph

/// Treats assignments of numbers, choices and flags as the arms of a bandit and pulls them one train example at a time,
/// so that bad ones cost a few examples instead of a whole split. The arm that does best goes on to validation.
///
/// Tsallis-INF where nothing is known of the examples; LinUCB where fields of theirs are named as features. Asks no model.
public struct BanditSearch: Optimizer {
    public static let name = "bandit"
    public static let kinds: Set<ParameterKind> = [.number, .integer, .choice, .flag]

    /// How it goes about it.
    public struct Options: Sendable, Hashable, Codable {
        /// The most assignments.
        public var arms = 24
        /// Examples a step.
        public var pulls = 24
        /// Fields of the examples that hold numbers; texts count with their length.
        public var features: [String] = []
        /// Standard errors added to what an arm is expected to bring; with features.
        public var optimism = 1.0

        public init() {}

        /// Reads the options that ``BanditSearch/options`` declares.
        ///
        /// - Throws: ``OptimizerError`` with code `badOption`.
        public init(_ options: Value) throws(OptimizerError) {
            let reader = try OptionReader(options, of: BanditSearch.self)
            arms = try reader.integer("arms")
            pulls = try reader.integer("pulls")
            features = try reader.text("features").split { $0 == "," || $0.isWhitespace }.map(String.init)
            optimism = try reader.number("optimism")
        }
    }

    /// ``Options-swift.struct`` as a workflow file writes them.
    public static let options: [OptimizerOption] = [
        .integer("arms", 2...500, standard: Options().arms, "The most assignments that are tried."),
        .integer("pulls", 1...10_000, standard: Options().pulls, "Train examples run a step, one arm each."),
        .text(
            "features", standard: "",
            "Fields of the examples to choose arms by, with commas between; texts count with their length."),
        .number(
            "optimism", 0...100, standard: Options().optimism,
            "Standard errors added to what an arm is expected to bring, with features."),
    ]

    /// The whole validation split: what it proposes has shown itself on train examples.
    public var trialRule: TrialRule { .whole }
    /// None: it draws.
    public func modelCalls(proposing siblings: Int) -> Int { 0 }
    /// Each pull is a run at the most.
    public func workbenchRuns(train: Int) -> Int { train == 0 ? 0 : options.pulls }

    public let options: Options
    var play: BanditPlay?

    public init(options: Options = Options()) { self.options = options }

    /// - Throws: ``OptimizerError`` with code `badState` when the state is another optimizer's or unreadable.
    public init(_ options: Options, state: OptimizerState?) throws(OptimizerError) {
        self.options = options
        guard let state else { return }
        guard state.optimizer == Self.name else {
            throw OptimizerError(.badState, "this is not a state of \(Self.name)")
        }
        if state.content.isNull { return }
        guard let play = BanditPlay(recorded: state.content) else {
            throw OptimizerError(.badState, "this is not a state of \(Self.name)")
        }
        self.play = play
    }

    public var state: OptimizerState { OptimizerState(optimizer: Self.name, content: play?.recorded ?? .null) }

    public mutating func observe(_ trials: [Trial]) {}

    /// The arms that did best on the examples so far and were not tried yet.
    ///
    /// - Throws: What the workbench throws.
    public mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
        var random = context.random.stream(Self.name)
        if play == nil, let lacking = lackingFeatures(context.workbench.train) {
            context.report(OptimizerNote(.remark, lacking))
        }
        var play: BanditPlay
        if let known = self.play {
            play = known
        } else {
            play = BanditPlay(arms: try await Self.arms(context, most: options.arms, &random))
        }
        guard play.arms.count > 1, !context.workbench.train.isEmpty else {
            context.report(OptimizerNote(.remark, "there is nothing to choose between"))
            return []
        }
        try await pull(&play, context, &random)
        self.play = play
        let tried = Set(context.history.map { Self.assignment($0.candidate.values, play, context) })
        let contenders = play.contenders(context.scale).filter { !tried.contains(play.arms[$0]) }
        if let remark = play.remark(options) { context.report(OptimizerNote(.remark, remark)) }
        if contenders.isEmpty {
            context.report(
                OptimizerNote(
                    .remark, "none of the \(play.arms.count) assignments may be better than those tried already"))
        }
        return contenders.prefix(context.siblings).map { arm in
            let changes = play.arms[arm].filter { name, value in
                value != context.parent[name] ?? context.parameters[name]?.initial
            }
            let mean = ValueText.number((play.means[arm] * 1000).rounded() / 1000)
            return Proposal(
                changes: changes, rationale: "\(mean) on \(play.counts[arm]) train examples", intent: .refine,
                parent: context.parent.id)
        }.filter { !$0.changes.isEmpty }
    }

    private func pull(
        _ play: inout BanditPlay, _ context: ProposalContext, _ random: inout SeededGenerator
    ) async throws {
        let train = context.workbench.train
        // As many arms as there are examples are drawn before any result is in: they run side by side.
        let round = max(1, options.pulls / 4)
        var left = options.pulls
        while left > 0 {
            var drawn: [BanditPlay.Pull] = []
            var model = options.features.isEmpty ? nil : play.linear(options)
            for _ in 0..<min(round, left) {
                guard let example = random.pick(from: train) else { return }
                let pull = play.draw(for: example, options, using: model, &random)
                // What is under way will be known: without this, alike examples would all pull the same arm.
                model?.believe(pull.arm, pull.features)
                drawn.append(pull)
            }
            left -= drawn.count
            for arm in Set(drawn.map(\.arm)).sorted() {
                let pulls = drawn.filter { $0.arm == arm }
                let values = context.parent.values.merging(play.arms[arm]) { _, new in new }
                var examples: [Example] = []
                for pull in pulls where !examples.contains(where: { $0.id == pull.example.id }) {
                    examples.append(pull.example)
                }
                let found = try await context.workbench.evaluate(values, on: examples)
                for pull in pulls {
                    let score = found.first { $0.example.id == pull.example.id }?.score
                    play.learn(pull, score: score, context.scale, options)
                }
            }
        }
    }

    /// What is wrong with the fields that were named as features; nil for nothing.
    private func lackingFeatures(_ train: [Example]) -> String? {
        let lacking = options.features.filter { field in !train.contains { $0[field] != nil } }
        guard !lacking.isEmpty, let example = train.first else { return nil }
        return "no train example has a field \(lacking.joined(separator: ", ")), so that it says nothing; there are "
            + example.fields.names.joined(separator: ", ")
    }

    /// The present assignment first, then those spread over the space; all there are where they are few enough.
    ///
    /// - Throws: What the context's objection throws.
    static func arms(
        _ context: ProposalContext, most: Int, _ random: inout SeededGenerator
    ) async throws -> [[String: Value]] {
        let space = SearchSpace(
            try await context.runnable(context.parameters.definitions.filter { kinds.contains($0.kind) }))
        guard !space.isEmpty else { return [] }
        let present = Dictionary(
            uniqueKeysWithValues: space.names.map { name in
                (name, context.parent[name] ?? context.parameters[name]?.initial ?? .null)
            })
        let points = space.count(upTo: most) != nil ? space.allPoints : space.design(most - 1, &random)
        var arms = [present]
        for point in points {
            let values = space.values(at: point)
            if !arms.contains(values) { arms.append(values) }
        }
        return Array(arms.prefix(most))
    }

    private static func assignment(
        _ values: [String: Value], _ play: BanditPlay, _ context: ProposalContext
    ) -> [String: Value] {
        Dictionary(
            uniqueKeysWithValues: (play.arms.first ?? [:]).keys.map { name in
                (name, values[name] ?? context.parameters[name]?.initial ?? .null)
            })
    }
}
