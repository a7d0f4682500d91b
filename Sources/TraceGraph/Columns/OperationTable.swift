/// Every operation once, and the name its results have when they are not given another.
struct OperationTable: ~Copyable, Sendable {
    // Not private: the compiler (6.3.1) crashes on a private type in another file's noncopyable generic.
    struct Site: Sendable, Equatable {
        let name: TextBits
        let documentation: TextBits
        let location: TextBits

        var hash: UInt64 {
            (name.hash ^ (documentation.hash >> 7) ^ (location.hash >> 17)) &* 0x9E37_79B9_7F4A_7C15
        }
    }

    private(set) var operations: [Operation] = []
    private(set) var bases = Column<UInt32>()
    private var places: [Operation: UInt32] = [:]
    private var known = ProbeTable<Site>()
    private var kept: [Operation] = []
    private static let mostKnown = 4096

    init() {}

    mutating func place(
        of name: borrowing String, documentation: borrowing String, location: borrowing String, names: inout NameTable
    ) -> UInt32 {
        let site = Site(name: TextBits(name), documentation: TextBits(documentation), location: TextBits(location))
        if let place = known.value(for: site, hash: site.hash) { return place }
        let operation = Operation(name: copy name, documentation: copy documentation, location: copy location)
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
            kept.append(operation)
            known.insert(place, for: site, hash: \.hash)
        }
        return place
    }
}
