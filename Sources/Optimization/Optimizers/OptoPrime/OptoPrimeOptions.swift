public import LanguageModels
public import TraceGraph

/// How OptoPrime asks.
public struct OptoPrimeOptions: Sendable, Hashable, Codable {
    /// The form of the answer.
    public enum Dialect: String, Sendable, Hashable, Codable, CaseIterable {
        /// JSON by schema, which every provider has; without the schema where an endpoint refuses it. A small model that is
        /// asked for code alone writes it between fences.
        case auto
        case json, tagged
    }

    /// The layout of the problem.
    public enum Layout: String, Sendable, Hashable, Codable, CaseIterable {
        /// Compact for models that run on this kind of machine (local, Ollama), full for the others.
        case auto
        case full, compact
    }

    /// The order of the calls of one step.
    public enum Siblings: String, Sendable, Hashable, Codable, CaseIterable {
        /// One after another; each is told what the earlier ones propose and has to differ.
        case inTurn = "in_turn"
        /// All at once, for speed; equal proposals count once.
        case together
    }

    /// How the model answers.
    public var dialect: Dialect
    /// How the problem is laid out.
    public var layout: Layout
    /// How the proposals of one step differ.
    public var siblings: Siblings
    /// Tokens of the problem, by ``TextTokens``.
    public var tokenBudget: Int
    /// Tokens of a reply. More are allowed where the values themselves are long; a reply that is cut all the same is
    /// counted and asked again with twice as many.
    public var maximumTokens: Int
    /// The temperatures of the first and the last sibling; the others lie between.
    public var temperatures: ClosedRange<Double>
    /// How many of the last tried values are shown, with their scores and what was said about them; as many of the best
    /// are shown besides. 0 for none.
    public var memory: Int

    public init(
        dialect: Dialect = .auto, layout: Layout = .auto, siblings: Siblings = .inTurn, tokenBudget: Int = 6000,
        maximumTokens: Int = 2048, temperatures: ClosedRange<Double> = 0.3...0.9, memory: Int = 5
    ) {
        self.dialect = dialect
        self.layout = layout
        self.siblings = siblings
        self.tokenBudget = tokenBudget
        self.maximumTokens = maximumTokens
        self.temperatures = temperatures
        self.memory = memory
    }

    /// Reads the options that ``OptoPrime/options`` declares.
    ///
    /// - Throws: ``OptimizerError`` with code `badOption`.
    public init(_ options: Value) throws(OptimizerError) {
        let reader = try OptionReader(options, of: OptoPrime.self)
        let low = try reader.number("temperature")
        self.init(
            dialect: try reader.choice("dialect"), layout: try reader.choice("layout"),
            siblings: try reader.choice("siblings"), tokenBudget: try reader.integer("token_budget"),
            maximumTokens: try reader.integer("max_tokens"),
            temperatures: low...(low + (try reader.number("temperature_spread"))),
            memory: try reader.integer("memory"))
    }

    /// The dialect that is asked for.
    func answerDialect(for variables: [ParameterDefinition], isSmall: Bool) -> AnswerDialect {
        switch dialect {
        case .auto: .fitting(variables, isSmall: isSmall)
        case .json: .json
        case .tagged: .tagged
        }
    }

    /// The layout for a model.
    public func problemLayout(for model: ModelName) -> ProblemRenderer.Layout {
        switch layout {
        case .auto: .fitting(model)
        case .full: .full
        case .compact: .compact
        }
    }

    /// Whether a question is about one variable at a time: small models mend one thing and spoil the others.
    func looksAtOneVariable(for model: ModelName) -> Bool { problemLayout(for: model) == .compact }

    /// How often one sibling may be asked for. A small model repeats a refused reply when it is shown it, so it is asked
    /// afresh instead, most often while nothing scores; the others are told once what was wrong.
    func questions(for model: ModelName, atTheBottom: Bool) -> Int {
        guard problemLayout(for: model) == .compact else { return 1 }
        return atTheBottom ? 4 : 2
    }

    /// The temperature of the `index`th of `count` siblings.
    func temperature(of index: Int, among count: Int) -> Double {
        guard count > 1 else { return temperatures.lowerBound }
        let share = Double(index) / Double(count - 1)
        let value = temperatures.lowerBound + (temperatures.upperBound - temperatures.lowerBound) * share
        return (value * 100).rounded() / 100
    }
}

extension OptoPrime {
    /// ``OptoPrimeOptions`` as a workflow file writes them.
    public static let options: [OptimizerOption] = {
        let standard = OptoPrimeOptions()
        let (low, high) = (standard.temperatures.lowerBound, standard.temperatures.upperBound)
        return [
            .choice(
                "dialect", standard: standard.dialect,
                "The form of the answers: JSON by schema (json), tags (tagged), or JSON but code between fences from models on "
                    + "this machine (auto)."),
            .choice(
                "layout", standard: standard.layout,
                "The layout of the problem: compact, full, or compact for models on this machine (auto)."),
            .choice(
                "siblings", standard: standard.siblings,
                "Whether a step asks for its proposals in turn, each told of the others, or all together."),
            .integer(
                "token_budget", 256...1_000_000, standard: standard.tokenBudget,
                "The most tokens of a problem, estimated."),
            .integer("max_tokens", 64...1_000_000, standard: standard.maximumTokens, "The most tokens of a reply."),
            .number("temperature", 0...2, standard: low, "The temperature of a step's first proposal."),
            .number(
                "temperature_spread", 0...2, standard: ((high - low) * 100).rounded() / 100,
                "How much higher the temperature of a step's last proposal is."),
            .integer(
                "memory", 0...100, standard: standard.memory,
                "How many of the last tried values are shown, and as many of the best."),
        ]
    }()
}
