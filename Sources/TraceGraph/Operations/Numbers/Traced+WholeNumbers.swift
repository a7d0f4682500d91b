/// Whole numbers. What would stop the program in Swift, an overflow or a division by zero, throws ``OperationError``
/// here and is recorded as a failure.
extension Traced where Content: FixedWidthInteger {
    /// Records `add`. Throws ``OperationError`` with code `overflow`.
    @inlinable
    public static func + (left: Traced, right: Traced) throws -> Traced {
        try traced("add", left.as("left"), right.as("right"), documentation: "The sum of two numbers.") {
            try $0.sum(with: $1)
        }
    }

    /// Records `subtract`. Throws ``OperationError`` with code `overflow`.
    @inlinable
    public static func - (left: Traced, right: Traced) throws -> Traced {
        try traced("subtract", left.as("left"), right.as("right"), documentation: "Left minus right.") {
            try $0.difference(to: $1)
        }
    }

    /// Records `multiply`. Throws ``OperationError`` with code `overflow`.
    @inlinable
    public static func * (left: Traced, right: Traced) throws -> Traced {
        try traced("multiply", left.as("left"), right.as("right"), documentation: "The product of two numbers.") {
            try $0.product(with: $1)
        }
    }

    /// Records `divide`, without the remainder. Throws ``OperationError`` with code `divisionByZero` or `overflow`.
    @inlinable
    public static func / (left: Traced, right: Traced) throws -> Traced {
        try traced(
            "divide", left.as("left"), right.as("right"),
            documentation: "Left divided by right, without the remainder."
        ) { try $0.quotient(by: $1) }
    }

    /// Records `remainder`, with the sign of `left`. Throws ``OperationError`` with code `divisionByZero` or `overflow`.
    @inlinable
    public static func % (left: Traced, right: Traced) throws -> Traced {
        try traced(
            "remainder", left.as("left"), right.as("right"),
            documentation: "What is left of left divided by right."
        ) { try $0.remainder(by: $1) }
    }

    /// Records `negate`. Throws ``OperationError`` with code `overflow`.
    @inlinable
    public static prefix func - (number: Traced) throws -> Traced {
        try traced("negate", number, documentation: "The number with the other sign.") { try $0.negated() }
    }

    /// The number multiplied with itself, recorded as `power`.
    ///
    /// - Throws: ``OperationError`` with code `overflow`, or `invalidArgument` for a negative exponent.
    @inlinable
    public func raised(to exponent: Traced<Int>) throws -> Traced {
        try traced(
            "power", self.as("base"), exponent.as("exponent"), documentation: "The base multiplied with itself."
        ) { try $0.power($1) }
    }

    /// The same number with a fraction of zero, recorded as `number`.
    @inlinable
    public func number() -> Traced<Double> {
        traced("number", self, documentation: "The same number as a floating point number.") { Double($0) }
    }
}

/// With a plain value on one side, which becomes a constant.
extension Traced where Content: FixedWidthInteger {
    @inlinable
    public static func + (left: Traced, right: Content) throws -> Traced { try left + .constant(right) }
    @inlinable
    public static func + (left: Content, right: Traced) throws -> Traced { try .constant(left) + right }
    @inlinable
    public static func - (left: Traced, right: Content) throws -> Traced { try left - .constant(right) }
    @inlinable
    public static func - (left: Content, right: Traced) throws -> Traced { try .constant(left) - right }
    @inlinable
    public static func * (left: Traced, right: Content) throws -> Traced { try left * .constant(right) }
    @inlinable
    public static func * (left: Content, right: Traced) throws -> Traced { try .constant(left) * right }
    @inlinable
    public static func / (left: Traced, right: Content) throws -> Traced { try left / .constant(right) }
    @inlinable
    public static func / (left: Content, right: Traced) throws -> Traced { try .constant(left) / right }
    @inlinable
    public static func % (left: Traced, right: Content) throws -> Traced { try left % .constant(right) }
    @inlinable
    public static func % (left: Content, right: Traced) throws -> Traced { try .constant(left) % right }
}

/// For totals that grow in a loop: the variable holds the new node afterwards.
extension Traced where Content: FixedWidthInteger {
    @inlinable
    public static func += (total: inout Traced, number: Traced) throws { total = try total + number }
    @inlinable
    public static func -= (total: inout Traced, number: Traced) throws { total = try total - number }
    @inlinable
    public static func *= (total: inout Traced, number: Traced) throws { total = try total * number }
    @inlinable
    public static func += (total: inout Traced, number: Content) throws { total = try total + number }
    @inlinable
    public static func -= (total: inout Traced, number: Content) throws { total = try total - number }
    @inlinable
    public static func *= (total: inout Traced, number: Content) throws { total = try total * number }
}

/// The distance from zero, recorded as `absolute`.
///
/// - Throws: ``OperationError`` with code `overflow` for the lowest number of its type.
@inlinable
public func abs<Number: FixedWidthInteger & SignedInteger>(_ number: Traced<Number>) throws -> Traced<Number> {
    try traced("absolute", number, documentation: "The distance from zero.") { $0 < 0 ? try $0.negated() : $0 }
}
