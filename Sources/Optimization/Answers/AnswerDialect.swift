public import LanguageModels
public import TraceGraph

/// The form in which a model is asked to answer. All mean the same, and replies in another are read too.
public enum AnswerDialect: String, Sendable, Hashable, Codable, CaseIterable {
    /// An object with `reasoning` and `suggestion`, by JSON Schema where the provider has it.
    case json
    /// `<reasoning>` and one `<variable>` with `<name>` and `<value>` for each change.
    case tagged
    /// A few words, then the source of the one code parameter between fences: small models lose the quotes of code inside a
    /// JSON string, and end it there.
    case fenced

    /// What suits a question about `variables`.
    ///
    /// - Parameter isSmall: Whether the model is one that runs on this kind of machine.
    static func fitting(_ variables: [ParameterDefinition], isSmall: Bool) -> AnswerDialect {
        isSmall && variables.count == 1 && variables[0].kind == .code ? .fenced : .json
    }

    /// The word that says that nothing should change.
    public static let stopWord = "NO_CHANGE"

    /// Whether `text` is the stop word and nothing else but signs around it.
    static func isStopWord(_ text: String) -> Bool {
        // Nothing longer can be it, and a reply may be long.
        guard text.utf8.count < 200 else { return false }
        let word = text.filter { $0.isLetter }.uppercased()
        guard word == "NOCHANGE" else { return false }
        return text.allSatisfy { $0.isLetter || $0.isWhitespace || "_-.!`'\"*".contains($0) }
    }

    /// How to answer, for the end of a prompt.
    ///
    /// - Parameters:
    ///   - variables: What may be changed.
    ///   - allowsNoChange: Whether the stop word is offered; small models take it for a way to end every reply.
    public func instruction(for variables: [ParameterDefinition], allowsNoChange: Bool) -> String {
        let names = variables.map { "\"\($0.name)\"" }.joined(separator: ", ")
        var lines: [String]
        switch self {
        case .json:
            let fields = variables.map { "\(Value.text($0.name).json): \(Self.slot(for: $0))" }
            lines = [
                "Answer with one JSON object and nothing else:",
                "{\"reasoning\": \"<why, at most three sentences>\", \"suggestion\": {\(fields.joined(separator: ", "))}}",
            ]
            if variables.count > 1 {
                lines.append(
                    "Give null, or leave the name out, for what should stay as it is. No other names than \(names).")
            }
        case .tagged:
            let example = variables.first?.name ?? "name"
            lines = [
                "Answer in this form and with nothing else:",
                "<reasoning>why, at most three sentences</reasoning>",
                "<variable><name>\(example)</name><value>the whole new value</value></variable>",
            ]
            if variables.count > 1 {
                lines.append("One <variable> for each value that changes, with a name among \(names).")
            }
        case .fenced:
            let language = variables.first?.constraint.language ?? ""
            lines = [
                "Say in one or two sentences what is wrong. Then write the whole new source of \(names) in one block:",
                "```\(language)", "```",
            ]
        }
        if self != .fenced { lines.append("A new value replaces the old one as a whole: write it out completely.") }
        if allowsNoChange {
            lines.append("If nothing at all should change, answer only \(Self.stopWord).")
        }
        return lines.joined(separator: "\n")
    }

    private static func slot(for variable: ParameterDefinition) -> String {
        switch variable.kind {
        case .text: "\"<the whole new text>\""
        case .code: "\"<the whole new source>\""
        case .number: "<number>"
        case .integer: "<whole number>"
        case .choice: "<one of the options>"
        case .flag: "<true or false>"
        case .examples: "[<objects>]"
        }
    }

    /// What a request has to ask the provider for.
    ///
    /// - Parameter demonstration: An object with the fields that demonstrations have, where that is known.
    public func format(
        for variables: [ParameterDefinition], demonstration: Fields? = nil
    ) -> ChatRequest.ReplyFormat {
        switch self {
        case .json:
            .schema(name: "suggestion", AnswerSchema.schema(for: variables, demonstration: demonstration))
        case .tagged, .fenced: .text
        }
    }
}
