public import TraceGraph

/// What a model's reply says about the variables, after reading and before any value is accepted.
public struct Answer: Sendable, Hashable {
    /// A new value for one variable, as the model gave it.
    public struct Suggestion: Sendable, Hashable {
        public let name: String
        public let value: Value

        public init(name: String, value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// Why, in the model's words; empty when it did not say.
    public var reasoning: String
    /// By known names, each once, in the order they were given. Empty when the reply was cut off.
    public var suggestions: [Suggestion]
    /// The model said that nothing should change, and only that.
    public var isNothingToDo: Bool
    /// The reply ended at its limit.
    public var isCut: Bool
    /// Why the reply is no use, each in one line fit to be shown to the model; empty when it is.
    public var problems: [String]
    /// What was ignored or mended in reading, each in one line.
    public var remarks: [String]

    public init(
        reasoning: String = "", suggestions: [Suggestion] = [], isNothingToDo: Bool = false, isCut: Bool = false,
        problems: [String] = [], remarks: [String] = []
    ) {
        self.reasoning = reasoning
        self.suggestions = suggestions
        self.isNothingToDo = isNothingToDo
        self.isCut = isCut
        self.problems = problems
        self.remarks = remarks
    }
}
