/// Comparisons give a traced flag, so that the decision they lead to has a parent: `if (score < 0.5).value { … }`, or
/// ``cond(_:then:else:)``. A traced value itself is not `Equatable`: whether two of them are the same is two questions,
/// one about values and one about nodes.
extension Traced where Content: Equatable {
    /// Records `equal`.
    @inlinable
    public static func == (left: Traced, right: Traced) -> Traced<Bool> {
        traced("equal", left.as("left"), right.as("right"), documentation: "Whether both are equal.") { $0 == $1 }
    }

    /// Records `unequal`.
    @inlinable
    public static func != (left: Traced, right: Traced) -> Traced<Bool> {
        traced("unequal", left.as("left"), right.as("right"), documentation: "Whether the two differ.") { $0 != $1 }
    }
}

extension Traced where Content: Comparable {
    /// Records `less`.
    @inlinable
    public static func < (left: Traced, right: Traced) -> Traced<Bool> {
        traced("less", left.as("left"), right.as("right"), documentation: "Whether left is less than right.") {
            $0 < $1
        }
    }

    /// Records `at_most`.
    @inlinable
    public static func <= (left: Traced, right: Traced) -> Traced<Bool> {
        traced("at_most", left.as("left"), right.as("right"), documentation: "Whether left is at most right.") {
            $0 <= $1
        }
    }

    /// Records `greater`.
    @inlinable
    public static func > (left: Traced, right: Traced) -> Traced<Bool> {
        traced("greater", left.as("left"), right.as("right"), documentation: "Whether left is greater than right.") {
            $0 > $1
        }
    }

    /// Records `at_least`.
    @inlinable
    public static func >= (left: Traced, right: Traced) -> Traced<Bool> {
        traced("at_least", left.as("left"), right.as("right"), documentation: "Whether left is at least right.") {
            $0 >= $1
        }
    }
}

/// With a plain value on one side, which becomes a constant.
extension Traced where Content: Equatable {
    @inlinable
    public static func == (left: Traced, right: Content) -> Traced<Bool> { left == .constant(right) }
    @inlinable
    public static func == (left: Content, right: Traced) -> Traced<Bool> { .constant(left) == right }
    @inlinable
    public static func != (left: Traced, right: Content) -> Traced<Bool> { left != .constant(right) }
    @inlinable
    public static func != (left: Content, right: Traced) -> Traced<Bool> { .constant(left) != right }
}

/// With a plain value on one side, which becomes a constant.
extension Traced where Content: Comparable {
    @inlinable
    public static func < (left: Traced, right: Content) -> Traced<Bool> { left < .constant(right) }
    @inlinable
    public static func < (left: Content, right: Traced) -> Traced<Bool> { .constant(left) < right }
    @inlinable
    public static func <= (left: Traced, right: Content) -> Traced<Bool> { left <= .constant(right) }
    @inlinable
    public static func <= (left: Content, right: Traced) -> Traced<Bool> { .constant(left) <= right }
    @inlinable
    public static func > (left: Traced, right: Content) -> Traced<Bool> { left > .constant(right) }
    @inlinable
    public static func > (left: Content, right: Traced) -> Traced<Bool> { .constant(left) > right }
    @inlinable
    public static func >= (left: Traced, right: Content) -> Traced<Bool> { left >= .constant(right) }
    @inlinable
    public static func >= (left: Content, right: Traced) -> Traced<Bool> { .constant(left) >= right }
}

/// The smaller of two values, the left one when they are equal, recorded as `min`.
@inlinable
public func min<Content: Comparable>(_ left: Traced<Content>, _ right: Traced<Content>) -> Traced<Content> {
    traced("min", left.as("left"), right.as("right"), documentation: "The smaller of two values.") {
        Swift.min($0, $1)
    }
}

/// The greater of two values, the right one when they are equal, recorded as `max`.
@inlinable
public func max<Content: Comparable>(_ left: Traced<Content>, _ right: Traced<Content>) -> Traced<Content> {
    traced("max", left.as("left"), right.as("right"), documentation: "The greater of two values.") {
        Swift.max($0, $1)
    }
}

@inlinable @_disfavoredOverload
public func min<Content: Comparable>(_ left: Traced<Content>, _ right: Content) -> Traced<Content> {
    min(left, .constant(right))
}
@inlinable @_disfavoredOverload
public func min<Content: Comparable>(_ left: Content, _ right: Traced<Content>) -> Traced<Content> {
    min(.constant(left), right)
}
@inlinable @_disfavoredOverload
public func max<Content: Comparable>(_ left: Traced<Content>, _ right: Content) -> Traced<Content> {
    max(left, .constant(right))
}
@inlinable @_disfavoredOverload
public func max<Content: Comparable>(_ left: Content, _ right: Traced<Content>) -> Traced<Content> {
    max(.constant(left), right)
}
