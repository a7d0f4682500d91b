/// `"\(instruction)\n\n\(message)"` as a `Traced<String>` records one `format` node that reads what was put in.
extension Traced: ExpressibleByStringInterpolation, ExpressibleByStringLiteral, ExpressibleByUnicodeScalarLiteral,
    ExpressibleByExtendedGraphemeClusterLiteral
where Content == String {
    public init(stringLiteral value: String) { self = .constant(value) }

    public init(stringInterpolation: TracedInterpolation) {
        let text = stringInterpolation.text
        self = traced("format", inputs: stringInterpolation.inputs, documentation: "Puts values into a text.") { text }
    }
}

/// The pieces of an interpolated text and the traced values among them.
public struct TracedInterpolation: StringInterpolationProtocol, Sendable {
    var text = ""
    var inputs: [TracedInput] = []

    public init(literalCapacity: Int, interpolationCount: Int) {
        text.reserveCapacity(literalCapacity)
        inputs.reserveCapacity(interpolationCount)
    }

    /// Puts plain text in.
    public mutating func appendLiteral(_ literal: String) { text += literal }

    /// A traced value becomes an input of the text.
    public mutating func appendInterpolation<Content>(_ traced: Traced<Content>) {
        text += Value(recording: traced.content).plainText
        inputs.append(traced.input())
    }

    /// A plain value is part of the text and not recorded as an input.
    public mutating func appendInterpolation<Content>(_ plain: Content) {
        text += "\(plain)"
    }
}
