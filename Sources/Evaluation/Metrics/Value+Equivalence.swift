package import TraceGraph

extension Value {
    /// Whether two values mean the same to a metric.
    ///
    /// Numbers are compared as numbers (1 is 1.0), lists element by element, objects field by field; a text and
    /// something else by what they look like as text, because CSV knows nothing but text.
    ///
    /// - Parameter listsAsSets: Whether the order of lists is ignored, at every depth; how often an element occurs
    ///   still counts.
    func isEquivalent(to other: Value, listsAsSets: Bool = false) -> Bool {
        switch (self, other) {
        case (.integer(let a), .integer(let b)):
            return a == b
        case (.integer, .number), (.number, .integer), (.number, .number):
            return number == other.number
        case (.list(let a), .list(let b)):
            guard a.count == b.count else { return false }
            guard listsAsSets else {
                return zip(a, b).allSatisfy { $0.isEquivalent(to: $1) }
            }
            var rest = b
            for element in a {
                guard let place = rest.firstIndex(where: { element.isEquivalent(to: $0, listsAsSets: true) }) else {
                    return false
                }
                rest.remove(at: place)
            }
            return true
        case (.object(let a), .object(let b)):
            guard a.count == b.count else { return false }
            return a.allSatisfy { name, value in
                b[name].map { value.isEquivalent(to: $0, listsAsSets: listsAsSets) } ?? false
            }
        case (.text(let text), .flag), (.text(let text), .integer), (.text(let text), .number):
            return other.isSpelled(text)
        case (.flag, .text(let text)), (.integer, .text(let text)), (.number, .text(let text)):
            return isSpelled(text)
        default:
            return self == other
        }
    }

    /// Whether `text` is how this flag or number is written in JSON, space around it aside.
    private func isSpelled(_ text: String) -> Bool {
        guard let value = try? Value(json: text) else { return false }
        return value.text == nil && isEquivalent(to: value)
    }

    /// The JSON this value is or holds as text: the whole text, or what its first Markdown fence holds, or what stands
    /// between its first brace or bracket and the last.
    package var embeddedJSON: Value? {
        guard let text else { return self }
        if let value = try? Value(json: text) { return value }
        if let fence = text.firstRange(of: "```") {
            let inside = text[fence.upperBound...]
            let body = inside.firstIndex(of: "\n").map { inside[$0...] } ?? inside
            if let end = body.lastRange(of: "```"), let value = try? Value(json: String(body[..<end.lowerBound])) {
                return value
            }
        }
        for (open, close) in [("{", "}"), ("[", "]")] as [(Character, Character)] {
            guard let start = text.firstIndex(of: open), let end = text.lastIndex(of: close), start < end else {
                continue
            }
            if let value = try? Value(json: String(text[start...end])) { return value }
        }
        return nil
    }
}

extension Substring {
    fileprivate func lastRange(of other: String) -> Range<Index>? {
        ranges(of: other).last
    }
}
