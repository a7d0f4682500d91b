extension ParameterDefinition {
    /// `proposed` as a value of this parameter, converted where that loses nothing.
    ///
    /// Models write numbers as text and texts as they like: `"7"` is the integer 7, `"true"` the flag true, a text that
    /// holds JSON the list it spells. Everything doubtful is refused: `"3.7"` for an integer, `"no"` for a flag, text
    /// for a number. Texts stay as they are, to the last space.
    ///
    /// - Throws: ``ParameterError`` with a one-line reason fit to be shown to a model.
    public func checked(_ proposed: Value) throws(ParameterError) -> Value {
        switch kind {
        case .text, .code: try checkedText(proposed)
        case .number: try checkedNumber(proposed)
        case .integer: try checkedInteger(proposed)
        case .choice: try checkedChoice(proposed)
        case .flag: try checkedFlag(proposed)
        case .examples: try checkedExamples(proposed)
        }
    }

    private func checkedText(_ proposed: Value) throws(ParameterError) -> Value {
        guard let text = proposed.text else { throw refusal("expected a text, got \(Self.show(proposed))") }
        guard text.contains(where: { !$0.isWhitespace }) else { throw refusal("the text is empty") }
        let lost = constraint.keep.filter { !text.contains($0) }
        guard lost.isEmpty else {
            throw refusal("the text lost \(lost.joined(separator: ", ")), which it must contain")
        }
        if let limit = constraint.maximumLength, text.count > limit {
            throw refusal("the text has \(text.count) characters, at most \(limit) are allowed")
        }
        return proposed
    }

    private func checkedNumber(_ proposed: Value) throws(ParameterError) -> Value {
        let number: Double?
        switch proposed {
        case .integer, .number: number = proposed.number
        case .text(let text): number = Double(Self.trimmed(text))
        default: number = nil
        }
        guard let number, number.isFinite else { throw refusal("expected a number, got \(Self.show(proposed))") }
        try checkRange(number)
        return .number(number)
    }

    private func checkedInteger(_ proposed: Value) throws(ParameterError) -> Value {
        let integer: Int?
        switch proposed {
        case .integer, .number: integer = proposed.integer
        case .text(let text): integer = Int(Self.trimmed(text))
        default: integer = nil
        }
        guard let integer else { throw refusal("expected a whole number, got \(Self.show(proposed))") }
        try checkRange(Double(integer))
        return .integer(integer)
    }

    private func checkRange(_ number: Double) throws(ParameterError) {
        guard let range = constraint.range, !range.contains(number) else { return }
        func spelled(_ number: Double) -> String {
            (kind == .integer ? Int(exactly: number).map(String.init) : nil) ?? "\(number)"
        }
        throw refusal(
            "\(spelled(number)) is outside its range, \(spelled(range.lowerBound)) to \(spelled(range.upperBound))")
    }

    private func checkedChoice(_ proposed: Value) throws(ParameterError) -> Value {
        if constraint.options.contains(proposed) { return proposed }
        let spelling = Self.trimmed(proposed.plainText)
        let matches = constraint.options.filter { $0.plainText == spelling }
        guard matches.count == 1, let match = matches.first else {
            let options = constraint.options.map(\.json).joined(separator: ", ")
            throw refusal("expected one of \(options), got \(Self.show(proposed))")
        }
        return match
    }

    private func checkedFlag(_ proposed: Value) throws(ParameterError) -> Value {
        switch proposed {
        case .flag: return proposed
        case .text(let text):
            switch Self.trimmed(text).lowercased() {
            case "true": return .flag(true)
            case "false": return .flag(false)
            default: break
            }
        default: break
        }
        throw refusal("expected true or false, got \(Self.show(proposed))")
    }

    private func checkedExamples(_ proposed: Value) throws(ParameterError) -> Value {
        var proposed = proposed
        if case .text(let text) = proposed, let parsed = try? Value(json: text) { proposed = parsed }
        guard let examples = proposed.list, examples.allSatisfy({ $0.object != nil }) else {
            throw refusal("expected a list of objects, got \(Self.show(proposed))")
        }
        if let limit = constraint.maximumCount, examples.count > limit {
            throw refusal("\(examples.count) examples, at most \(limit) are allowed")
        }
        return proposed
    }

    private func refusal(_ reason: String) -> ParameterError {
        ParameterError(parameter: name, reason: reason)
    }

    private static func show(_ value: Value) -> String {
        let json = value.json
        return "\(value.kindName) " + (json.count > 40 ? json.prefix(39) + "…" : json)
    }

    private static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
