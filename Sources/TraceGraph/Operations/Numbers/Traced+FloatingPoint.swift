/// Floating point numbers. As in Swift nothing here fails: what has no result is infinite or not a number.
extension Traced where Content: FloatingPoint {
    /// Records `add`.
    @inlinable
    public static func + (left: Traced, right: Traced) -> Traced {
        traced("add", left.as("left"), right.as("right"), documentation: "The sum of two numbers.") { $0 + $1 }
    }

    /// Records `subtract`.
    @inlinable
    public static func - (left: Traced, right: Traced) -> Traced {
        traced("subtract", left.as("left"), right.as("right"), documentation: "Left minus right.") { $0 - $1 }
    }

    /// Records `multiply`.
    @inlinable
    public static func * (left: Traced, right: Traced) -> Traced {
        traced("multiply", left.as("left"), right.as("right"), documentation: "The product of two numbers.") {
            $0 * $1
        }
    }

    /// Records `divide`.
    @inlinable
    public static func / (left: Traced, right: Traced) -> Traced {
        traced("divide", left.as("left"), right.as("right"), documentation: "Left divided by right.") { $0 / $1 }
    }

    /// Records `negate`.
    @inlinable
    public static prefix func - (number: Traced) -> Traced {
        traced("negate", number, documentation: "The number with the other sign.") { -$0 }
    }

    /// The number multiplied with itself, recorded as `power`. A negative exponent gives the inverse.
    @inlinable
    public func raised(to exponent: Traced<Int>) -> Traced {
        traced("power", self.as("base"), exponent.as("exponent"), documentation: "The base multiplied with itself.") {
            $0.power($1)
        }
    }

    /// The number without a fraction, recorded as `round`, `round_even`, `ceiling`, `floor`, `truncate` or `expand`.
    ///
    /// - Parameter rule: To the nearest by default, a half away from zero.
    @inlinable
    public func rounded(_ rule: FloatingPointRoundingRule = .toNearestOrAwayFromZero) -> Traced {
        traced(rule.operationName, self, documentation: "The number without a fraction.") { $0.rounded(rule) }
    }
}

/// With a plain value on one side, which becomes a constant.
extension Traced where Content: FloatingPoint {
    @inlinable
    public static func + (left: Traced, right: Content) -> Traced { left + .constant(right) }
    @inlinable
    public static func + (left: Content, right: Traced) -> Traced { .constant(left) + right }
    @inlinable
    public static func - (left: Traced, right: Content) -> Traced { left - .constant(right) }
    @inlinable
    public static func - (left: Content, right: Traced) -> Traced { .constant(left) - right }
    @inlinable
    public static func * (left: Traced, right: Content) -> Traced { left * .constant(right) }
    @inlinable
    public static func * (left: Content, right: Traced) -> Traced { .constant(left) * right }
    @inlinable
    public static func / (left: Traced, right: Content) -> Traced { left / .constant(right) }
    @inlinable
    public static func / (left: Content, right: Traced) -> Traced { .constant(left) / right }
}

/// For totals that grow in a loop: the variable holds the new node afterwards.
extension Traced where Content: FloatingPoint {
    @inlinable
    public static func += (total: inout Traced, number: Traced) { total = total + number }
    @inlinable
    public static func -= (total: inout Traced, number: Traced) { total = total - number }
    @inlinable
    public static func *= (total: inout Traced, number: Traced) { total = total * number }
    @inlinable
    public static func /= (total: inout Traced, number: Traced) { total = total / number }
    @inlinable
    public static func += (total: inout Traced, number: Content) { total = total + number }
    @inlinable
    public static func -= (total: inout Traced, number: Content) { total = total - number }
    @inlinable
    public static func *= (total: inout Traced, number: Content) { total = total * number }
    @inlinable
    public static func /= (total: inout Traced, number: Content) { total = total / number }
}

extension Traced where Content: BinaryFloatingPoint {
    /// The whole number that this is, recorded as `integer`. Round first what may have a fraction.
    ///
    /// - Throws: ``OperationError`` with code `overflow` when an `Int` cannot hold it, `wrongKind` when it has a fraction
    ///   or is not a number.
    @inlinable
    public func integer() throws -> Traced<Int> {
        try traced("integer", self, documentation: "The same number as a whole number.") { number in
            guard let integer = Int(exactly: number) else { throw OperationError.notWhole(Double(number)) }
            return integer
        }
    }
}

/// The distance from zero, recorded as `absolute`.
@inlinable
public func abs<Number: FloatingPoint>(_ number: Traced<Number>) -> Traced<Number> {
    traced("absolute", number, documentation: "The distance from zero.") { Swift.abs($0) }
}

extension OperationError {
    @usableFromInline
    static func notWhole(_ number: Double) -> OperationError {
        if number.isFinite, number.rounded(.towardZero) == number { return overflow(of: "\(number)", in: Int.self) }
        return OperationError(.wrongKind, "\(number) is not a whole number: round it first")
    }
}

extension FloatingPointRoundingRule {
    @usableFromInline
    var operationName: String {
        switch self {
        case .toNearestOrAwayFromZero: "round"
        case .toNearestOrEven: "round_even"
        case .up: "ceiling"
        case .down: "floor"
        case .towardZero: "truncate"
        case .awayFromZero: "expand"
        @unknown default: "round"
        }
    }
}
