extension Traced where Content: RandomAccessCollection, Content.Element: Sendable {
    /// The element at `index`, counted from 0, recorded as `element`.
    ///
    /// - Throws: ``OperationError`` with code `outOfRange`.
    @inlinable
    public subscript(index: Traced<Int>) -> Traced<Content.Element> {
        get throws {
            try traced(
                "element", self.as("list"), index.as("index"), documentation: "The element of the list at the index."
            ) { try $0.element(at: $1) }
        }
    }

    /// With a plain index, which becomes a constant.
    @inlinable
    public subscript(index: Int) -> Traced<Content.Element> {
        get throws { try self[.constant(index)] }
    }

    /// The elements one after another, each recorded as an `element` with its index when it is reached.
    @inlinable
    public var elements: TracedElements<Content> { TracedElements(self) }

    /// The elements in the order that `areInOrder` says, recorded as `sort`. Equal elements keep their order.
    ///
    /// - Parameter areInOrder: Whether the first of two plain elements comes before the second.
    @inlinable
    public func sorted(
        by areInOrder: (Content.Element, Content.Element) throws -> Bool
    ) rethrows -> Traced<[Content.Element]> {
        try traced("sort", self, documentation: "The elements in order.") { try $0.sorted(by: areInOrder) }
    }
}

extension Traced where Content: RandomAccessCollection, Content.Element: Equatable & Sendable {
    /// Whether `element` is in the list, recorded as `contains`.
    @inlinable
    public func contains(_ element: Traced<Content.Element>) -> Traced<Bool> {
        traced(
            "contains", self.as("list"), element.as("element"), documentation: "Whether the element is in the list."
        ) { $0.contains($1) }
    }

    /// With a plain element, which becomes a constant.
    @inlinable @_disfavoredOverload
    public func contains(_ element: Content.Element) -> Traced<Bool> { contains(.constant(element)) }
}

extension Traced where Content: RandomAccessCollection, Content.Element: Comparable & Sendable {
    /// The elements in ascending order, recorded as `sort`. Equal elements keep their order.
    @inlinable
    public func sorted() -> Traced<[Content.Element]> {
        traced("sort", self, documentation: "The elements in ascending order.") { $0.sorted() }
    }
}

extension Traced where Content: RandomAccessCollection, Content.Element: FixedWidthInteger & Sendable {
    /// All elements added up, recorded as `sum`.
    ///
    /// - Throws: ``OperationError`` with code `overflow`.
    @inlinable
    public func sum() throws -> Traced<Content.Element> {
        try traced("sum", self, documentation: "All elements added up.") { try $0.reduce(0) { try $0.sum(with: $1) } }
    }
}

extension Traced where Content: RandomAccessCollection, Content.Element: FloatingPoint & Sendable {
    /// All elements added up, recorded as `sum`.
    @inlinable
    public func sum() -> Traced<Content.Element> {
        traced("sum", self, documentation: "All elements added up.") { $0.reduce(0, +) }
    }
}

extension Traced where Content: RangeReplaceableCollection & RandomAccessCollection, Content.Element: Sendable {
    /// The list with `element` at the end, recorded as `append`.
    @inlinable
    public func appending(_ element: Traced<Content.Element>) -> Traced {
        traced(
            "append", self.as("list"), element.as("element"), documentation: "The list with the element at its end."
        ) { $0 + CollectionOfOne($1) }
    }

    /// With a plain element, which becomes a constant.
    @inlinable @_disfavoredOverload
    public func appending(_ element: Content.Element) -> Traced { appending(.constant(element)) }

    /// Records `append`; the variable holds the new node afterwards.
    @inlinable
    public mutating func append(_ element: Traced<Content.Element>) { self = appending(element) }

    /// With a plain element, which becomes a constant.
    @inlinable @_disfavoredOverload
    public mutating func append(_ element: Content.Element) { self = appending(element) }
}

extension RandomAccessCollection {
    /// The element that is `index` places from the beginning.
    @inlinable
    func element(at index: Int) throws -> Element {
        guard 0 <= index, index < count else { throw OperationError.outOfRange("index \(index)", count: count) }
        return self[self.index(startIndex, offsetBy: index)]
    }
}
