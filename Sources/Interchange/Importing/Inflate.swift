/// Takes apart what DEFLATE put together (RFC 1951), plain or as `gzip` (RFC 1952) or zlib (RFC 1950) wrap it.
public struct Inflate {
    private let bytes: ArraySlice<UInt8>
    private let most: Int
    private var position: Int
    private var word: UInt32 = 0
    private var bits = 0
    private var output: [UInt8] = []

    private init(_ bytes: ArraySlice<UInt8>, most: Int) {
        self.bytes = bytes
        self.most = most
        position = bytes.startIndex
    }

    /// The content of a `gzip` file of one member or several, its checksum and length checked.
    ///
    /// - Parameter most: The most bytes to make; a few bytes can stand for gigabytes.
    /// - Throws: ``ImportError`` with code `unreadable`.
    /// - Complexity: O(bytes made).
    public static func gzip(_ bytes: [UInt8], most: Int) throws(ImportError) -> [UInt8] {
        var rest = bytes[...]
        var content: [UInt8] = []
        repeat {
            var reader = Inflate(rest, most: most - content.count)
            try reader.skipGzipHead()
            try reader.run()
            let (checksum, length) = (try reader.littleWord(), try reader.littleWord())
            guard checksum == CRC32.of(reader.output), length == UInt32(truncatingIfNeeded: reader.output.count) else {
                throw fault("its checksum is wrong")
            }
            content += reader.output
            rest = rest[reader.position...]
        } while !rest.isEmpty
        return content
    }

    /// The content of what HTTP calls `deflate`: zlib's wrapping, whose checksum is not looked at.
    ///
    /// - Throws: ``ImportError`` with code `unreadable`.
    public static func zlib(_ bytes: [UInt8], most: Int) throws(ImportError) -> [UInt8] {
        guard bytes.count > 2, bytes[0] & 15 == 8, (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0, bytes[1] & 32 == 0
        else { throw fault("it does not begin as zlib does") }
        var reader = Inflate(bytes[2...], most: most)
        try reader.run()
        return reader.output
    }

    private static func fault(_ what: String) -> ImportError {
        ImportError(.unreadable, "the compressed content cannot be read: \(what)")
    }

    // MARK: Reading

    private mutating func byte() throws(ImportError) -> UInt8 {
        guard position < bytes.endIndex else { throw Self.fault("it ends too soon") }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func littleWord() throws(ImportError) -> UInt32 {
        var value: UInt32 = 0
        for shift in stride(from: UInt32(0), to: 32, by: 8) { value |= UInt32(try byte()) << shift }
        return value
    }

    private mutating func take(_ count: Int) throws(ImportError) -> Int {
        while bits < count {
            word |= UInt32(try byte()) << UInt32(bits)
            bits += 8
        }
        defer {
            word >>= UInt32(count)
            bits -= count
        }
        return Int(word & (1 << UInt32(count) - 1))
    }

    private mutating func skipGzipHead() throws(ImportError) {
        guard try byte() == 0x1F, try byte() == 0x8B, try byte() == 8 else { throw Self.fault("it is no gzip") }
        let flags = try byte()
        for _ in 0..<6 { _ = try byte() }
        if flags & 4 != 0 {
            let length = Int(try byte()) | Int(try byte()) << 8
            for _ in 0..<length { _ = try byte() }
        }
        for flag in [UInt8(8), 16] where flags & flag != 0 { while try byte() != 0 {} }
        if flags & 2 != 0 { for _ in 0..<2 { _ = try byte() } }
    }

    // MARK: Blocks

    private mutating func run() throws(ImportError) {
        var isLast = false
        while !isLast {
            isLast = try take(1) == 1
            switch try take(2) {
            case 0: try stored()
            case 1: try coded(literals: .fixedLiterals, distances: .fixedDistances)
            case 2:
                let codes = try codes()
                try coded(literals: codes.literals, distances: codes.distances)
            default: throw Self.fault("a block of a kind that there is not")
            }
        }
    }

    private mutating func stored() throws(ImportError) {
        (word, bits) = (0, 0)
        let length = Int(try byte()) | Int(try byte()) << 8
        let inverse = Int(try byte()) | Int(try byte()) << 8
        guard length == ~inverse & 0xFFFF else { throw Self.fault("a block's length is wrong") }
        guard length <= bytes.endIndex - position else { throw Self.fault("it ends too soon") }
        try makeRoom(length)
        output += bytes[position..<(position + length)]
        position += length
    }

    private func makeRoom(_ count: Int) throws(ImportError) {
        guard output.count + count <= most else {
            throw ImportError(.unreadable, "the content is larger than \(most) bytes once it is taken apart")
        }
    }

    private mutating func coded(literals: HuffmanCode, distances: HuffmanCode) throws(ImportError) {
        while true {
            let symbol = try self.symbol(literals)
            if symbol < 256 {
                try makeRoom(1)
                output.append(UInt8(symbol))
                continue
            }
            if symbol == 256 { return }
            guard symbol < 286 else { throw Self.fault("a length of a kind that there is not") }
            let length = Self.lengths[symbol - 257] + (try take(Self.lengthBits[symbol - 257]))
            let code = try self.symbol(distances)
            guard code < 30 else { throw Self.fault("a distance of a kind that there is not") }
            let distance = Self.distances[code] + (try take(Self.distanceBits[code]))
            guard distance <= output.count else { throw Self.fault("it refers to what was before its beginning") }
            try makeRoom(length)
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }

    private mutating func symbol(_ code: HuffmanCode) throws(ImportError) -> Int {
        var (value, first, index) = (0, 0, 0)
        for length in 1...15 {
            value |= try take(1)
            let count = code.counts[length]
            if value - count < first { return code.symbols[index + value - first] }
            index += count
            first = (first + count) << 1
            value <<= 1
        }
        throw Self.fault("a code that there is not")
    }

    private mutating func codes() throws(ImportError) -> (literals: HuffmanCode, distances: HuffmanCode) {
        let (literals, distances, lengths) = (try take(5) + 257, try take(5) + 1, try take(4) + 4)
        var own = [Int](repeating: 0, count: 19)
        for place in 0..<lengths { own[Self.lengthOrder[place]] = try take(3) }
        let code = HuffmanCode(own)
        var all: [Int] = []
        while all.count < literals + distances {
            let symbol = try self.symbol(code)
            switch symbol {
            case 0...15: all.append(symbol)
            case 16:
                guard let last = all.last else { throw Self.fault("a repeat of nothing") }
                all += [Int](repeating: last, count: 3 + (try take(2)))
            case 17: all += [Int](repeating: 0, count: 3 + (try take(3)))
            default: all += [Int](repeating: 0, count: 11 + (try take(7)))
            }
        }
        guard all.count == literals + distances else { throw Self.fault("more codes than were announced") }
        return (HuffmanCode(Array(all[..<literals])), HuffmanCode(Array(all[literals...])))
    }

    // MARK: Tables of RFC 1951

    private static let lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let lengths = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let distanceBits = [
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]
    private static let distances = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577,
    ]
}

/// A canonical Huffman code, from the lengths of its symbols' words.
private struct HuffmanCode {
    /// By length: how many symbols have a word of it.
    let counts: [Int]
    /// In the order of their words.
    let symbols: [Int]

    init(_ lengths: [Int]) {
        var counts = [Int](repeating: 0, count: 16)
        for length in lengths where length > 0 { counts[length] += 1 }
        self.counts = counts
        symbols = lengths.indices.filter { lengths[$0] > 0 }
            .sorted { (lengths[$0], $0) < (lengths[$1], $1) }
    }

    static let fixedLiterals = HuffmanCode(
        [Int](repeating: 8, count: 144) + [Int](repeating: 9, count: 112) + [Int](repeating: 7, count: 24)
            + [Int](repeating: 8, count: 8))
    static let fixedDistances = HuffmanCode([Int](repeating: 5, count: 30))
}

/// The checksum of `gzip`.
private enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { start in
        (0..<8).reduce(UInt32(start)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    static func of(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
    }
}
