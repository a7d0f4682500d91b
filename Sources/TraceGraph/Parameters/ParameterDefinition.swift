/// A trainable root of a workflow: its name, kind, starting value and constraint.
public struct ParameterDefinition: Sendable, Hashable, Codable, Identifiable {
    /// Unique within the workflow.
    public var name: String
    /// What sort of value it has.
    public var kind: ParameterKind
    /// The value before anything is optimized.
    public var initial: Value
    /// What it may be.
    public var constraint: ParameterConstraint
    /// What the parameter is for, in words; empty when nobody said.
    public var documentation: String

    public init(
        _ name: String, kind: ParameterKind, initial: Value, constraint: ParameterConstraint = .none,
        documentation: String = ""
    ) {
        self.name = name
        self.kind = kind
        self.initial = initial
        self.constraint = constraint
        self.documentation = documentation
    }

    public var id: String { name }
}
