/// What every value of a parameter must satisfy.
public struct ParameterConstraint: Sendable, Hashable, Codable {
    /// A rule in words, shown to optimizers as it stands and not checked.
    public var note: String?
    /// Bounds of a number or an integer, both ends allowed.
    public var range: ClosedRange<Double>?
    /// True when steps of equal ratio, not of equal difference, matter in `range` (which must then be positive).
    public var isLogarithmic: Bool
    /// The options of a choice.
    public var options: [Value]
    /// Placeholders every text value has to contain, written as in the text: `{{message}}`.
    public var keep: [String]
    /// The most demonstrations of an `examples` parameter.
    public var maximumCount: Int?
    /// The most characters of a text or code value.
    public var maximumLength: Int?
    /// The language of a code parameter.
    public var language: String?
    /// The signature of the function that a code value has to define, such as `normalise(reply: str) -> str`.
    public var entry: String?

    public init(
        note: String? = nil, range: ClosedRange<Double>? = nil, isLogarithmic: Bool = false, options: [Value] = [],
        keep: [String] = [], maximumCount: Int? = nil, maximumLength: Int? = nil, language: String? = nil,
        entry: String? = nil
    ) {
        self.note = note
        self.range = range
        self.isLogarithmic = isLogarithmic
        self.options = options
        self.keep = keep
        self.maximumCount = maximumCount
        self.maximumLength = maximumLength
        self.language = language
        self.entry = entry
    }

    /// A rule as it is written beside a parameter: `keep {message}` for placeholders that have to stay, otherwise a note.
    init(rule: String?) {
        let words = (rule ?? "").split { $0.isWhitespace || $0 == "," }.map(String.init)
        let kept = words.dropFirst()
        if words.first == "keep", !kept.isEmpty, kept.allSatisfy({ $0.hasPrefix("{") && $0.hasSuffix("}") }) {
            self.init(keep: Array(kept))
        } else {
            self.init(note: rule)
        }
    }

    /// No constraint at all.
    public static let none = ParameterConstraint()

    /// The constraint in words, for a model or a person; nil when there is nothing to say.
    public var summary: String? {
        var parts: [String] = []
        if let range { parts.append("between \(Self.spell(range.lowerBound)) and \(Self.spell(range.upperBound))") }
        if !options.isEmpty { parts.append("one of " + options.map(\.json).joined(separator: ", ")) }
        if !keep.isEmpty { parts.append("must contain " + keep.joined(separator: ", ")) }
        if let maximumCount { parts.append("at most \(maximumCount) examples") }
        if let maximumLength { parts.append("at most \(maximumLength) characters") }
        if let entry { parts.append("must define \(entry)") }
        if let note { parts.append(note) }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    private static func spell(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? "\(number)"
    }
}
