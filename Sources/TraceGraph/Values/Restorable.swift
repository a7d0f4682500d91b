/// A type whose values can be read back from what a trace keeps of them: the results of operations that give such a type
/// can be answered from an earlier recording.
public protocol Restorable: Recordable {
    /// The value, read back; nil when `recorded` is of another kind.
    init?(recorded: Value)
}

extension Array: Restorable where Element: Restorable {
    public init?(recorded: Value) {
        guard let list = recorded.list else { return nil }
        var elements: [Element] = []
        elements.reserveCapacity(list.count)
        for one in list {
            guard let element = Element(recorded: one) else { return nil }
            elements.append(element)
        }
        self = elements
    }
}

extension Optional: Restorable where Wrapped: Restorable {
    public init?(recorded: Value) {
        if recorded.isNull {
            self = .none
        } else {
            guard let wrapped = Wrapped(recorded: recorded) else { return nil }
            self = .some(wrapped)
        }
    }
}

extension Dictionary: Restorable where Key == String, Value: Restorable {
    public init?(recorded: TraceGraph.Value) {
        guard let fields = recorded.object else { return nil }
        var values: [String: Value] = [:]
        for (name, one) in fields {
            guard let value = Value(recorded: one) else { return nil }
            values[name] = value
        }
        self = values
    }
}
