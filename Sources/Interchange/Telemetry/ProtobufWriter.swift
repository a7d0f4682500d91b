/// Writes messages in the wire format of Protocol Buffers.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ field: Int, varint value: UInt64) {
        key(field, 0)
        append(varint: value)
    }

    mutating func add(_ field: Int, fixed value: UInt64) {
        key(field, 1)
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    mutating func add(_ field: Int, _ content: [UInt8]) {
        key(field, 2)
        append(varint: UInt64(content.count))
        bytes += content
    }

    mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

    /// A message inside this one.
    mutating func add(_ field: Int, _ body: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        body(&inner)
        add(field, inner.bytes)
    }

    private mutating func key(_ field: Int, _ type: UInt64) { append(varint: UInt64(field) << 3 | type) }

    private mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
