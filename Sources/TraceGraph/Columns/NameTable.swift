/// Every name once. A name that comes as the same literal again is found without looking at its letters.
struct NameTable: ~Copyable, Sendable {
    private(set) var names: [String] = []
    private var places: [String: UInt32] = [:]
    private var known = ProbeTable<TextBits>()
    /// Texts whose words are in `known`: alive, so that no other text can get the same words.
    private var kept: [String] = []
    private static let mostKnown = 4096

    init() {}

    mutating func place(of name: String) -> UInt32 {
        let bits = TextBits(name)
        if let place = known.value(for: bits, hash: bits.hash) { return place }
        let place: UInt32
        if let found = places[name] {
            place = found
        } else {
            place = UInt32(names.count)
            names.append(name)
            places[name] = place
        }
        if known.count < Self.mostKnown {
            kept.append(name)
            known.insert(place, for: bits, hash: \.hash)
        }
        return place
    }
}
