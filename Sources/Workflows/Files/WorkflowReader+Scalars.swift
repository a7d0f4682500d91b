import TraceGraph

extension WorkflowReader {
    /// The entries of a mapping with fixed keys, by key. Unknown and repeated keys are reported.
    ///
    /// - Parameter what: What the mapping is, for messages: `a parameter`.
    /// - Returns: Nil, after a report, when the node is no mapping.
    func entries(
        of node: SourceNode, keys: [String], what: String
    ) -> [String: SourceNode.Entry]? {
        guard let entries = anyEntries(of: node, what: what) else { return nil }
        var byKey: [String: SourceNode.Entry] = [:]
        for entry in entries {
            if keys.contains(entry.key) {
                byKey[entry.key] = entry
            } else {
                let suggestion = Spelling.suggestion(for: entry.key, among: keys)
                let list = suggestion.isEmpty ? "; expected \(Self.listed(keys))" : suggestion
                error(entry.place, "unknown key '\(entry.key)' in \(what)\(list)")
            }
        }
        return byKey
    }

    /// The entries of a mapping with names of the user's own.
    func anyEntries(of node: SourceNode, what: String) -> [SourceNode.Entry]? {
        switch node.content {
        case .mapping(let entries):
            for entry in entries {
                if let line = entry.earlierLine {
                    error(entry.place, "duplicate key '\(entry.key)'; it already stands in line \(line)")
                }
            }
            return entries
        case .unusable: return nil
        default:
            error(node.place, "expected a mapping for \(what), found \(Self.described(node))")
            return nil
        }
    }

    static func listed(_ words: [String], or word: String = "or") -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "nothing" }
        return words.dropLast().joined(separator: ", ") + " \(word) " + last
    }

    static func described(_ node: SourceNode) -> String {
        switch node.content {
        case .list: return "a list"
        case .mapping: return "a mapping"
        case .unusable: return "nothing"
        case .scalar(let scalar):
            let value = SourceNode.meaning(of: scalar)
            if value.isNull { return "nothing" }
            let text = scalar.text.count > 40 ? scalar.text.prefix(39) + "…" : scalar.text
            return "the \(value.kindName) \(value.text == nil ? text : "'\(text)'")"
        }
    }

    private func mismatch(_ node: SourceNode, expected: String, for key: String) {
        if case .unusable = node.content { return }
        error(node.place, "expected \(expected) for '\(key)', found \(Self.described(node))")
    }

    /// A scalar as text, however it is written; a number keeps its spelling.
    func text(_ entry: SourceNode.Entry?) -> String? {
        guard let entry else { return nil }
        guard case .scalar(let scalar) = entry.value.content, !SourceNode.meaning(of: scalar).isNull else {
            mismatch(entry.value, expected: "a text", for: entry.key)
            return nil
        }
        return scalar.text
    }

    func value(_ entry: SourceNode.Entry?) -> Value? { entry.flatMap { value(of: $0.value) } }

    /// Any node as the value it stands for; nil when a part of it was already reported.
    func value(of node: SourceNode) -> Value? {
        switch node.content {
        case .scalar(let scalar): return SourceNode.meaning(of: scalar)
        case .list(let list):
            var values: [Value] = []
            for element in list {
                guard let value = value(of: element) else { return nil }
                values.append(value)
            }
            return .list(values)
        case .mapping:
            var fields = Fields()
            for entry in anyEntries(of: node, what: "an object") ?? [] {
                guard let value = value(of: entry.value) else { return nil }
                fields[entry.key] = value
            }
            return .object(fields)
        case .unusable: return nil
        }
    }

    func integer(_ entry: SourceNode.Entry?, atLeast least: Int? = nil, atMost most: Int? = nil) -> Int? {
        guard let entry else { return nil }
        guard case .scalar(let scalar) = entry.value.content,
            case .integer(let integer) = SourceNode.meaning(of: scalar)
        else {
            mismatch(entry.value, expected: "a whole number", for: entry.key)
            return nil
        }
        if let least, integer < least {
            error(entry.value.place, "expected at least \(least) for '\(entry.key)', found \(integer)")
            return nil
        }
        if let most, integer > most {
            error(entry.value.place, "expected at most \(most) for '\(entry.key)', found \(integer)")
            return nil
        }
        return integer
    }

    func number(_ entry: SourceNode.Entry?, in range: ClosedRange<Double>? = nil) -> Double? {
        guard let entry else { return nil }
        guard case .scalar(let scalar) = entry.value.content, let number = SourceNode.meaning(of: scalar).number else {
            mismatch(entry.value, expected: "a number", for: entry.key)
            return nil
        }
        if let range, !range.contains(number) {
            let bounds =
                range.upperBound.isInfinite
                ? "at least \(range.lowerBound)" : "a number from \(range.lowerBound) to \(range.upperBound)"
            error(entry.value.place, "expected \(bounds) for '\(entry.key)', found \(scalar.text)")
            return nil
        }
        return number
    }

    func flag(_ entry: SourceNode.Entry?) -> Bool? {
        guard let entry else { return nil }
        guard case .scalar(let scalar) = entry.value.content, let flag = SourceNode.meaning(of: scalar).flag else {
            mismatch(entry.value, expected: "true or false", for: entry.key)
            return nil
        }
        return flag
    }

    /// Seconds, written as `20m`, `1h30m`, `90s`, `500ms` or as a number of seconds.
    func seconds(_ entry: SourceNode.Entry?) -> Double? {
        guard let entry else { return nil }
        guard case .scalar(let scalar) = entry.value.content, let seconds = Self.seconds(scalar.text), seconds > 0
        else {
            mismatch(entry.value, expected: "a time such as 90s, 20m or 1h30m", for: entry.key)
            return nil
        }
        guard seconds <= Self.mostSeconds else {
            error(entry.value.place, "expected a time of at most a year for '\(entry.key)', found \(scalar.text)")
            return nil
        }
        return seconds
    }

    /// The longest time that a file can ask for: a year of 366 days.
    static let mostSeconds = 366.0 * 86_400

    static func seconds(_ text: String) -> Double? {
        if let number = Double(text) { return number.isFinite ? number : nil }
        var total = 0.0
        var rest = Substring(text)
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard let number = Double(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            switch unit {
            case "ms": total += number / 1000
            case "s": total += number
            case "m": total += number * 60
            case "h": total += number * 3600
            case "d": total += number * 86400
            default: return nil
            }
        }
        return text.isEmpty || !total.isFinite ? nil : total
    }

    /// A list of texts; a single text counts as a list of one.
    func texts(_ entry: SourceNode.Entry?) -> [String]? {
        guard let entry else { return nil }
        switch entry.value.content {
        case .scalar: return text(entry).map { [$0] }
        case .list(let list):
            let texts = list.compactMap { element in
                text(SourceNode.Entry(key: entry.key, place: element.place, value: element))
            }
            return texts.count == list.count ? texts : nil
        default:
            mismatch(entry.value, expected: "a list of texts", for: entry.key)
            return nil
        }
    }

    /// One of `options`.
    func word(_ entry: SourceNode.Entry?, among options: [String]) -> String? {
        guard let entry, let text = text(entry) else { return nil }
        guard options.contains(text) else {
            let suggestion = Spelling.suggestion(for: text, among: options)
            error(
                entry.value.place,
                "'\(text)' is no \(entry.key)\(suggestion.isEmpty ? "; expected \(Self.listed(options))" : suggestion)")
            return nil
        }
        return text
    }
}
