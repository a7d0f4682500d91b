// The operators with a plain number on one side once more, for the two types that nearly every number has. They do
// nothing that the general ones do not; but the type checker tries operators on named types long before those on type
// parameters, and takes milliseconds for `2 * x * x + y / 3 - 1` where it gives up after seconds without them.

/// With a plain number on one side, which becomes a constant.
extension Traced where Content == Double {
    @inlinable
    public static func + (left: Traced<Double>, right: Double) -> Traced<Double> { left + .constant(right) }
    @inlinable
    public static func + (left: Double, right: Traced<Double>) -> Traced<Double> { .constant(left) + right }
    @inlinable
    public static func - (left: Traced<Double>, right: Double) -> Traced<Double> { left - .constant(right) }
    @inlinable
    public static func - (left: Double, right: Traced<Double>) -> Traced<Double> { .constant(left) - right }
    @inlinable
    public static func * (left: Traced<Double>, right: Double) -> Traced<Double> { left * .constant(right) }
    @inlinable
    public static func * (left: Double, right: Traced<Double>) -> Traced<Double> { .constant(left) * right }
    @inlinable
    public static func / (left: Traced<Double>, right: Double) -> Traced<Double> { left / .constant(right) }
    @inlinable
    public static func / (left: Double, right: Traced<Double>) -> Traced<Double> { .constant(left) / right }
}

/// With a plain number on one side, which becomes a constant.
extension Traced where Content == Int {
    @inlinable
    public static func + (left: Traced<Int>, right: Int) throws -> Traced<Int> { try left + .constant(right) }
    @inlinable
    public static func + (left: Int, right: Traced<Int>) throws -> Traced<Int> { try .constant(left) + right }
    @inlinable
    public static func - (left: Traced<Int>, right: Int) throws -> Traced<Int> { try left - .constant(right) }
    @inlinable
    public static func - (left: Int, right: Traced<Int>) throws -> Traced<Int> { try .constant(left) - right }
    @inlinable
    public static func * (left: Traced<Int>, right: Int) throws -> Traced<Int> { try left * .constant(right) }
    @inlinable
    public static func * (left: Int, right: Traced<Int>) throws -> Traced<Int> { try .constant(left) * right }
    @inlinable
    public static func / (left: Traced<Int>, right: Int) throws -> Traced<Int> { try left / .constant(right) }
    @inlinable
    public static func / (left: Int, right: Traced<Int>) throws -> Traced<Int> { try .constant(left) / right }
    @inlinable
    public static func % (left: Traced<Int>, right: Int) throws -> Traced<Int> { try left % .constant(right) }
    @inlinable
    public static func % (left: Int, right: Traced<Int>) throws -> Traced<Int> { try .constant(left) % right }
}
