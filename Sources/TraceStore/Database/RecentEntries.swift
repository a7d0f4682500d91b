import ContentHash

/// What was asked for lately: two generations, the older of which is dropped when the younger is full.
struct RecentEntries<Entry> {
    /// Bytes a generation holds.
    private static var limit: Int { 16_000_000 }

    private var young: [ContentHash: (entry: Entry, bytes: Int)] = [:]
    private var old: [ContentHash: (entry: Entry, bytes: Int)] = [:]
    private var bytes = 0

    subscript(_ key: ContentHash) -> Entry? {
        mutating get {
            if let found = young[key] { return found.entry }
            guard let found = old[key] else { return nil }
            remember(found.entry, for: key, bytes: found.bytes)
            return found.entry
        }
    }

    mutating func remember(_ entry: Entry, for key: ContentHash, bytes size: Int) {
        bytes += size
        young[key] = (entry, size)
        guard bytes > Self.limit else { return }
        old = young
        young = [:]
        bytes = 0
    }
}
