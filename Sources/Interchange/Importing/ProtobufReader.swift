/// The fields of one message in the wire format of Protocol Buffers.
struct ProtobufReader {
    /// A field as it stands on the wire.
    enum Field {
        case number(UInt64)
        case bytes(ArraySlice<UInt8>)
    }

    private(set) var fields: [(number: Int, field: Field)] = []

    /// - Throws: ``ImportError`` when the bytes are no message.
    init(_ bytes: ArraySlice<UInt8>) throws(ImportError) {
        var rest = bytes
        while !rest.isEmpty {
            let key = try Self.varint(&rest)
            guard let number = Int(exactly: key >> 3), number > 0 else { throw Self.malformed }
            switch key & 7 {
            case 0: fields.append((number, .number(try Self.varint(&rest))))
            case 1: fields.append((number, .number(try Self.fixed(8, &rest))))
            case 2:
                guard let count = Int(exactly: try Self.varint(&rest)), count <= rest.count else {
                    throw Self.malformed
                }
                fields.append((number, .bytes(rest.prefix(count))))
                rest = rest.dropFirst(count)
            case 5: fields.append((number, .number(try Self.fixed(4, &rest))))
            default: throw Self.malformed
            }
        }
    }

    private static var malformed: ImportError { ImportError("this is no message in the format of Protocol Buffers") }

    private static func varint(_ rest: inout ArraySlice<UInt8>) throws(ImportError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = rest.popFirst() else { throw malformed }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
        }
        throw malformed
    }

    private static func fixed(_ count: Int, _ rest: inout ArraySlice<UInt8>) throws(ImportError) -> UInt64 {
        guard rest.count >= count else { throw malformed }
        let value = rest.prefix(count).enumerated().reduce(UInt64(0)) {
            $0 | UInt64($1.element) << UInt64($1.offset * 8)
        }
        rest = rest.dropFirst(count)
        return value
    }

    func bytes(_ number: Int) -> ArraySlice<UInt8> {
        for (found, field) in fields.reversed() where found == number {
            if case .bytes(let bytes) = field { return bytes }
        }
        return []
    }

    func text(_ number: Int) -> String { String(decoding: bytes(number), as: UTF8.self) }

    func number(_ number: Int) -> UInt64? {
        for (found, field) in fields.reversed() where found == number {
            if case .number(let value) = field { return value }
        }
        return nil
    }

    /// The messages of a repeated field.
    func messages(_ number: Int) throws(ImportError) -> [ProtobufReader] {
        var messages: [ProtobufReader] = []
        for (found, field) in fields where found == number {
            if case .bytes(let bytes) = field { messages.append(try ProtobufReader(bytes)) }
        }
        return messages
    }
}
