/// Cuts bytes that arrive in any pieces into lines that end in CR, LF or CRLF.
struct LineSplitter {
    private var line: [UInt8] = []
    private var followsCarriageReturn = false

    /// Hands each line that `bytes` completes, without its end, to `body`.
    ///
    /// - Complexity: O(length of `bytes` and of the line begun before).
    mutating func consume(_ bytes: [UInt8], _ body: (ArraySlice<UInt8>) throws -> Void) rethrows {
        var start = bytes.startIndex
        for index in bytes.indices {
            let byte = bytes[index]
            guard byte == 0x0A || byte == 0x0D else {
                followsCarriageReturn = false
                continue
            }
            defer { start = index + 1 }
            if byte == 0x0A, followsCarriageReturn {
                followsCarriageReturn = false
                continue
            }
            followsCarriageReturn = byte == 0x0D
            if line.isEmpty {
                try body(bytes[start..<index])
            } else {
                line.append(contentsOf: bytes[start..<index])
                let whole = line
                line.removeAll(keepingCapacity: true)
                try body(whole[...])
            }
        }
        line.append(contentsOf: bytes[start...])
    }

    /// What follows the last line end; the splitter starts anew.
    mutating func rest() -> [UInt8] {
        defer { self = LineSplitter() }
        return line
    }
}
