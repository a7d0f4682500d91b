/// Reading what a text says. White space around it does not matter; errors never show the text.
extension Traced where Content == String {
    /// The whole number that the text says, recorded as `integer`.
    ///
    /// - Throws: ``OperationError`` with code `wrongKind`.
    public func integer() throws -> Traced<Int> {
        try traced("integer", self, documentation: "The whole number that the text says.") { text in
            guard let integer = Int(text.trimmedText) else { throw OperationError.unreadable("whole number", text) }
            return integer
        }
    }

    /// The number that the text says, recorded as `number`.
    ///
    /// - Throws: ``OperationError`` with code `wrongKind`.
    public func number() throws -> Traced<Double> {
        try traced("number", self, documentation: "The number that the text says.") { text in
            guard let number = Double(text.trimmedText) else { throw OperationError.unreadable("number", text) }
            return number
        }
    }

    /// The value that the text says in JSON, recorded as `json`.
    ///
    /// - Throws: ``JSONError``.
    public func json() throws -> Traced<Value> {
        try traced("json", self, documentation: "The value that the text says in JSON.") { text in
            try Value(json: text.trimmedText)
        }
    }
}

extension OperationError {
    static func unreadable(_ kind: String, _ text: String) -> OperationError {
        OperationError(.wrongKind, "a text of \(text.count) characters is not a \(kind)")
    }
}
