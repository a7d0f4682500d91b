extension Traced {
    /// A property of the value, recorded as an operation of the property's name: `person.name`.
    ///
    /// A stored property has its own name; where Swift does not know the name of a computed one when the program runs,
    /// the operation is called `member`: ``member(_:_:)`` names it. Properties that ``Traced`` has itself, such as
    /// ``value``, come first and are reached the same way.
    // Without the attribute the subscripts of arrays and dictionaries, reached through here, would win over those of this
    // module, and trap.
    @_disfavoredOverload
    public subscript<Member: Sendable>(dynamicMember path: KeyPath<Content, Member>) -> Traced<Member> {
        traced(Recording.isActive ? path.memberName : "", self, documentation: "A member of the value.") {
            $0[keyPath: path]
        }
    }

    /// A property of the value, recorded as an operation called `name`.
    @inlinable
    public func member<Member: Sendable>(_ name: String, _ path: KeyPath<Content, Member>) -> Traced<Member> {
        traced(name, self, documentation: "A member of the value.") { $0[keyPath: path] }
    }
}

extension AnyKeyPath {
    /// The last property on the path, `member` where it cannot be told.
    var memberName: String {
        let description = debugDescription
        guard let dot = description.lastIndex(of: ".") else { return "member" }
        let name = description[description.index(after: dot)...]
        let isName = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
                true
            default: false
            }
        }
        return isName && !name.isEmpty ? String(name) : "member"
    }
}
