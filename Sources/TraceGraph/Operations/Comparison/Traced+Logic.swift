/// Logic on flags. The right side is evaluated, and is a parent, only when the left one leaves the answer open.
extension Traced where Content == Bool {
    /// Records `and`: with `left` alone when that is false.
    @inlinable
    public static func && (left: Traced, right: @autoclosure () throws -> Traced) rethrows -> Traced {
        guard left.content else {
            return traced("and", left.as("left"), documentation: "Whether both are true.") { $0 }
        }
        return traced("and", left.as("left"), try right().as("right"), documentation: "Whether both are true.") {
            $0 && $1
        }
    }

    /// Records `or`: with `left` alone when that is true.
    @inlinable
    public static func || (left: Traced, right: @autoclosure () throws -> Traced) rethrows -> Traced {
        guard !left.content else {
            return traced("or", left.as("left"), documentation: "Whether one of the two is true.") { $0 }
        }
        return traced(
            "or", left.as("left"), try right().as("right"), documentation: "Whether one of the two is true."
        ) { $0 || $1 }
    }

    /// Records `not`.
    @inlinable
    public static prefix func ! (flag: Traced) -> Traced {
        traced("not", flag, documentation: "Whether the flag is false.") { !$0 }
    }
}

/// With a plain flag on the right, which becomes a constant if it is needed.
extension Traced where Content == Bool {
    @inlinable @_disfavoredOverload
    public static func && (left: Traced, right: @autoclosure () throws -> Bool) rethrows -> Traced {
        try left && .constant(right())
    }
    @inlinable @_disfavoredOverload
    public static func || (left: Traced, right: @autoclosure () throws -> Bool) rethrows -> Traced {
        try left || .constant(right())
    }
}

/// With a plain flag on the left, which becomes a constant.
@inlinable @_disfavoredOverload
public func && (left: Bool, right: @autoclosure () throws -> Traced<Bool>) rethrows -> Traced<Bool> {
    try .constant(left) && right()
}
@inlinable @_disfavoredOverload
public func || (left: Bool, right: @autoclosure () throws -> Traced<Bool>) rethrows -> Traced<Bool> {
    try .constant(left) || right()
}
