/// A type whose values a trace can hold in full rather than as an opaque description.
public protocol Recordable {
    /// What a trace keeps of this value.
    var recorded: Value { get }
}

extension Value: Recordable { public var recorded: Value { self } }
extension String: Recordable { public var recorded: Value { .text(self) } }
extension Substring: Recordable { public var recorded: Value { .text(String(self)) } }
extension Bool: Recordable { public var recorded: Value { .flag(self) } }
extension Int: Recordable { public var recorded: Value { .integer(self) } }
extension Double: Recordable { public var recorded: Value { .number(self) } }
extension Float: Recordable { public var recorded: Value { .number(Double(self)) } }

extension Optional: Recordable {
    public var recorded: Value { map { Value(recording: $0) } ?? .null }
}

extension Array: Recordable {
    public var recorded: Value { .list(map { Value(recording: $0) }) }
}

extension Dictionary: Recordable where Key == String {
    public var recorded: TraceGraph.Value {
        .object(Fields(sorted { $0.key < $1.key }.map { ($0.key, TraceGraph.Value(recording: $0.value)) }))
    }
}

extension Value {
    /// What a trace keeps of any value: all of a ``Recordable`` one, a description of every other.
    @inlinable
    public init<Content>(recording content: Content) {
        // The types that nearly every node has are told by their metatype: a conformance lookup costs far more.
        if Content.self == String.self {
            self = .text(_identityCast(content, to: String.self))
        } else if Content.self == Value.self {
            self = _identityCast(content, to: Value.self)
        } else if Content.self == Int.self {
            self = .integer(_identityCast(content, to: Int.self))
        } else if Content.self == Double.self {
            self = .number(_identityCast(content, to: Double.self))
        } else if Content.self == Bool.self {
            self = .flag(_identityCast(content, to: Bool.self))
        } else {
            self = Value(lookingUp: content)
        }
    }

    @usableFromInline
    init<Content>(lookingUp content: Content) {
        if let recordable = content as? any Recordable {
            self = recordable.recorded
        } else if let parts = Value(partsOf: content) {
            self = parts
        } else {
            self = .opaque(String(describing: content))
        }
    }
}
