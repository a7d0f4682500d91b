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

    /// The value where there is one, else `other`, recorded as `default`. The other is evaluated, and is a parent, only
    /// when it is needed.
    ///
    /// A method and not `??`: an overload of that operator makes the compiler misread it between plain optionals.
    @inlinable
    public func or<Wrapped>(
        _ other: @autoclosure () throws -> Traced<Wrapped>
    ) rethrows -> Traced<Wrapped> where Content == Wrapped? {
        let documentation = "The value, or another where there is none."
        if let value = content {
            return traced("default", self, documentation: documentation) { $0 ?? value }
        }
        return traced("default", self, try other().as("other"), documentation: documentation) { $0 ?? $1 }
    }
}
