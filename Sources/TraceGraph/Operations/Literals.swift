// A literal is a constant of the program: it becomes a root, named after the argument it is given for, where it is used.
//
// Each kind of literal makes one type of content, as it makes one type when nothing else is said. `Traced(1)`, which
// Swift takes for the literal (SE-0213), would otherwise be of no certain type.

extension Traced: ExpressibleByIntegerLiteral where Content == Int {
    public init(integerLiteral value: Int) { self = .constant(value) }
}

extension Traced: ExpressibleByFloatLiteral where Content == Double {
    public init(floatLiteral value: Double) { self = .constant(value) }
}

extension Traced: ExpressibleByBooleanLiteral where Content == Bool {
    public init(booleanLiteral value: Bool) { self = .constant(value) }
}

extension DefaultStringInterpolation {
    @available(
        *, deprecated,
        message: "in a plain text a traced value loses its origin: say that the text is a Traced<String>, or use .value"
    )
    /// Puts a traced value in: it becomes an input of the text.
    public mutating func appendInterpolation<Content>(_ traced: Traced<Content>) {
        appendInterpolation(traced.content)
    }
}
