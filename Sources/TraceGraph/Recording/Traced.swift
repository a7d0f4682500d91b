/// A value together with the node that holds it in the recording.
///
/// Outside a recording it is the value and nothing else.
@dynamicMemberLookup
public struct Traced<Content: Sendable>: Sendable {
    @usableFromInline let content: Content
    /// Nil for a value that is not recorded, or not yet.
    @usableFromInline let recording: Recording?
    @usableFromInline let index: UInt32
    /// As an argument, and of the constant that is made of it where it is not recorded.
    @usableFromInline let name: String?

    /// The value itself.
    ///
    /// Reading it inside an operation that did not receive it as an input is noted in ``Trace/hiddenInputs``.
    @inlinable public var value: Content {
        if let recording { recording.read(index) }
        return content
    }

    /// A root that comes from outside the workflow.
    ///
    /// - Parameter name: What the node is called; `input` when not said.
    public init(_ value: Content, name: String? = nil) {
        guard let context = Recording.current else {
            self.init(unrecorded: value, name: name)
            return
        }
        let node = context.recording.root(
            .input, Value(recording: value), base: name ?? "input", scope: context.scope)
        self.init(value, node: node, in: context.recording)
    }

    @inlinable
    init(_ content: Content, node: UInt32, in recording: Recording, name: String? = nil) {
        self.content = content
        self.recording = recording
        self.index = node
        self.name = name
    }

    @inlinable
    init(unrecorded content: Content, name: String? = nil) {
        self.content = content
        self.recording = nil
        self.index = 0
        self.name = name
    }

    /// A value that stands in the program, recorded as a constant root where it is used.
    @inlinable
    public static func constant(_ value: Content, name: String? = nil) -> Traced {
        Traced(unrecorded: value, name: name)
    }

    /// A value that stands in the program and is read in several places, recorded once, here, as a constant root.
    public static func sharedConstant(_ value: Content, name: String) -> Traced {
        guard let context = Recording.current else { return Traced(unrecorded: value, name: name) }
        let node = context.recording.root(.constant, Value(recording: value), base: name, scope: context.scope)
        return Traced(value, node: node, in: context.recording)
    }

    /// The same value under the argument name `label` in the operation it is given to.
    @inlinable
    public func `as`(_ label: String) -> Traced {
        guard let recording else { return Traced(unrecorded: content, name: label) }
        return Traced(content, node: index, in: recording, name: label)
    }

    /// The node that holds the value, when it was recorded.
    public var node: NodeID? { recording == nil ? nil : NodeID(Int(index)) }

    @inlinable
    @inline(__always)
    func node(in recording: Recording) -> UInt32? { self.recording === recording ? index : nil }

    /// The value as an input of an operation, whatever its type.
    public func input(as name: String? = nil) -> TracedInput {
        TracedInput(name: name ?? self.name, base: self.name, recording: recording, index: index) { [content] in
            Value(recording: content)
        }
    }
}

/// A traced value of any type, on its way into an operation under an argument name.
public struct TracedInput: Sendable {
    let name: String?
    /// What a constant is called that is made of it.
    let base: String?
    let recording: Recording?
    let index: UInt32
    let value: @Sendable () -> Value

    func node(in recording: Recording) -> UInt32? { self.recording === recording ? index : nil }
}
