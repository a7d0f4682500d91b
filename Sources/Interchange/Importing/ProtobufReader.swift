/// One message in the wire format of Protocol Buffers. Fields of unknown numbers are passed over by whoever reads it.
struct ProtobufReader {
    struct Field {
        let number: Int
        let content: Content
    }

    enum Content {
        case varint(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        case bytes(ArraySlice<UInt8>)
    }

    let fields: [Field]

    /// - Throws: ``ImportError`` with code `unreadable` and the byte at which it goes wrong.
    init(_ bytes: ArraySlice<UInt8>) throws(ImportError) {
        var fields: [Field] = []
        var place = bytes.startIndex
        while place < bytes.endIndex {
            let begin = place
            let key = try Self.varint(bytes, &place)
            guard let number = Int(exactly: key >> 3), number > 0 else {
                throw Self.fault(begin, "a field of number 0")
            }
            switch key & 7 {
            case 0: fields.append(Field(number: number, content: .varint(try Self.varint(bytes, &place))))
            case 1:
                let word = try Self.take(8, bytes, &place).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                fields.append(Field(number: number, content: .fixed64(word)))
            case 2:
                let length = try Self.varint(bytes, &place)
                guard let count = Int(exactly: length) else { throw Self.fault(begin, "a length beyond all bounds") }
                fields.append(Field(number: number, content: .bytes(try Self.take(count, bytes, &place))))
            case 5:
                let word = try Self.take(4, bytes, &place).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                fields.append(Field(number: number, content: .fixed32(word)))
            default: throw Self.fault(begin, "a field of the unknown wire type \(key & 7)")
            }
        }
        self.fields = fields
    }

    /// The messages in field `number`, in order.
    func messages(_ number: Int) throws(ImportError) -> [ProtobufReader] {
        var messages: [ProtobufReader] = []
        for field in fields where field.number == number {
            guard case .bytes(let bytes) = field.content else { continue }
            messages.append(try ProtobufReader(bytes))
        }
        return messages
    }

    /// The last one counts, as the format says.
    func bytes(_ number: Int) -> ArraySlice<UInt8>? {
        for field in fields.reversed() where field.number == number {
            if case .bytes(let bytes) = field.content { return bytes }
        }
        return nil
    }

    func text(_ number: Int) -> String { bytes(number).map { String(decoding: $0, as: UTF8.self) } ?? "" }

    func word(_ number: Int) -> UInt64? {
        for field in fields.reversed() where field.number == number {
            switch field.content {
            case .varint(let word), .fixed64(let word): return word
            case .fixed32(let word): return UInt64(word)
            case .bytes: continue
            }
        }
        return nil
    }

    private static func take(
        _ count: Int, _ bytes: ArraySlice<UInt8>, _ place: inout Int
    ) throws(ImportError) -> ArraySlice<UInt8> {
        guard count <= bytes.endIndex - place else { throw fault(place, "\(count) bytes announced, fewer there") }
        defer { place += count }
        return bytes[place..<(place + count)]
    }

    private static func varint(_ bytes: ArraySlice<UInt8>, _ place: inout Int) throws(ImportError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard place < bytes.endIndex else { throw fault(place, "a number that does not end") }
            let byte = bytes[place]
            place += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
        }
        throw fault(place, "a number of more than 64 bits")
    }

    private static func fault(_ place: Int, _ what: String) -> ImportError {
        ImportError(.unreadable, "not a protobuf message: \(what), at byte \(place)")
    }
}
