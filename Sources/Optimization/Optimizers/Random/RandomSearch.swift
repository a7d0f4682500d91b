import Evaluation
public import TraceGraph

/// Tries values at random, without any model: the baseline that every method has to beat, and a way to set
/// hyperparameters.
///
/// `refine` moves one parameter to a near value, `diverge` draws several anew from their whole range.
public struct RandomSearch: Optimizer {
    public static let name = "random"
    /// None: it draws.
    public func modelCalls(proposing siblings: Int) -> Int { 0 }

    public static let kinds: Set<ParameterKind> = [.number, .integer, .choice, .flag, .examples]

    /// How far it goes.
    public struct Options: Sendable, Hashable, Codable {
        /// The standard deviation of a near step, as a share of the range.
        public var step: Double
        /// The share of proposals that stay near.
        public var near: Double

        public init(step: Double = 0.1, near: Double = 0.5) {
            self.step = step
            self.near = near
        }

        /// Reads the options that ``RandomSearch/options`` declares.
        ///
        /// - Throws: ``OptimizerError`` with code `badOption`.
        public init(_ options: Value) throws(OptimizerError) {
            let reader = try OptionReader(options, of: RandomSearch.self)
            self.init(step: try reader.number("step"), near: try reader.number("near"))
        }
    }

    /// ``Options-swift.struct`` as a workflow file writes them.
    public static let options: [OptimizerOption] = [
        .number(
            "step", 0.0001...1, standard: Options().step,
            "The standard deviation of a near step, as a share of the parameter's range."),
        .number("near", 0...1, standard: Options().near, "The share of proposals that stay near the best values."),
    ]

    public let options: Options
    /// Train examples seen so far, from which demonstrations are drawn, by id.
    private var pool: [String: Value] = [:]
    private static let attempts = 50
    private static let capacity = 500

    public init(options: Options = Options()) { self.options = options }

    /// - Throws: ``OptimizerError`` with code `badState` when the state is another optimizer's or unreadable.
    public init(_ options: Options, state: OptimizerState?) throws(OptimizerError) {
        self.options = options
        guard let state else { return }
        guard state.optimizer == Self.name, let pool = state.content["pool"]?.object else {
            throw OptimizerError(.badState, "this is not a state of \(Self.name)")
        }
        for (id, fields) in pool { self.pool[id] = fields }
    }

    public var state: OptimizerState {
        OptimizerState(
            optimizer: Self.name,
            content: ["pool": .object(Fields(pool.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))])
    }

    public mutating func observe(_ trials: [Trial]) {}

    /// As many new assignments as wanted; fewer, with a note, when no new ones are found.
    ///
    /// - Throws: What the context's objection throws.
    public mutating func propose(_ context: ProposalContext) async throws -> [Proposal] {
        for evaluation in context.evaluations where pool.count < Self.capacity {
            pool[evaluation.example.id] = .object(evaluation.example.fields)
        }
        let examples = pool.sorted { $0.key < $1.key }.map(\.value)
        let variables = context.parameters.definitions.filter {
            Self.kinds.contains($0.kind) && !($0.kind == .examples && examples.isEmpty)
        }
        guard !variables.isEmpty else {
            context.report(OptimizerNote(.remark, "no parameter can be changed without a model"))
            return []
        }
        var random = context.random.stream(Self.name)
        var sampler = RandomSampler(options: options, examples: examples)
        var tried = Set(context.history.map { Self.assignment($0.candidate.values, context.parameters) })
        tried.insert(Self.assignment(context.parent.values, context.parameters))
        var proposals: [Proposal] = []
        for _ in 0..<context.siblings {
            let intent: Proposal.Intent = random.chance(options.near) ? .refine : .diverge
            for _ in 0..<Self.attempts {
                let changes = sampler.changes(intent, of: variables, from: context.parent, &random)
                let values = context.parent.values.merging(changes) { _, new in new }
                guard !changes.isEmpty, tried.insert(Self.assignment(values, context.parameters)).inserted,
                    try await Self.isAllowed(changes, context)
                else { continue }
                let names = changes.keys.sorted().joined(separator: ", ")
                proposals.append(
                    Proposal(
                        changes: changes, rationale: "a random \(intent == .refine ? "step" : "draw") of \(names)",
                        intent: intent, parent: context.parent.id))
                break
            }
        }
        if proposals.count < context.siblings {
            context.report(
                OptimizerNote(.remark, "only \(proposals.count) of \(context.siblings) draws were new assignments"))
        }
        return proposals
    }

    private static func assignment(_ values: [String: Value], _ parameters: ParameterSpace) -> [Value] {
        parameters.definitions.map { values[$0.name] ?? $0.initial }
    }

    private static func isAllowed(_ changes: [String: Value], _ context: ProposalContext) async throws -> Bool {
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            guard let definition = context.parameters[name] else { return false }
            if try await context.objection(value, definition) != nil { return false }
        }
        return true
    }
}
