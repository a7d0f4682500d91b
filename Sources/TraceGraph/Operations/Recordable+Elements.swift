// What elements of texts and numbers of other sizes are in a trace.

extension Character: Recordable { public var recorded: Value { .text(String(self)) } }

extension Int8: Recordable { public var recorded: Value { .integer(Int(self)) } }
extension Int16: Recordable { public var recorded: Value { .integer(Int(self)) } }
extension Int32: Recordable { public var recorded: Value { .integer(Int(self)) } }
extension Int64: Recordable { public var recorded: Value { .integer(Int(self)) } }
extension UInt8: Recordable { public var recorded: Value { .integer(Int(self)) } }
extension UInt16: Recordable { public var recorded: Value { .integer(Int(self)) } }
extension UInt32: Recordable { public var recorded: Value { .integer(Int(self)) } }
extension UInt64: Recordable { public var recorded: Value { Value(wide: self) } }
extension UInt: Recordable { public var recorded: Value { Value(wide: self) } }

extension Value {
    /// What no integer of a trace can hold is shown, and nothing else.
    fileprivate init(wide number: some FixedWidthInteger) {
        self = Int(exactly: number).map { .integer($0) } ?? .opaque("\(number)")
    }
}
