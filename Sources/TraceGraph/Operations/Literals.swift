// A literal is a constant of the program: it becomes a root, named after the argument it is given for, where it is used.

extension Traced: ExpressibleByIntegerLiteral where Content: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Content.IntegerLiteralType) {
        self = .constant(Content(integerLiteral: value))
    }
}

extension Traced: ExpressibleByFloatLiteral where Content: ExpressibleByFloatLiteral {
    public init(floatLiteral value: Content.FloatLiteralType) {
        self = .constant(Content(floatLiteral: value))
    }
}

extension Traced: ExpressibleByBooleanLiteral where Content: ExpressibleByBooleanLiteral {
    public init(booleanLiteral value: Content.BooleanLiteralType) {
        self = .constant(Content(booleanLiteral: value))
    }
}

extension Traced: ExpressibleByNilLiteral where Content: ExpressibleByNilLiteral {
    public init(nilLiteral: ()) { self = .constant(nil) }
}
