/// One input of an operation: the node it comes from, and the argument name when one was given.
@usableFromInline
struct InputSlot: Sendable {
    let node: UInt32
    let name: String?

    @usableFromInline
    init(node: UInt32, name: String?) {
        self.node = node
        self.name = name
    }
}

extension Recording.Context {
    /// A traced value as an input. One that was not recorded here, a literal or one from elsewhere, becomes a constant
    /// root.
    @inlinable
    @inline(__always)
    func slot<Content>(of input: Traced<Content>) -> InputSlot {
        if let node = input.node(in: recording) { return InputSlot(node: node, name: input.name) }
        return constant(Value(recording: input.content), input.name)
    }

    func slot(of input: TracedInput) -> InputSlot {
        if let node = input.node(in: recording) { return InputSlot(node: node, name: input.name) }
        return constant(input.value(), input.name, base: input.base)
    }

    @usableFromInline
    func constant(_ value: Value, _ name: String?, base: String? = nil) -> InputSlot {
        let node = recording.root(.constant, value, base: base ?? name ?? "constant", scope: scope)
        return InputSlot(node: node, name: name)
    }
}
