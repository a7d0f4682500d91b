/// Every combination of kind, operation and argument names once.
struct SignatureTable: ~Copyable, Sendable {
    private(set) var signatures: [NodeColumns.Signature] = []
    /// The argument names of all signatures, and behind them those of the one that is being put together.
    private var tags = Column<NodeColumns.Tag>()
    private var start = 0
    private var hash: UInt64 = 0
    /// Indices of signatures plus one; 0 is free.
    private var buckets = Column<UInt32>(repeating: 0, count: 32)

    /// The signature of roots of a kind.
    static func root(_ kind: Node.Kind) -> UInt32 { UInt32(kind.rawValue) }

    init() {
        // In the order of their raw values, which ``root(_:)`` counts on.
        var names = NameTable()
        for kind in [Node.Kind.parameter, .input, .constant] { _ = place(of: kind, operation: -1, names: &names) }
    }

    /// By place in ``NodeColumns/Signature/arguments``, the argument name as an index into the names.
    private(set) var argumentNames: [UInt32] = []

    /// Adds an argument name to the signature that is being put together.
    mutating func add(_ tag: NodeColumns.Tag) {
        tags.append(tag)
        hash = Self.mix(hash, tag)
    }

    /// Ends the signature that is being put together.
    mutating func place(of kind: Node.Kind, operation: Int32, names: inout NameTable) -> UInt32 {
        let full = Self.finish(hash, kind, operation)
        hash = 0
        var bucket = Int(truncatingIfNeeded: full >> 32) & (buckets.count - 1)
        while buckets[bucket] != 0 {
            let place = Int(buckets[bucket] - 1)
            if matches(place, kind, operation) {
                tags.truncate(to: start)
                return UInt32(place)
            }
            bucket = (bucket + 1) & (buckets.count - 1)
        }
        signatures.append(
            NodeColumns.Signature(
                kind: kind, operation: operation, arguments: UInt32(start)..<UInt32(tags.count)))
        nameArguments(from: start, &names)
        start = tags.count
        if signatures.count * 2 > buckets.count { grow() } else { buckets[bucket] = UInt32(signatures.count) }
        return UInt32(signatures.count - 1)
    }

    /// An argument without a name of its own is called after the node it comes from; where that is not clear, with its
    /// position.
    private mutating func nameArguments(from start: Int, _ names: inout NameTable) {
        var counts: [Int: Int] = [:]
        for place in start..<tags.count { counts[tags[place].name, default: 0] += 1 }
        var taken = Set(counts.keys.map { names.names[$0] })
        for place in start..<tags.count {
            let tag = tags[place]
            guard !tag.isGiven, counts[tag.name] != 1 else {
                argumentNames.append(UInt32(tag.name))
                continue
            }
            var name = "\(names.names[tag.name])\(place - start)"
            while !taken.insert(name).inserted { name += "_" }
            argumentNames.append(names.place(of: name))
        }
    }

    private func matches(_ place: Int, _ kind: Node.Kind, _ operation: Int32) -> Bool {
        let signature = signatures[place]
        guard signature.kind == kind, signature.operation == operation,
            signature.arguments.count == tags.count - start
        else { return false }
        var known = Int(signature.arguments.lowerBound)
        var new = start
        while new < tags.count {
            guard tags[known] == tags[new] else { return false }
            known += 1
            new += 1
        }
        return true
    }

    private mutating func grow() {
        buckets = Column(repeating: 0, count: buckets.count * 2)
        for (place, signature) in signatures.enumerated() {
            var hash: UInt64 = 0
            for tag in signature.arguments { hash = Self.mix(hash, tags[Int(tag)]) }
            let full = Self.finish(hash, signature.kind, signature.operation)
            var bucket = Int(truncatingIfNeeded: full >> 32) & (buckets.count - 1)
            while buckets[bucket] != 0 { bucket = (bucket + 1) & (buckets.count - 1) }
            buckets[bucket] = UInt32(place + 1)
        }
    }

    private static func mix(_ hash: UInt64, _ tag: NodeColumns.Tag) -> UInt64 {
        let mixed = (hash ^ UInt64(tag.bits)) &* 0x9E37_79B9_7F4A_7C15
        return mixed ^ (mixed >> 29)
    }

    private static func finish(_ hash: UInt64, _ kind: Node.Kind, _ operation: Int32) -> UInt64 {
        (hash ^ (UInt64(UInt32(bitPattern: operation)) &* 8 &+ UInt64(kind.rawValue))) &* 0xD6E8_FEB8_6659_FD93
    }
}
