import LanguageModels
public import TraceGraph

/// How PrefPO compares and rewrites.
public struct PrefPOOptions: Sendable, Hashable, Codable {
    /// Where preferences come from.
    public enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
        /// The text is part of a workflow that is run on train examples.
        case instruction
        /// The text is the whole task: nothing is read, and its outputs are what the workflow answers to it, time and again.
        case standalone
    }

    /// How outputs are held against each other.
    public enum Comparison: String, Sendable, Hashable, Codable, CaseIterable {
        /// Pointwise for models on this kind of machine, together for the others.
        case auto
        /// Both sides in one question, asked in both orders.
        case together
        /// Each output alone, by the log-probability of yes against no.
        case pointwise
    }

    /// Where preferences come from.
    public var mode: Mode
    /// Whether the judge is shown what was expected and what checkers noted. Without it no score is looked at anywhere, and
    /// preference alone ranks the texts.
    public var isLabelled: Bool
    /// What is compared.
    public var comparison: Comparison
    /// Examples, or generations, of each side of a duel.
    public var outputs: Int
    /// Whether only changes that the feedback asks for are allowed.
    public var isMinimal: Bool
    /// A longer text, by the length of the first one, is refused; 0 for any.
    public var longest: Double
    /// A text that repeats more of its runs of five words is refused.
    public var repetition: Double
    /// A text that keeps less of the first one, by its edit similarity, is refused; 0 for any.
    public var similarity: Double
    /// Whether a model is asked if a text sets stricter limits than the criteria, and such a text is refused.
    public var checksHacking: Bool
    /// Whether a model grades texts for readability, specification and maintainability.
    public var grades: Bool
    /// A text with less than so many of the 6 points of its grades is refused; 0 for any.
    public var leastGrade: Int
    /// How the model is asked.
    public var asking: AskingOptions

    public init(
        mode: Mode = .instruction, isLabelled: Bool = true, comparison: Comparison = .auto, outputs: Int = 4,
        isMinimal: Bool = false, longest: Double = 0, repetition: Double = 1, similarity: Double = 0,
        checksHacking: Bool = false, grades: Bool = false, leastGrade: Int = 0, asking: AskingOptions = AskingOptions()
    ) {
        self.mode = mode
        self.isLabelled = isLabelled
        self.comparison = comparison
        self.outputs = outputs
        self.isMinimal = isMinimal
        self.longest = longest
        self.repetition = repetition
        self.similarity = similarity
        self.checksHacking = checksHacking
        self.grades = grades
        self.leastGrade = leastGrade
        self.asking = asking
    }

    /// Reads the options that ``PrefPO/options`` declares.
    ///
    /// - Throws: ``OptimizerError`` with code `badOption`.
    public init(_ options: Value) throws(OptimizerError) {
        let reader = try OptionReader(options, of: PrefPO.self)
        self.init(
            mode: try reader.choice("mode"), isLabelled: try reader.flag("labelled"),
            comparison: try reader.choice("comparison"), outputs: try reader.integer("outputs"),
            isMinimal: try reader.flag("minimal"), longest: try reader.number("longest"),
            repetition: try reader.number("repetition"), similarity: try reader.number("similarity"),
            checksHacking: try reader.flag("hacking_check"), grades: try reader.flag("grades"),
            leastGrade: try reader.integer("least_grade"), asking: try AskingOptions(reader))
    }

    /// Whether texts are graded: that is asked for, or a least grade is.
    var isGraded: Bool { grades || leastGrade > 0 }

    /// Whether a text that was written may be refused for what it is.
    var mayRefuse: Bool { longest > 0 || repetition < 1 || similarity > 0 || checksHacking || leastGrade > 0 }

    func isPointwise(for model: ModelName) -> Bool {
        switch comparison {
        case .auto: ProblemRenderer.Layout.fitting(model) == .compact
        case .together: false
        case .pointwise: true
        }
    }
}

extension PrefPO {
    /// ``PrefPOOptions`` as a workflow file writes them.
    public static let options: [OptimizerOption] = {
        let standard = PrefPOOptions()
        return [
            .choice(
                "mode", standard: standard.mode,
                "Whether texts are part of a workflow run on examples, or are the whole task of one that reads no inputs."
            ),
            .flag(
                "labelled", standard: standard.isLabelled,
                "Whether the judge sees what was expected; if not, preference alone decides and no score is used."),
            .choice(
                "comparison", standard: standard.comparison,
                "Both sides in one question in both orders, each output alone, or what suits the model (auto)."),
            .integer(
                "outputs", 1...1000, standard: standard.outputs, "How many outputs of each side a duel looks at."),
            .flag(
                "minimal", standard: standard.isMinimal, "Whether only changes that the feedback asks for are made."),
            .number(
                "longest", 0...1000, standard: standard.longest,
                "The longest text, by the length of the first one; 0 for any."),
            .number(
                "repetition", 0...1, standard: standard.repetition,
                "The largest share of runs of five words that a text may repeat."),
            .number(
                "similarity", 0...1, standard: standard.similarity,
                "The least edit similarity of a text to the first one; 0 for any."),
            .flag(
                "hacking_check", standard: standard.checksHacking,
                "Whether texts with stricter limits than the criteria are refused, as far as a model finds them."),
            .flag(
                "grades", standard: standard.grades,
                "Whether texts are graded for readability, specification and maintainability, 2 points each."),
            .integer(
                "least_grade", 0...6, standard: standard.leastGrade,
                "The fewest points of these grades that a text may have; 0 for any."),
        ] + standard.asking.declared
    }()
}
