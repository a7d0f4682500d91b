/// Lists, texts and dictionaries alike.
extension Traced where Content: Collection {
    /// How many elements there are, recorded as `count`.
    @inlinable
    public var count: Traced<Int> { traced("count", self, documentation: "How many elements there are.") { $0.count } }

    /// Whether there are no elements, recorded as `empty`.
    @inlinable
    public var isEmpty: Traced<Bool> {
        traced("empty", self, documentation: "Whether there are no elements.") { $0.isEmpty }
    }
}

extension Traced where Content: BidirectionalCollection, Content.Element: Sendable {
    /// The first element, if there is one, recorded as `first`.
    @inlinable
    public var first: Traced<Content.Element?> {
        traced("first", self, documentation: "The first element.") { $0.first }
    }

    /// The last element, if there is one, recorded as `last`.
    @inlinable
    public var last: Traced<Content.Element?> {
        traced("last", self, documentation: "The last element.") { $0.last }
    }
}

/// Lists and texts alike. Positions in a text count characters.
extension Traced where Content: RangeReplaceableCollection {
    /// At most `count` elements from the beginning, none for a negative count, recorded as `prefix`.
    @inlinable
    public func prefix(_ count: Traced<Int>) -> Traced {
        traced(
            "prefix", self.as(Self.collectionLabel), count.as("count"),
            documentation: "As many elements from the beginning."
        ) { Content($0.prefix(Swift.max(0, $1))) }
    }

    /// Everything after the first `count` elements, all for a negative count, recorded as `drop_first`.
    @inlinable
    public func dropFirst(_ count: Traced<Int> = 1) -> Traced {
        traced(
            "drop_first", self.as(Self.collectionLabel), count.as("count"),
            documentation: "All but as many elements from the beginning."
        ) { Content($0.dropFirst(Swift.max(0, $1))) }
    }

    /// The elements from the place `start` up to, but not including, the place `end`, recorded as `slice`.
    ///
    /// - Throws: ``OperationError`` with code `outOfRange`.
    @inlinable
    public func slice(from start: Traced<Int>, to end: Traced<Int>) throws -> Traced {
        try traced(
            "slice", self.as(Self.collectionLabel), start.as("from"), end.as("to"),
            documentation: "The elements from the place from up to, but not including, the place to."
        ) { content, start, end in
            guard 0 <= start, start <= end,
                let first = content.index(content.startIndex, offsetBy: start, limitedBy: content.endIndex),
                let last = content.index(first, offsetBy: end - start, limitedBy: content.endIndex)
            else { throw OperationError.outOfRange("\(start)..<\(end)", count: content.count) }
            return Content(content[first..<last])
        }
    }

    /// The elements in `range`, recorded as `slice`: `text[0..<80]`, `messages[2...]`.
    ///
    /// - Throws: ``OperationError`` with code `outOfRange`.
    @inlinable
    public subscript(range: some PlaceRange) -> Traced {
        get throws {
            try slice(from: .constant(range.first), to: range.end.map { .constant($0) } ?? .constant(content.count))
        }
    }

    @usableFromInline
    static var collectionLabel: String { Content.self == String.self ? "text" : "list" }
}

/// Lists, a plain one on one side becomes a constant. Texts have operators of their own.
extension Traced where Content: RangeReplaceableCollection & MutableCollection {
    /// Records `concatenate`.
    @inlinable
    public static func + (left: Traced, right: Traced) -> Traced {
        traced("concatenate", left.as("left"), right.as("right"), documentation: "Left, then right.") { $0 + $1 }
    }
    @inlinable
    public static func + (left: Traced, right: Content) -> Traced { left + .constant(right) }
    @inlinable
    public static func + (left: Content, right: Traced) -> Traced { .constant(left) + right }

    /// Records `concatenate`; the variable holds the new node afterwards.
    @inlinable
    public static func += (whole: inout Traced, part: Traced) { whole = whole + part }
    @inlinable
    public static func += (whole: inout Traced, part: Content) { whole = whole + part }
}

extension Traced where Content: RangeReplaceableCollection & BidirectionalCollection {
    /// At most `count` elements from the end, none for a negative count, recorded as `suffix`.
    @inlinable
    public func suffix(_ count: Traced<Int>) -> Traced {
        traced(
            "suffix", self.as(Self.collectionLabel), count.as("count"), documentation: "As many elements from the end."
        ) { Content($0.suffix(Swift.max(0, $1))) }
    }

    /// Everything before the last `count` elements, all for a negative count, recorded as `drop_last`.
    @inlinable
    public func dropLast(_ count: Traced<Int> = 1) -> Traced {
        traced(
            "drop_last", self.as(Self.collectionLabel), count.as("count"),
            documentation: "All but as many elements from the end."
        ) { Content($0.dropLast(Swift.max(0, $1))) }
    }

    /// The elements from the last to the first, recorded as `reverse`.
    @inlinable
    public func reversed() -> Traced {
        traced("reverse", self, documentation: "The elements from the last to the first.") { Content($0.reversed()) }
    }
}

extension OperationError {
    @usableFromInline
    static func outOfRange(_ place: String, count: Int) -> OperationError {
        OperationError(.outOfRange, "\(place) is not within \(count) elements")
    }
}
