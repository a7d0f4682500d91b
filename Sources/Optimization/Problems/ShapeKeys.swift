/// Numbers for shapes by what they are, as rows of words: a hash table whose rows lie one behind the other, because there
/// can be as many as there are operations.
struct ShapeKeys {
    private var parts: [Int32] = []
    private var starts: [Int32] = [0]
    private var hashes: [UInt64] = []
    /// By hash: one more than the number of a row; 0 where there is none.
    private var table: [Int32] = Array(repeating: 0, count: 64)

    /// A row while it is put together, with its hash.
    struct Row {
        private(set) var parts: [Int32] = []
        private(set) var hash: UInt64 = 0

        mutating func clear() {
            parts.removeAll(keepingCapacity: true)
            hash = 0
        }

        mutating func append(_ part: Int32) {
            parts.append(part)
            hash = (hash ^ UInt64(UInt32(bitPattern: part))) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 29
        }
    }

    var count: Int { hashes.count }

    /// The row with this number.
    subscript(_ number: Int32) -> ArraySlice<Int32> { parts[Int(starts[Int(number)])..<Int(starts[Int(number) + 1])] }

    /// The number of `row`, a new one when it is new.
    mutating func number(of row: Row) -> Int32 {
        var place = Int(truncatingIfNeeded: row.hash) & (table.count - 1)
        while table[place] != 0 {
            let number = table[place] - 1
            if hashes[Int(number)] == row.hash, self[number].elementsEqual(row.parts) { return number }
            place = (place + 1) & (table.count - 1)
        }
        parts += row.parts
        starts.append(Int32(parts.count))
        hashes.append(row.hash)
        table[place] = Int32(hashes.count)
        if 2 * hashes.count > table.count { grow() }
        return Int32(hashes.count - 1)
    }

    private mutating func grow() {
        table = Array(repeating: 0, count: 4 * table.count)
        for (number, hash) in hashes.enumerated() {
            var place = Int(truncatingIfNeeded: hash) & (table.count - 1)
            while table[place] != 0 { place = (place + 1) & (table.count - 1) }
            table[place] = Int32(number + 1)
        }
    }
}
