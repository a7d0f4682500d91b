/// A value together with the node that holds it in the recording.
///
/// Outside a recording it is the value and nothing else.
@dynamicMemberLookup
public struct Traced<Content: Sendable>: Sendable {
    /// The value itself.
    public let value: Content
    let reference: NodeReference?
    let base: String?
    let label: String?

    /// A root that comes from outside the workflow.
    ///
    /// - Parameter name: What the node is called; `input` when not said.
    public init(_ value: Content, name: String? = nil) {
        self.value = value
        self.base = name
        self.label = nil
        self.reference = Recording.current.map { context in
            context.recording.root(
                Value(recording: value), base: name ?? "input", kind: .input, scope: context.scope)
        }
    }

    init(_ value: Content, reference: NodeReference?, base: String? = nil, label: String? = nil) {
        self.value = value
        self.reference = reference
        self.base = base
        self.label = label
    }

    /// A value that stands in the program, recorded as a constant root where it is used.
    public static func constant(_ value: Content, name: String? = nil) -> Traced {
        Traced(value, reference: nil, base: name)
    }

    /// A value that stands in the program and is read in several places, recorded once, here, as a constant root.
    public static func sharedConstant(_ value: Content, name: String) -> Traced {
        let reference = Recording.current.map { context in
            context.recording.root(Value(recording: value), base: name, kind: .constant, scope: context.scope)
        }
        return Traced(value, reference: reference, base: name)
    }

    /// The same value under the argument name `label` in the operation it is given to.
    public func `as`(_ label: String) -> Traced {
        Traced(value, reference: reference, base: base, label: label)
    }

    /// The node that holds the value, when it was recorded.
    public var node: NodeID? { reference?.node }

    /// The value as an input of an operation, whatever its type.
    public func input(as name: String? = nil) -> TracedInput {
        TracedInput(name: name ?? label, base: base, reference: reference) { [value] in Value(recording: value) }
    }
}

/// A traced value of any type, on its way into an operation under an argument name.
public struct TracedInput: Sendable {
    let name: String?
    let base: String?
    let reference: NodeReference?
    let value: @Sendable () -> Value

    init(
        name: String?, base: String?, reference: NodeReference?, value: @escaping @Sendable () -> Value
    ) {
        self.name = name
        self.base = base
        self.reference = reference
        self.value = value
    }
}
