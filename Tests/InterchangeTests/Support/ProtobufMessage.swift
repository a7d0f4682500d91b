/// A message of Protocol Buffers, read by the wire format alone.
struct ProtobufMessage {
    struct Malformed: Error {}

    private var fields: [(number: Int, value: UInt64, content: [UInt8])] = []

    init(_ bytes: [UInt8]) throws {
        var place = 0
        func varint() throws -> UInt64 {
            var (value, shift) = (UInt64(0), UInt64(0))
            while place < bytes.count, shift < 64 {
                let byte = bytes[place]
                place += 1
                value |= UInt64(byte & 0x7F) << shift
                if byte & 0x80 == 0 { return value }
                shift += 7
            }
            throw Malformed()
        }
        while place < bytes.count {
            let key = try varint()
            switch key & 7 {
            case 0: fields.append((Int(key >> 3), try varint(), []))
            case 1:
                guard place + 8 <= bytes.count else { throw Malformed() }
                fields.append(
                    (Int(key >> 3), (0..<8).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64($1 * 8) }, []))
                place += 8
            case 2:
                let count = Int(try varint())
                guard place + count <= bytes.count else { throw Malformed() }
                fields.append((Int(key >> 3), 0, Array(bytes[place..<(place + count)])))
                place += count
            default: throw Malformed()
            }
        }
    }

    func messages(_ number: Int) throws -> [ProtobufMessage] {
        try fields.filter { $0.number == number }.map { try ProtobufMessage($0.content) }
    }

    func bytes(_ number: Int) -> [UInt8] { fields.first { $0.number == number }?.content ?? [] }

    func number(_ number: Int) -> UInt64 { fields.first { $0.number == number }?.value ?? 0 }
}
