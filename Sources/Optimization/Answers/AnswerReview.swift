public import TraceGraph

/// Decides which of a model's suggestions become values: strict where reading was liberal.
///
/// A value must satisfy its definition, must not be chat filler, must not copy the mark of what was left out of a question,
/// must not lose a placeholder the present value has, must not paste several training examples, and must make an assignment
/// that was not tried before.
public struct AnswerReview: Sendable {
    /// What may be changed.
    public var variables: [ParameterDefinition]
    /// The present value of every variable.
    public var current: [String: Value]
    /// Assignments that were tried before, each complete for the variables.
    public var tried: [[String: Value]]
    /// The texts of training examples the model was shown.
    public var examples: [String]
    /// How many examples a text may repeat. By default one: as an illustration.
    public var maximumPasted: Int
    /// What texts have to name all of, or nothing of; nil where any text may be right.
    public var expectedWords: ExpectedWords?
    /// Why a value cannot be run although its definition allows it; nil when it can.
    public var objection: @Sendable (Value, ParameterDefinition) async throws -> String?

    public init(
        variables: [ParameterDefinition], current: [String: Value], tried: [[String: Value]] = [],
        examples: [String] = [], maximumPasted: Int = 1, expectedWords: ExpectedWords? = nil,
        objection: @escaping @Sendable (Value, ParameterDefinition) async throws -> String? = { _, _ in nil }
    ) {
        self.variables = variables
        self.current = current
        self.tried = tried
        self.examples = examples
        self.maximumPasted = maximumPasted
        self.expectedWords = expectedWords
        self.objection = objection
    }

    /// What is left of an answer.
    public struct Outcome: Sendable, Hashable {
        /// The values that may be tried together.
        public var changes: [String: Value]
        /// Why the others were refused, each in one line fit to be shown to the model.
        public var refusals: [String]
    }

    /// - Throws: What ``objection`` throws.
    public func review(_ suggestions: [Answer.Suggestion]) async throws -> Outcome {
        var outcome = Outcome(changes: [:], refusals: [])
        var unchanged: [String] = []
        for suggestion in suggestions {
            guard let variable = variables.first(where: { $0.name == suggestion.name }) else { continue }
            do {
                let value = try checked(suggestion.value, for: variable)
                if isSame(value, current[variable.name]) {
                    unchanged.append(variable.name)
                } else if let reason = try await objection(value, variable) {
                    outcome.refusals.append("\(variable.name): \(reason)")
                } else {
                    outcome.changes[variable.name] = value
                }
            } catch let error as ParameterError {
                outcome.refusals.append(error.description)
            }
        }
        if outcome.changes.isEmpty, outcome.refusals.isEmpty, !unchanged.isEmpty {
            let names = unchanged.joined(separator: ", ")
            outcome.refusals.append("\(names): this is the value it has already; it must differ")
        }
        if !outcome.changes.isEmpty, wasTried(outcome.changes) {
            let names = outcome.changes.keys.sorted().joined(separator: ", ")
            outcome.refusals.append("\(names): this was tried before; it must differ from the values tried")
            outcome.changes = [:]
        }
        return outcome
    }

    private func checked(_ value: Value, for variable: ParameterDefinition) throws -> Value {
        let checked = try variable.checked(value)
        func refuse(_ reason: String) -> ParameterError { ParameterError(parameter: variable.name, reason: reason) }
        guard variable.kind == .text || variable.kind == .code, let text = checked.text else { return checked }
        let old = current[variable.name]?.text ?? ""
        if let mark = ValueText.mark(in: text), ValueText.mark(in: old) == nil {
            throw refuse("the text holds '\(mark)', which stands for what was not shown: write it out")
        }
        guard variable.kind == .text else { return checked }
        // A workflow about prompts may well begin so.
        if let reason = ChatFiller.objection(to: text, of: variable.name),
            old.isEmpty || ChatFiller.objection(to: old, of: variable.name) == nil
        {
            throw refuse(reason)
        }
        let lost = Self.placeholders(in: old).filter { !text.contains($0) }
        guard lost.isEmpty else {
            throw refuse("the text lost \(lost.joined(separator: ", ")), which it must contain")
        }
        if let reason = expectedWords?.objection(to: text) { throw refuse(reason) }
        let pasted = PastedExamples(examples).count(in: text, beyond: old)
        guard pasted <= maximumPasted else {
            throw refuse("the text repeats \(pasted) of the examples word for word: state the rule instead")
        }
        return checked
    }

    private func wasTried(_ changes: [String: Value]) -> Bool {
        let assignment = current.merging(changes) { _, new in new }
        return tried.contains { known in
            variables.allSatisfy { isSame(assignment[$0.name], known[$0.name]) }
        }
    }

    /// Whether two values are the same but for blanks.
    private func isSame(_ a: Value?, _ b: Value?) -> Bool {
        guard let first = a?.text, let second = b?.text else { return a == b }
        return first == second
            || first.split(whereSeparator: \.isWhitespace) == second.split(whereSeparator: \.isWhitespace)
    }

    /// The `{{names}}` in a text, each once, in order.
    static func placeholders(in text: String) -> [String] {
        var found: [String] = []
        var rest = Substring(text)
        while let open = rest.firstRange(of: "{{") {
            let inner = rest[open.upperBound...].prefix { $0 != "{" && $0 != "}" && !$0.isNewline }
            rest = rest[inner.endIndex...]
            guard rest.hasPrefix("}}"), inner.contains(where: { $0.isLetter }), inner.utf8.count < 100 else { continue }
            let placeholder = "{{\(inner)}}"
            if !found.contains(placeholder) { found.append(placeholder) }
        }
        return found
    }
}
