import Synchronization

extension Recording {
    @usableFromInline
    func memberName(of path: AnyKeyPath) -> String { memberNames.name(of: path) }
}

/// The names of the members that a recording has met: telling one takes microseconds.
final class MemberNames: Sendable {
    /// A key path that is kept, so that no other gets its identity, and not used: what it captures may be bound to a task.
    private struct Kept: @unchecked Sendable {
        let path: AnyKeyPath
        let name: String
    }

    private let known = Guarded<[ObjectIdentifier: Kept]>([:])

    func name(of path: AnyKeyPath) -> String {
        let identity = ObjectIdentifier(path)
        if let name = known.withLock({ $0[identity]?.name }) { return name }
        let kept = Kept(path: path, name: Self.told(path))
        // Paths that are made as the program runs may be new each time.
        known.withLock { if $0.count < Self.most { $0[identity] = kept } }
        return kept.name
    }

    private static let most = 4096

    /// The last property on the path, `member` where it cannot be told.
    private static func told(_ path: AnyKeyPath) -> String {
        let description = path.debugDescription
        guard let dot = description.lastIndex(of: ".") else { return "member" }
        let name = description[description.index(after: dot)...]
        return !name.isEmpty && name.utf8.allSatisfy(isLetter) ? String(name) : "member"
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
