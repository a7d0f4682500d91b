extension Traced where Content == String {
    /// Records `uppercase`.
    @inlinable
    public func uppercased() -> Traced {
        traced("uppercase", self, documentation: "The text in capitals.") { $0.uppercased() }
    }

    /// Records `lowercase`.
    @inlinable
    public func lowercased() -> Traced {
        traced("lowercase", self, documentation: "The text in small letters.") { $0.lowercased() }
    }

    /// The text without white space and line ends around it, recorded as `trim`.
    @inlinable
    public func trimmed() -> Traced {
        traced("trim", self, documentation: "The text without white space around it.") { $0.trimmedText }
    }

    /// Records `contains`.
    @inlinable
    public func contains(_ part: Traced) -> Traced<Bool> {
        traced("contains", self.as("text"), part.as("part"), documentation: "Whether the text has the part in it.") {
            $0.contains($1)
        }
    }

    /// Records `has_prefix`.
    @inlinable
    public func hasPrefix(_ prefix: Traced) -> Traced<Bool> {
        traced(
            "has_prefix", self.as("text"), prefix.as("prefix"),
            documentation: "Whether the text begins with the prefix."
        ) { $0.hasPrefix($1) }
    }

    /// Records `has_suffix`.
    @inlinable
    public func hasSuffix(_ suffix: Traced) -> Traced<Bool> {
        traced(
            "has_suffix", self.as("text"), suffix.as("suffix"), documentation: "Whether the text ends with the suffix."
        ) { $0.hasSuffix($1) }
    }

    /// The text with every occurrence of `part` replaced, recorded as `replace`.
    @inlinable
    public func replacing(_ part: Traced, with other: Traced) -> Traced {
        traced(
            "replace", self.as("text"), part.as("part"), other.as("other"),
            documentation: "The text with other in every place of the part."
        ) { $0.replacing($1, with: $2) }
    }

    /// The pieces between the separators, without empty ones, recorded as `split`.
    @inlinable
    public func split(separator: Traced) -> Traced<[String]> {
        traced(
            "split", self.as("text"), separator.as("separator"),
            documentation: "The pieces of the text between the separators, without empty ones."
        ) { $0.split(separator: $1).map(String.init) }
    }

    /// The lines of the text, empty ones as well, recorded as `lines`.
    @inlinable
    public func lines() -> Traced<[String]> {
        traced("lines", self, documentation: "The lines of the text.") {
            $0.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        }
    }

    /// The pieces between white space, recorded as `words`.
    @inlinable
    public func words() -> Traced<[String]> {
        traced("words", self, documentation: "The pieces of the text between white space.") {
            $0.split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }
}

/// With plain texts, which become constants.
extension Traced where Content == String {
    @inlinable @_disfavoredOverload
    public func contains(_ part: String) -> Traced<Bool> { contains(.constant(part)) }
    @inlinable @_disfavoredOverload
    public func hasPrefix(_ prefix: String) -> Traced<Bool> { hasPrefix(.constant(prefix)) }
    @inlinable @_disfavoredOverload
    public func hasSuffix(_ suffix: String) -> Traced<Bool> { hasSuffix(.constant(suffix)) }
    @inlinable @_disfavoredOverload
    public func replacing(_ part: String, with other: String) -> Traced {
        replacing(.constant(part), with: .constant(other))
    }
    @inlinable @_disfavoredOverload
    public func split(separator: String) -> Traced<[String]> { split(separator: .constant(separator)) }
}

extension Traced where Content == [String] {
    /// The texts as one, recorded as `join`.
    @inlinable
    public func joined(separator: Traced<String> = "") -> Traced<String> {
        traced(
            "join", self.as("list"), separator.as("separator"),
            documentation: "The texts as one, with the separator between them."
        ) { $0.joined(separator: $1) }
    }

    @inlinable @_disfavoredOverload
    public func joined(separator: String) -> Traced<String> { joined(separator: .constant(separator)) }
}

extension String {
    @usableFromInline
    var trimmedText: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
