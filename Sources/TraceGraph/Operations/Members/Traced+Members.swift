extension Traced {
    /// A property of the value, recorded as an operation of the property's name: `person.name`.
    ///
    /// A stored property has its own name; where Swift does not know the name of a computed one when the program runs,
    /// the operation is called `member`: ``member(_:_:)`` names it. Properties that ``Traced`` has itself, such as
    /// ``value``, come first and are reached the same way.
    // Without the attribute the subscripts of arrays and dictionaries, reached through here, would win over those of this
    // module, and trap.
    @inlinable @_disfavoredOverload
    public subscript<Member: Sendable>(dynamicMember path: KeyPath<Content, Member>) -> Traced<Member> {
        guard let context = Recording.context else { return .constant(content[keyPath: path]) }
        return member(context.recording.memberName(of: path), path)
    }

    /// A property of the value, recorded as an operation called `name`.
    @inlinable
    public func member<Member: Sendable>(_ name: String, _ path: KeyPath<Content, Member>) -> Traced<Member> {
        traced(name, self, documentation: "A member of the value.") { $0[keyPath: path] }
    }
}
