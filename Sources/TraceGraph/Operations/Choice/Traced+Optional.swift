extension Traced {
    /// What there is, recorded as `unwrap`.
    ///
    /// - Throws: ``OperationError`` with code `missing` when there is nothing.
    @inlinable
    public func unwrapped<Wrapped: Sendable>() throws -> Traced<Wrapped> where Content == Wrapped? {
        try traced("unwrap", self, documentation: "The value, which must be there.") { value in
            guard let value else { throw OperationError(.missing, "there is no value") }
            return value
        }
    }

    /// What `body` makes of the value where there is one, recorded as an operation called `name`.
    @inlinable
    public func map<Wrapped, Output: Sendable>(
        _ name: String, documentation: String = "", _ body: (Wrapped) throws -> Output
    ) rethrows -> Traced<Output?> where Content == Wrapped? {
        try traced(name, self, documentation: documentation) { try $0.map(body) }
    }
}

/// The value of `left`, or `right` where there is none, recorded as `default`. The right side is evaluated, and is a
/// parent, only when it is needed.
@inlinable
public func ?? <Wrapped>(
    left: Traced<Wrapped?>, right: @autoclosure () throws -> Traced<Wrapped>
) rethrows -> Traced<Wrapped> {
    if let value = left.content {
        return traced("default", left.as("left"), documentation: "The value, or another where there is none.") {
            $0 ?? value
        }
    }
    return traced(
        "default", left.as("left"), try right().as("right"), documentation: "The value, or another where there is none."
    ) { $0 ?? $1 }
}

/// With a plain value on the right, which becomes a constant if it is needed. For these types and no others, because for
/// texts it must not be, see ``Traced/+(_:_:)``, and because the type checker is quick with named types.
@inlinable
public func ?? (left: Traced<Int?>, right: @autoclosure () throws -> Int) rethrows -> Traced<Int> {
    try left ?? .constant(right())
}
@inlinable
public func ?? (left: Traced<Double?>, right: @autoclosure () throws -> Double) rethrows -> Traced<Double> {
    try left ?? .constant(right())
}
@inlinable
public func ?? (left: Traced<Bool?>, right: @autoclosure () throws -> Bool) rethrows -> Traced<Bool> {
    try left ?? .constant(right())
}
