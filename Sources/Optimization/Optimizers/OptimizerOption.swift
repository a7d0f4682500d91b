public import TraceGraph

/// One option of an optimizer: its name, what it may be, what it is when nothing is said, and what it is for.
///
/// Declared in ``Optimizer/options``, so that a workflow file can be checked, and a person told, without making the
/// optimizer.
public struct OptimizerOption: Sendable, Hashable {
    /// What a value may be.
    public enum Kind: Sendable, Hashable {
        /// A whole number, both ends allowed.
        case integer(ClosedRange<Int>)
        /// A number, both ends allowed; a whole number is one too.
        case number(ClosedRange<Double>)
        case flag
        case text
        /// One of these words.
        case choice([String])
        /// Other optimizers, at most so many, each with options of its own where it is wanted: `gepa, opro`, or
        /// `{ gepa: { minibatch: 5 }, opro: {} }`.
        case methods(atMost: Int)
    }

    /// As it is written in a workflow file: `token_budget`.
    public let name: String
    /// What values it takes.
    public let kind: Kind
    /// The value when none is given.
    public let standard: Value
    /// What it decides, in a sentence, its unit included.
    public let documentation: String

    private init(_ name: String, _ kind: Kind, _ standard: Value, _ documentation: String) {
        self.name = name
        self.kind = kind
        self.standard = standard
        self.documentation = documentation
    }

    /// An option that takes a whole number.
    public static func integer(
        _ name: String, _ range: ClosedRange<Int>, standard: Int, _ documentation: String
    ) -> OptimizerOption {
        OptimizerOption(name, .integer(range), .integer(standard), documentation)
    }

    /// An option that takes a number.
    public static func number(
        _ name: String, _ range: ClosedRange<Double>, standard: Double, _ documentation: String
    ) -> OptimizerOption {
        OptimizerOption(name, .number(range), .number(standard), documentation)
    }

    /// An option that is on or off.
    public static func flag(_ name: String, standard: Bool, _ documentation: String) -> OptimizerOption {
        OptimizerOption(name, .flag, .flag(standard), documentation)
    }

    /// An option that takes a text.
    public static func text(_ name: String, standard: String, _ documentation: String) -> OptimizerOption {
        OptimizerOption(name, .text, .text(standard), documentation)
    }

    /// - Parameter standard: Names, with commas between them; a single word that is no optimizer leaves the choice open.
    public static func methods(
        _ name: String, atMost count: Int = 20, standard: String, _ documentation: String
    ) -> OptimizerOption {
        OptimizerOption(name, .methods(atMost: count), .text(standard), documentation)
    }

    /// One of the cases of an enumeration, by their raw values.
    public static func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, standard: Choice, _ documentation: String
    ) -> OptimizerOption where Choice.RawValue == String {
        OptimizerOption(name, .choice(Choice.allCases.map(\.rawValue)), .text(standard.rawValue), documentation)
    }

    /// What a value may be, in words: `a whole number from 0 to 100`.
    public var expected: String {
        switch kind {
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range): "a number from \(Self.spell(range.lowerBound)) to \(Self.spell(range.upperBound))"
        case .flag: "true or false"
        case .text: "a text"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        case .methods(1): "an optimizer, or an object with its options by its name"
        case .methods: "optimizers with commas between them, or an object with their options by name"
        }
    }

    /// Whether `value` can be this option's.
    public func accepts(_ value: Value) -> Bool {
        switch kind {
        case .integer(let range): value.integer.map(range.contains) ?? false
        case .number(let range): value.number.map(range.contains) ?? false
        case .flag: value.flag != nil
        case .text: value.text != nil
        case .choice(let words): value.text.map(words.contains) ?? false
        case .methods(let most): MethodChoice.choices(in: value).map { $0.count <= most } ?? false
        }
    }

    private static func spell(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? "\(number)" }
}

/// What is wrong with one of the options that an optimizer was given.
public struct OptionFault: Sendable, Hashable {
    /// The option, as it was given.
    public let option: String
    /// Whether there is no option of that name, so that its value was not looked at.
    public let isUnknown: Bool
    /// What was found, and what was expected.
    public let message: String
}

extension [OptimizerOption] {
    /// Everything that is wrong with `fields` as the options of `optimizer`, in their order.
    public func faults(in fields: Fields, of optimizer: String) -> [OptionFault] {
        fields.compactMap { name, value in
            guard let option = first(where: { $0.name == name }) else {
                let names = map(\.name)
                let near = NearName.of(name, among: names).map { ", did you mean '\($0)'?" }
                let known = names.isEmpty ? "; it has none" : "; expected \(names.joined(separator: ", "))"
                return OptionFault(
                    option: name, isUnknown: true, message: "\(optimizer) has no option '\(name)'\(near ?? known)")
            }
            guard !option.accepts(value) else { return nil }
            return OptionFault(
                option: name, isUnknown: false,
                message: "expected \(option.expected) for '\(name)' of \(optimizer), found \(value.json.prefix(40))")
        }
    }

    /// The fields of `options`, an object or null, as the options of `optimizer`.
    ///
    /// - Throws: ``OptimizerError`` with code `badOption` and everything that is wrong with them.
    func checked(_ options: Value, of optimizer: String) throws(OptimizerError) -> Fields {
        if options.isNull { return Fields() }
        guard let fields = options.object else {
            throw OptimizerError(.badOption, "the options of \(optimizer) must be an object, not \(options.kindName)")
        }
        let faults = faults(in: fields, of: optimizer)
        guard faults.isEmpty else {
            throw OptimizerError(.badOption, faults.map(\.message).joined(separator: "\n"))
        }
        return fields
    }
}
