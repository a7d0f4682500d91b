/// Every operation once, and the name its results have when they are not given another.
struct OperationTable: ~Copyable, Sendable {
    // Not private: the compiler (6.3.1) crashes on a private type in another file's noncopyable generic.
    struct Site: Sendable, Equatable {
        let name: TextBits
        let documentation: TextBits
        let location: TextBits
        let line: Int

        var hash: UInt64 {
            let place = location.hash &+ UInt64(truncatingIfNeeded: line)
            return (name.hash ^ (documentation.hash >> 7) ^ (place >> 17) ^ place << 29) &* 0x9E37_79B9_7F4A_7C15
        }
    }

    private(set) var operations: [Operation] = []
    private(set) var bases = Column<UInt32>()
    private var places: [Operation: UInt32] = [:]
    private var known = ProbeTable<Site>()
    /// Texts whose words are in `known`: alive, so that no other text can get the same words.
    private var kept: [(operation: Operation, location: String)] = []
    private static let mostKnown = 4096

    init() {}

    mutating func place(
        of name: borrowing String, documentation: borrowing String, location: borrowing String, line: Int,
        names: inout NameTable
    ) -> UInt32 {
        let site = Site(
            name: TextBits(name), documentation: TextBits(documentation), location: TextBits(location), line: line)
        if let place = known.value(for: site, hash: site.hash) { return place }
        let operation = Operation(
            name: copy name, documentation: copy documentation, location: Self.place(copy location, line))
        let place: UInt32
        if let found = places[operation] {
            place = found
        } else {
            place = UInt32(operations.count)
            operations.append(operation)
            bases.append(names.place(of: operation.name))
            places[operation] = place
        }
        if known.count < Self.mostKnown {
            kept.append((operation, copy location))
            known.insert(place, for: site, hash: \.hash)
        }
        return place
    }

    /// As `file:line`. Of operations that this module defines, such as operators, it would tell nobody anything.
    private static func place(_ location: String, _ line: Int) -> String {
        guard line > 0 else { return location }
        return location.hasPrefix("TraceGraph/") ? "" : "\(location):\(line)"
    }
}
