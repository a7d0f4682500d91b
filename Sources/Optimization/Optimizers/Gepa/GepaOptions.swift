public import TraceGraph

/// How GEPA searches.
public struct GepaOptions: Sendable, Hashable, Codable {
    /// What candidates are held against each other by.
    public enum Front: String, Sendable, Hashable, Codable, CaseIterable {
        /// Every validation example: whoever is best on one is on the front.
        case instance
        /// Every metric: whoever has the best mean of one is on the front.
        case objective
        case both
    }

    /// Which of several texts a reflection rewrites.
    public enum Components: String, Sendable, Hashable, Codable, CaseIterable {
        /// One by ``bandit`` for models on this kind of machine, all for the others.
        case auto
        /// One in turn.
        case one
        case all
        /// The one whose rewrites have gained most so far, or that was rewritten too seldom to tell (``AncestorBandit``).
        case bandit
    }

    /// What candidates have to be best at to stay.
    public var front: Front
    /// Which parameters a step changes.
    public var components: Components
    /// Train examples that a reflection looks at.
    public var minibatch: Int
    /// The most train examples that parent and child are compared on before the child is run on validation.
    public var trialExamples: Int
    /// The most merges of a run; 0 for none.
    public var merges: Int
    /// Rejected values shown to the next reflection on the same parameter.
    public var memory: Int
    /// How the model is asked.
    public var asking: AskingOptions

    public init(
        front: Front = .both, components: Components = .auto, minibatch: Int = 3, trialExamples: Int = 8,
        merges: Int = 5, memory: Int = 4,
        asking: AskingOptions = AskingOptions()
    ) {
        self.front = front
        self.components = components
        self.minibatch = minibatch
        self.trialExamples = trialExamples
        self.merges = merges
        self.memory = memory
        self.asking = asking
    }

    /// Reads the options that ``Gepa/options`` declares.
    ///
    /// - Throws: ``OptimizerError`` with code `badOption`.
    public init(_ options: Value) throws(OptimizerError) {
        let reader = try OptionReader(options, of: Gepa.self)
        self.init(
            front: try reader.choice("front"), components: try reader.choice("components"),
            minibatch: try reader.integer("minibatch"),
            trialExamples: try reader.integer("trial_examples"), merges: try reader.integer("merges"),
            memory: try reader.integer("memory"), asking: try AskingOptions(reader))
    }
}

extension Gepa {
    /// ``GepaOptions`` as a workflow file writes them.
    public static let options: [OptimizerOption] = {
        let standard = GepaOptions()
        return [
            .choice(
                "front", standard: standard.front,
                "What candidates survive by: being best on a validation example, in the mean of a metric, or either."),
            .choice(
                "components", standard: standard.components,
                "What a reflection rewrites: one text in turn, all together, the one whose rewrites gain most (bandit), or what "
                    + "suits the model (auto)."),
            .integer(
                "minibatch", 1...1000, standard: standard.minibatch, "How many train examples a reflection looks at."),
            .integer(
                "trial_examples", 1...10_000, standard: standard.trialExamples,
                "The most train examples that parent and child are compared on before validation."),
            .integer("merges", 0...1000, standard: standard.merges, "The most merges of a run."),
            .integer(
                "memory", 0...100, standard: standard.memory,
                "How many rejected values the next reflection on a parameter is shown."),
        ] + standard.asking.declared
    }()
}
