extension Traced {
    /// The element of `key`, if there is one, recorded as `lookup`.
    @inlinable
    public subscript<Key: Hashable & Sendable, Element: Sendable>(key: Traced<Key>) -> Traced<Element?>
    where Content == [Key: Element] {
        traced("lookup", self.as("dictionary"), key.as("key"), documentation: "What the dictionary has for the key.") {
            $0[$1]
        }
    }

    /// With a plain key, which becomes a constant.
    @inlinable @_disfavoredOverload
    public subscript<Key: Hashable & Sendable, Element: Sendable>(key: Key) -> Traced<Element?>
    where Content == [Key: Element] {
        self[.constant(key)]
    }

    /// The dictionary with `element` for `key`, recorded as `set`.
    @inlinable
    public func setting<Key: Hashable & Sendable, Element: Sendable>(
        _ key: Traced<Key>, to element: Traced<Element>
    ) -> Traced where Content == [Key: Element] {
        traced(
            "set", self.as("dictionary"), key.as("key"), element.as("element"),
            documentation: "The dictionary with the element for the key."
        ) { $0.merging([$1: $2]) { $1 } }
    }

    /// The keys in ascending order, recorded as `keys`.
    @inlinable
    public func keys<Key: Comparable & Sendable, Element>() -> Traced<[Key]> where Content == [Key: Element] {
        traced("keys", self, documentation: "The keys of the dictionary in ascending order.") { $0.keys.sorted() }
    }

    /// The elements in the order of their keys, recorded as `values`.
    @inlinable
    public func values<Key: Comparable, Element: Sendable>() -> Traced<[Element]> where Content == [Key: Element] {
        traced("values", self, documentation: "The elements of the dictionary in the order of their keys.") {
            $0.sorted { $0.key < $1.key }.map(\.value)
        }
    }
}
