/// A hash table from small keys of plain words to indices: what a recorder can afford for every node.
struct ProbeTable<Key: Equatable & Sendable>: ~Copyable, Sendable {
    private var keys = Column<Key>()
    /// By bucket, the place of a key in `keys` plus one; 0 is free.
    private var buckets = Column<UInt32>(repeating: 0, count: 32)
    /// By place.
    private var values = Column<UInt32>()

    init() {}

    var count: Int { keys.count }

    /// - Parameter hash: Of the key, well spread in its upper bits.
    func value(for key: Key, hash: UInt64) -> UInt32? {
        let mask = buckets.count - 1
        var bucket = Int(truncatingIfNeeded: hash >> 32) & mask
        while true {
            let place = Int(buckets[bucket]) - 1
            if place < 0 { return nil }
            if keys[place] == key { return values[place] }
            bucket = (bucket + 1) & mask
        }
    }

    /// - Precondition: The key is not in the table.
    mutating func insert(_ value: UInt32, for key: Key, hash: (Key) -> UInt64) {
        keys.append(key)
        values.append(value)
        if keys.count * 2 > buckets.count {
            buckets = Column(repeating: 0, count: buckets.count * 2)
            for place in 0..<keys.count { fill(place, hash: hash(keys[place])) }
        } else {
            fill(keys.count - 1, hash: hash(key))
        }
    }

    private mutating func fill(_ place: Int, hash: UInt64) {
        let mask = buckets.count - 1
        var bucket = Int(truncatingIfNeeded: hash >> 32) & mask
        while buckets[bucket] != 0 { bucket = (bucket + 1) & mask }
        buckets[bucket] = UInt32(place + 1)
    }
}

/// The two words a `String` consists of. While the string is alive, equal words mean the same text; different words say
/// nothing.
struct TextBits: Sendable, Equatable {
    let low: UInt64
    let high: UInt64

    init(_ text: borrowing String) { (low, high) = unsafeBitCast(copy text, to: (UInt64, UInt64).self) }

    var hash: UInt64 { (low ^ (high &* 0x9E37_79B9_7F4A_7C15)) &* 0xD6E8_FEB8_6659_FD93 }
}
