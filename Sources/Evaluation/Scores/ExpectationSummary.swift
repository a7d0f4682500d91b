public import TraceGraph

/// What right outputs look like, for an optimizer that has to aim at them.
///
/// To be made from the training examples only: of validation and hold-out an optimizer may know nothing.
public struct ExpectationSummary: Sendable, Hashable {
    /// The form the expected outputs have in common.
    public enum Form: Sendable, Hashable {
        /// One of a few labels.
        case labels(LabelSet)
        /// Numbers between these two, whole or not.
        case numbers(ClosedRange<Double>, areWhole: Bool)
        /// Objects, with the fields of all and what kinds of values they hold.
        case objects([Field])
        /// Lists with so many elements.
        case lists(ClosedRange<Int>)
        /// Texts: the range of their lengths in characters, and the shape most of them share.
        case texts(ClosedRange<Int>, shape: Shape?)
        /// Of several kinds; the names of the kinds.
        case mixed([String])
    }

    /// One field of expected objects.
    public struct Field: Sendable, Hashable {
        public let name: String
        /// The kinds of its values, sorted.
        public let kinds: [String]
        /// True when every expected object has it.
        public let isAlwaysThere: Bool
        /// The labels it takes; nil when it takes many values.
        public let labels: LabelSet?
    }

    /// How texts are built: `9999-99-99` for ISO dates, 9 standing for a digit, `a` and `A` for letters.
    public struct Shape: Sendable, Hashable {
        /// What the texts look like, letters and digits told apart.
        public let pattern: String
        /// Of all texts, the share with this shape.
        public let share: Double
        /// One text of this shape.
        public let instance: String
    }

    /// What form the expected outputs have.
    public let form: Form
    /// The examples it was made from.
    public let count: Int
    /// The field of the examples with the expected output; nil when it was made from values alone.
    public let field: String?

    /// A summary of what `examples` expect.
    ///
    /// - Parameter field: The field with the expected output.
    /// - Returns: Nil when no example has the field.
    public init?(of examples: some Sequence<Example>, field: String = "expected") {
        self.init(of: examples.compactMap { $0.fields[field] }, field: field)
    }

    /// A summary of expected outputs; nil when there are none.
    public init?(of values: [Value]) { self.init(of: values, field: nil) }

    private init?(of values: [Value], field: String?) {
        guard !values.isEmpty else { return nil }
        count = values.count
        self.field = field
        form = Self.form(of: values)
    }

    private static func form(of values: [Value]) -> Form {
        if let labels = LabelSet(of: values) { return .labels(labels) }
        // Tables hold numbers and JSON as text.
        let read = values.map { value in
            NumericMatch.number(in: value, reading: .whole).map { Int(exactly: $0).map(Value.integer) ?? .number($0) }
                ?? structure(in: value) ?? value
        }
        let numbers = read.compactMap(\.number)
        if numbers.count == read.count, let least = numbers.min(), let most = numbers.max() {
            return .numbers(least...most, areWhole: numbers.allSatisfy { $0 == $0.rounded() })
        }
        let objects = read.compactMap(\.object)
        if objects.count == read.count { return .objects(fields(of: objects)) }
        let lengths = read.compactMap(\.list).map(\.count)
        if lengths.count == read.count, let least = lengths.min(), let most = lengths.max() {
            return .lists(least...most)
        }
        let texts = values.compactMap(\.text)
        let sizes = texts.map(\.count)
        if texts.count == values.count, let least = sizes.min(), let most = sizes.max() {
            return .texts(least...most, shape: shape(of: texts))
        }
        return .mixed(Set(values.map(\.kindName)).sorted())
    }

    private static func structure(in value: Value) -> Value? {
        guard let text = value.text, let parsed = try? Value(json: text) else { return nil }
        return parsed.object != nil || parsed.list != nil ? parsed : nil
    }

    private static func fields(of objects: [Fields]) -> [Field] {
        var values: [(name: String, values: [Value])] = []
        var places: [String: Int] = [:]
        for (name, value) in objects.joined() {
            if let place = places[name] {
                values[place].values.append(value)
            } else {
                places[name] = values.count
                values.append((name, [value]))
            }
        }
        return values.map { name, values in
            Field(
                name: name, kinds: Set(values.map(\.kindName)).sorted(),
                isAlwaysThere: values.count == objects.count, labels: LabelSet(of: values))
        }
    }

    /// The shape of four texts in five or more; nil when they differ, or when the shape is of letters alone.
    private static func shape(of texts: [String]) -> Shape? {
        var counts: [String: (count: Int, instance: String)] = [:]
        for text in texts where text.count <= 60 {
            counts[pattern(of: text), default: (0, text)].count += 1
        }
        let most = counts.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }
        guard let most, most.value.count * 5 >= texts.count * 4 else { return nil }
        guard most.key.contains(where: { !$0.isLetter && !$0.isWhitespace }) else { return nil }
        return Shape(
            pattern: most.key, share: Double(most.value.count) / Double(texts.count), instance: most.value.instance)
    }

    private static func pattern(of text: String) -> String {
        String(
            text.map { character in
                if character.isNumber { return "9" }
                if character.isLetter { return character.isUppercase ? "A" : "a" }
                return character
            })
    }
}
