// What elements of texts, numbers of other sizes and tuples are in a trace.

extension Character: Restorable {
    public var recorded: Value { .text(String(self)) }
    public init?(recorded: Value) {
        guard let text = recorded.text, text.count == 1, let character = text.first else { return nil }
        self = character
    }
}

extension Restorable where Self: FixedWidthInteger {
    /// What no integer of a trace can hold is shown, and nothing else.
    public var recorded: Value { Int(exactly: self).map { .integer($0) } ?? .opaque("\(self)") }
    public init?(recorded: Value) {
        guard let integer = recorded.integer else { return nil }
        self.init(exactly: integer)
    }
}

extension Int8: Restorable {}
extension Int16: Restorable {}
extension Int32: Restorable {}
extension Int64: Restorable {}
extension UInt8: Restorable {}
extension UInt16: Restorable {}
extension UInt32: Restorable {}
extension UInt64: Restorable {}
extension UInt: Restorable {}

extension Float: Restorable {
    public init?(recorded: Value) {
        guard let number = recorded.number else { return nil }
        self.init(number)
    }
}

extension Value {
    /// A tuple as a list, or as an object where all its parts have names; nil for anything else.
    init?<Content>(partsOf content: Content) {
        let mirror = Mirror(reflecting: content)
        guard mirror.displayStyle == .tuple, !mirror.children.isEmpty else { return nil }
        let parts = mirror.children.map { Value(lookingUp: $0.value) }
        let names = mirror.children.compactMap { $0.label.flatMap { $0.hasPrefix(".") ? nil : $0 } }
        self = names.count == parts.count ? .object(Fields(zip(names, parts))) : .list(parts)
    }
}
