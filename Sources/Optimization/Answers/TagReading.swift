import TraceGraph

/// Reads the tagged form, tolerating what models make of it: attributes, quotes, missing wrappers, tags named like the
/// variables. Only tags at the top count: inside a value they are text.
struct TagReading {
    private static let reasons: Set<String> = ["reasoning", "think", "thinking", "reason"]
    private static let variables: Set<String> = ["variable", "var", "parameter"]

    private let scanner: TagScanner
    private let known: Set<String>
    private var reading = AnswerReading()
    private var outside = ""
    private var index = 0
    private var position = 0
    /// By tag: the next `</value>` with nothing but blanks between it and a `</variable>`.
    private var endOfVariable: [Int?]
    /// By tag: the next `<variable>` behind it.
    private var nextVariable: [Int?]

    /// - Parameter names: The variables' names.
    /// - Complexity: O(bytes of `text`).
    static func read(_ text: String, names: [String]) -> AnswerReading {
        var reader = TagReading(text, names: names)
        return reader.whole()
    }

    private init(_ text: String, names: [String]) {
        known = Set(names.map { $0.lowercased() })
        scanner = TagScanner(text, names: Self.reasons.union(Self.variables).union(["name", "value"]).union(known))
        let tags = scanner.tags
        endOfVariable = Array(repeating: nil, count: tags.count)
        nextVariable = endOfVariable
        var next: Int?
        var opening: Int?
        for index in tags.indices.reversed() {
            if tags[index].isClosing, tags[index].name == "value", index + 1 < tags.count, tags[index + 1].isClosing,
                Self.variables.contains(tags[index + 1].name),
                scanner.isBlank(tags[index].range.upperBound..<tags[index + 1].range.lowerBound)
            {
                next = index
            }
            endOfVariable[index] = next
            nextVariable[index] = opening
            if !tags[index].isClosing, Self.variables.contains(tags[index].name) { opening = index }
        }
    }

    private mutating func whole() -> AnswerReading {
        let tags = scanner.tags
        while index < tags.count {
            let tag = tags[index]
            outside += scanner.text(position..<tag.range.lowerBound)
            position = tag.range.upperBound
            if tag.isClosing {
                index += 1
            } else if Self.reasons.contains(tag.name), !known.contains(tag.name) {
                reason(tag)
            } else if Self.variables.contains(tag.name) {
                variable(tag)
            } else if tag.name == "name" || tag.name == "value", !known.contains(tag.name) {
                position = tag.range.lowerBound
                members(named: nil)
            } else if known.contains(tag.name) {
                tagNamedLikeVariable(tag)
            } else {
                index += 1
            }
        }
        outside += scanner.text(position..<scanner.bytes.count)
        if reading.pairs.isEmpty, AnswerDialect.isStopWord(outside.withoutTags) { reading.isStop = true }
        return reading
    }

    private mutating func move(behind tag: Int) {
        index = tag + 1
        position = scanner.tags[tag].range.upperBound
    }

    /// Reasoning that is never closed ends where the first variable begins.
    private mutating func reason(_ tag: TagScanner.Tag) {
        guard let end = tag.nextClosing else {
            index += 1
            return
        }
        let text = scanner.text(tag.range.upperBound..<scanner.tags[end].range.lowerBound)
        if tag.name.hasPrefix("reason") { reading.reasoning = text.withoutFrame }
        move(behind: end)
    }

    private mutating func variable(_ tag: TagScanner.Tag) {
        let attribute = { (names: Set<String>) in tag.attributes.first { names.contains($0.name.lowercased()) }?.value }
        let name = attribute(["name", "id", "key"])
        if let name, let value = attribute(["value"]), tag.isSelfClosing || tag.nextClosing != nil {
            reading.pairs.append((name, .text(value)))
            if tag.isSelfClosing { index += 1 } else if let end = tag.nextClosing { move(behind: end) }
            return
        }
        index += 1
        if let name, !startsMember() {
            guard let end = tag.partner ?? tag.nextClosing else {
                truncated(name)
                return
            }
            take(name, tag.range.upperBound..<scanner.tags[end].range.lowerBound)
            move(behind: end)
            return
        }
        members(named: name)
    }

    /// Whether `<name>` or `<value>` is the next thing in the reply.
    private func startsMember() -> Bool {
        guard index < scanner.tags.count else { return false }
        let tag = scanner.tags[index]
        return !tag.isClosing && (tag.name == "name" || tag.name == "value")
            && scanner.isBlank(position..<tag.range.lowerBound)
    }

    /// Reads `<name>` and `<value>` in either order, and the end of the variable behind them.
    private mutating func members(named given: String?) {
        var name = given
        var value: Range<Int>?
        while startsMember() {
            let start = index
            let tag = scanner.tags[start]
            if tag.name == "name" {
                guard name == nil || value == nil else { break }
                guard let end = tag.nextClosing else {
                    index += 1
                    position = tag.range.upperBound
                    return
                }
                name = scanner.text(tag.range.upperBound..<scanner.tags[end].range.lowerBound)
                move(behind: end)
            } else {
                guard value == nil else { break }
                guard let end = endOfValue(from: start) else { return truncated(name ?? "") }
                value = tag.range.upperBound..<scanner.tags[end].range.lowerBound
                if scanner.tags[end].name == "value" {
                    move(behind: end)
                } else {
                    // A value whose own end is missing ends with its variable.
                    reading.remarks.append("mended a missing </value>")
                    index = end
                    position = scanner.tags[end].range.lowerBound
                }
            }
        }
        if index < scanner.tags.count, scanner.tags[index].isClosing,
            Self.variables.contains(scanner.tags[index].name)
        {
            move(behind: index)
        }
        if let value {
            take(name ?? "", value)
        } else if let name {
            reading.remarks.append("'\(name.shortened)' has no value")
        }
    }

    /// The tag that ends the value: what balances it if its variable ends there, else the first end of a value with an
    /// end of a variable behind it, else the end of the variable; none of them behind the beginning of the next variable.
    private func endOfValue(from start: Int) -> Int? {
        let tags = scanner.tags
        let partner = tags[start].partner
        if let partner, endsVariable(partner) { return partner }
        let limit = nextVariable[partner ?? start] ?? tags.count
        if let end = endOfVariable[start], end < limit { return end }
        if let partner { return partner }
        if let end = tags[start].nextClosing, end < limit { return end }
        return (start + 1..<min(start + 8, limit)).first {
            tags[$0].isClosing && Self.variables.contains(tags[$0].name)
        }
    }

    private func endsVariable(_ end: Int) -> Bool {
        let tags = scanner.tags
        guard end + 1 < tags.count else { return true }
        let next = tags[end + 1]
        guard scanner.isBlank(tags[end].range.upperBound..<next.range.lowerBound) else { return false }
        return Self.variables.contains(next.name) || (next.name == "name" && !next.isClosing)
    }

    private mutating func tagNamedLikeVariable(_ tag: TagScanner.Tag) {
        if tag.isSelfClosing {
            if let value = tag.attributes.first(where: { $0.name.lowercased() == "value" })?.value {
                reading.pairs.append((tag.name, .text(value)))
            }
            index += 1
            return
        }
        guard let end = tag.partner ?? tag.nextClosing else {
            truncated(tag.name)
            return
        }
        var range = tag.range.upperBound..<scanner.tags[end].range.lowerBound
        index += 1
        if startsMember(), scanner.tags[index].name == "value", let inner = scanner.tags[index].partner, inner < end,
            scanner.isBlank(scanner.tags[inner].range.upperBound..<scanner.tags[end].range.lowerBound)
        {
            range = scanner.tags[index].range.upperBound..<scanner.tags[inner].range.lowerBound
        }
        take(tag.name, range)
        move(behind: end)
    }

    private mutating func take(_ name: String, _ range: Range<Int>) {
        let name = name.trimmed
        guard !name.isEmpty else {
            reading.remarks.append("a value without a name was ignored")
            return
        }
        reading.pairs.append((name, .text(scanner.text(range).withoutFrame)))
    }

    /// The reply ends inside a value.
    private mutating func truncated(_ name: String) {
        reading.isTruncated = true
        reading.remarks.append("the value of '\(name.shortened)' has no end and was not taken")
        index = scanner.tags.count
        position = scanner.bytes.count
    }
}
