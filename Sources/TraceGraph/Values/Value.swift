/// What a node of a trace, a parameter or a field of an example holds.
///
/// A closed set, so that everything recorded can be shown, compared, hashed and written as JSON. What fits none of the
/// cases is kept as an ``opaque(_:)`` description: visible, never usable as an input again.
@frozen
public enum Value: Sendable, Hashable {
    case null
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([Value])
    indirect case object(Fields)
    case bytes([UInt8])
    case opaque(String)
}

extension Value {
    /// The text, when this is a text.
    public var text: String? {
        if case .text(let text) = self { text } else { nil }
    }

    /// The truth value, when this is a flag.
    public var flag: Bool? {
        if case .flag(let flag) = self { flag } else { nil }
    }

    /// The whole number, when this is an integer or a number without a fraction that an `Int` can hold exactly.
    public var integer: Int? {
        switch self {
        case .integer(let integer): integer
        case .number(let number): Int(exactly: number)
        default: nil
        }
    }

    /// The number, when this is an integer or a number.
    public var number: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        default: nil
        }
    }

    /// The elements, when this is a list.
    public var list: [Value]? {
        if case .list(let list) = self { list } else { nil }
    }

    /// The fields, when this is an object.
    public var object: Fields? {
        if case .object(let fields) = self { fields } else { nil }
    }

    /// The field `name`, when this is an object that has it.
    public subscript(_ name: String) -> Value? {
        object?[name]
    }

    /// True for ``null``.
    public var isNull: Bool { self == .null }

    /// What kind of value this is, in one word, as messages to people and models name it.
    public var kindName: String {
        switch self {
        case .null: "null"
        case .flag: "flag"
        case .integer: "integer"
        case .number: "number"
        case .text: "text"
        case .list: "list"
        case .object: "object"
        case .bytes: "bytes"
        case .opaque: "opaque"
        }
    }

    /// The value as a template or a metric shows it: a text as it is, null as nothing, anything else as JSON.
    public var plainText: String {
        switch self {
        case .text(let text): text
        case .null: ""
        case .opaque(let description): description
        default: json
        }
    }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .text(value) }
    public init(booleanLiteral value: Bool) { self = .flag(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(arrayLiteral elements: Value...) { self = .list(elements) }
    public init(dictionaryLiteral elements: (String, Value)...) { self = .object(Fields(elements)) }
    public init(nilLiteral: ()) { self = .null }
}

extension Value: CustomStringConvertible {
    public var description: String { plainText }
}
