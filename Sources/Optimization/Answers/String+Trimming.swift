extension String {
    /// Without blanks and line breaks at both ends.
    var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// Without one line break at its beginning and one at its end, which belong to what stands around it: tags, fences.
    var withoutFrame: String {
        var text = Substring(self)
        if text.first?.isNewline == true { text.removeFirst() }
        if text.last?.isNewline == true { text.removeLast() }
        return String(text)
    }

    /// Without anything in angle brackets; a long text, which cannot be a word between tags, as it is.
    var withoutTags: String {
        guard utf8.count < 2000 else { return self }
        var plain = ""
        var depth = 0
        for character in self {
            if character == "<" {
                depth += 1
            } else if character == ">", depth > 0 {
                depth -= 1
            } else if depth == 0 {
                plain.append(character)
            }
        }
        return plain
    }

    /// A name as a message may show it: trimmed, at most 40 characters.
    var shortened: String {
        let name = trimmed
        return name.count > 40 ? "\(name.prefix(39))…" : name
    }
}
