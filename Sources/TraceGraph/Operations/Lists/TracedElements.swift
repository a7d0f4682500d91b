/// The elements of a traced list one after another, each recorded as an `element` with its index when it is reached:
/// `for message in messages.elements { … }`.
public struct TracedElements<List: RandomAccessCollection & Sendable>: Sequence, Sendable
where List.Element: Sendable {
    @usableFromInline
    let list: Traced<List>

    @inlinable
    init(_ list: Traced<List>) { self.list = list }

    @inlinable
    public func makeIterator() -> Iterator { Iterator(list) }

    /// Exactly how many there are.
    @inlinable
    public var underestimatedCount: Int { list.content.count }

    /// Takes the elements out one by one, a node each.
    public struct Iterator: IteratorProtocol {
        @usableFromInline
        let list: Traced<List>
        @usableFromInline
        var place: List.Index
        @usableFromInline
        var index = 0

        @inlinable
        init(_ list: Traced<List>) {
            self.list = list
            self.place = list.content.startIndex
        }

        @inlinable
        public mutating func next() -> Traced<List.Element>? {
            let elements = list.content
            guard place != elements.endIndex else { return nil }
            defer {
                elements.formIndex(after: &place)
                index += 1
            }
            return traced(
                "element", list.as("list"), Traced<Int>.constant(index).as("index"),
                documentation: "The element of the list at the index."
            ) { [place] elements, _ in elements[place] }
        }
    }
}
