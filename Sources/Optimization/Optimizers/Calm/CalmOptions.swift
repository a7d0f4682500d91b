public import TraceGraph

/// How CALM looks for flaws and what it takes for a rule.
public struct CalmOptions: Sendable, Hashable, Codable {
    /// Train examples a step looks at besides the validation split.
    public var examples: Int
    /// The most failing examples of a step whose flaw a model is asked for; those with hints on their nodes need no model.
    public var repairs: Int
    /// The most hints tried on one example.
    public var interventions: Int
    /// Runs with a hint, and as many without it; 0 to take hints as they come.
    public var replays: Int
    /// Whether a run that hints made right is kept only when no flaw is found on its way; where it has no step that its score
    /// does not see, nobody is asked.
    public var flawless: Bool
    /// The longest hint, in tokens.
    public var hintTokens: Int
    /// The expected number of rules that recur by chance alone, over a whole run.
    public var falseRules: Double
    /// The level at which hints that were tried have to have helped more often than hurt before they become a rule, spent
    /// over all looks; 1 to go by how often they come alone.
    public var ruleAlpha: Double
    /// Whether each rule is tried by itself and has to be better on the validation split, ``ruleAlpha`` spent over the rules.
    public var gatesRules: Bool
    /// Whether rules are dropped again when nothing is lost.
    public var eliminates: Bool
    /// How the model is asked.
    public var asking: AskingOptions

    /// The standard values where nothing else is said.
    public init(
        examples: Int = 50, repairs: Int = 6, interventions: Int = 5, replays: Int = 1,
        flawless: Bool = true, hintTokens: Int = 40, falseRules: Double = 0.2, ruleAlpha: Double = 0.25,
        gatesRules: Bool = false, eliminates: Bool = true,
        asking: AskingOptions = AskingOptions(temperature: 0.3)
    ) {
        self.examples = examples
        self.repairs = repairs
        self.interventions = interventions
        self.replays = replays
        self.flawless = flawless
        self.hintTokens = hintTokens
        self.falseRules = falseRules
        self.ruleAlpha = ruleAlpha
        self.gatesRules = gatesRules
        self.eliminates = eliminates
        self.asking = asking
    }

    /// Reads the options that ``Calm/options`` declares.
    ///
    /// - Throws: ``OptimizerError`` with code `badOption`.
    public init(_ options: Value) throws(OptimizerError) {
        let reader = try OptionReader(options, of: Calm.self)
        self.init(
            examples: try reader.integer("examples"), repairs: try reader.integer("repairs"),
            interventions: try reader.integer("interventions"), replays: try reader.integer("replays"),
            flawless: try reader.flag("flawless"), hintTokens: try reader.integer("hint_tokens"),
            falseRules: try reader.number("false_rules"),
            ruleAlpha: try reader.number("rule_alpha"), gatesRules: try reader.flag("gate_rules"),
            eliminates: try reader.flag("eliminate"), asking: try AskingOptions(reader))
    }
}

extension Calm {
    /// ``CalmOptions`` as a workflow file writes them.
    public static let options: [OptimizerOption] = {
        let standard = CalmOptions()
        return [
            .integer(
                "examples", 1...100_000, standard: standard.examples,
                "How many train examples a step looks at besides the validation split."),
            .integer(
                "repairs", 0...1000, standard: standard.repairs,
                "The most failing examples of a step whose flaw a model is asked for."),
            .integer("interventions", 1...20, standard: standard.interventions, "The most hints tried on one example."),
            .integer(
                "replays", 0...20, standard: standard.replays,
                "How many runs with a hint are held against as many without it; 0 takes hints as they come."),
            .flag(
                "flawless", standard: standard.flawless,
                "Whether a run that hints made right is kept only when the model finds no flaw on its way."),
            .integer("hint_tokens", 4...400, standard: standard.hintTokens, "The longest hint, in tokens."),
            .number(
                "false_rules", 0.0001...10, standard: standard.falseRules,
                "How many rules may be expected to recur by chance alone, over a whole run."),
            .number(
                "rule_alpha", 0.0001...1, standard: standard.ruleAlpha,
                "The level at which hints that were tried must have helped more often than hurt, spent over all looks."),
            .flag(
                "gate_rules", standard: standard.gatesRules,
                "Whether each rule by itself must be better on validation, rule_alpha spent over the rules."),
            .flag(
                "eliminate", standard: standard.eliminates,
                "Whether rules are taken out again, one at a time, when nothing is lost."),
        ] + standard.asking.declared
    }()
}
