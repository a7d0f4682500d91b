/// What a dictionary is, so that traced ones can have properties.
public protocol KeyedCollection: Collection where Element == (key: Key, value: Value) {
    associatedtype Key: Hashable
    associatedtype Value
    subscript(key: Key) -> Value? { get set }
}

extension Dictionary: KeyedCollection {}

extension Traced where Content: KeyedCollection, Content.Key: Sendable, Content.Value: Sendable {
    /// The value of `key`, if there is one, recorded as `lookup`.
    @inlinable
    public subscript(key: Traced<Content.Key>) -> Traced<Content.Value?> {
        traced("lookup", self.as("dictionary"), key.as("key"), documentation: "What the dictionary has for the key.") {
            $0[$1]
        }
    }

    /// With a plain key, which becomes a constant.
    @inlinable @_disfavoredOverload
    public subscript(key: Content.Key) -> Traced<Content.Value?> { self[.constant(key)] }

    /// The dictionary with `value` for `key`, recorded as `set`.
    @inlinable
    public func setting(_ key: Traced<Content.Key>, to value: Traced<Content.Value>) -> Traced {
        traced(
            "set", self.as("dictionary"), key.as("key"), value.as("value"),
            documentation: "The dictionary with the value for the key."
        ) { dictionary, key, value in
            var dictionary = dictionary
            dictionary[key] = value
            return dictionary
        }
    }

    /// With a plain key, which becomes a constant.
    @inlinable @_disfavoredOverload
    public func setting(_ key: Content.Key, to value: Traced<Content.Value>) -> Traced {
        setting(.constant(key), to: value)
    }
}

extension Traced where Content: KeyedCollection, Content.Key: Comparable & Sendable, Content.Value: Sendable {
    /// The keys in ascending order, recorded as `keys`.
    @inlinable
    public var keys: Traced<[Content.Key]> {
        traced("keys", self, documentation: "The keys of the dictionary in ascending order.") {
            $0.map(\.key).sorted()
        }
    }

    /// The values in the order of their keys, recorded as `values`.
    @inlinable
    public var values: Traced<[Content.Value]> {
        traced("values", self, documentation: "The values of the dictionary in the order of their keys.") {
            $0.sorted { $0.key < $1.key }.map(\.value)
        }
    }
}
