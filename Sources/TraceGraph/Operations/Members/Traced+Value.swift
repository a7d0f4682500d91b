/// Values whose shape is only known when the program runs, such as a reply in JSON.
extension Traced where Content == Value {
    /// The field `name` of an object, recorded as `field`.
    ///
    /// - Throws: ``OperationError`` with code `missing` when there is no such field, `wrongKind` when this is no object.
    public subscript(name: Traced<String>) -> Traced<Value> {
        get throws {
            try traced("field", self.as("object"), name.as("name"), documentation: "The field of that name.") {
                object, name in
                guard let fields = object.object else { throw OperationError.wrongKind("object", object) }
                guard let field = fields[name] else {
                    throw OperationError(.missing, "the object has no such field among its \(fields.count)")
                }
                return field
            }
        }
    }

    /// With a plain name, which becomes a constant.
    @_disfavoredOverload
    public subscript(name: String) -> Traced<Value> {
        get throws { try self[.constant(name)] }
    }

    /// The element of a list at `index`, recorded as `element`.
    ///
    /// - Throws: ``OperationError`` with code `outOfRange`, `wrongKind` when this is no list.
    public subscript(index: Traced<Int>) -> Traced<Value> {
        get throws {
            try traced(
                "element", self.as("list"), index.as("index"), documentation: "The element of the list at the index."
            ) { list, index in
                guard let elements = list.list else { throw OperationError.wrongKind("list", list) }
                return try elements.element(at: index)
            }
        }
    }

    /// With a plain index, which becomes a constant.
    public subscript(index: Int) -> Traced<Value> {
        get throws { try self[.constant(index)] }
    }

    /// The text that this is, recorded as `text`. Throws ``OperationError`` with code `wrongKind`.
    public func text() throws -> Traced<String> { try read("text") { $0.text } }

    /// The whole number that this is, recorded as `integer`. Throws ``OperationError`` with code `wrongKind`.
    public func integer() throws -> Traced<Int> { try read("integer") { $0.integer } }

    /// The number that this is, recorded as `number`. Throws ``OperationError`` with code `wrongKind`.
    public func number() throws -> Traced<Double> { try read("number") { $0.number } }

    /// The flag that this is, recorded as `flag`. Throws ``OperationError`` with code `wrongKind`.
    public func flag() throws -> Traced<Bool> { try read("flag") { $0.flag } }

    /// The elements of the list that this is, recorded as `list`. Throws ``OperationError`` with code `wrongKind`.
    public func list() throws -> Traced<[Value]> { try read("list") { $0.list } }

    private func read<Output: Sendable>(_ kind: String, _ body: (Value) -> Output?) throws -> Traced<Output> {
        try traced(kind, self, documentation: "The value read as what it is.") { value in
            guard let output = body(value) else { throw OperationError.wrongKind(kind, value) }
            return output
        }
    }
}

extension OperationError {
    static func wrongKind(_ expected: String, _ value: Value) -> OperationError {
        OperationError(.wrongKind, "expected a value of kind \(expected), got \(value.kindName)")
    }
}
