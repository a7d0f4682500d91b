public import TraceGraph

/// Says that an input of a span is a parameter, so that feedback on an imported trace reaches it.
public struct SpanBinding: Sendable, Hashable {
    public var parameter: ParameterDefinition
    /// The span's name; nil for any.
    public var span: String?
    /// The field of the span's input, or the name of an attribute.
    public var input: String

    public init(_ parameter: ParameterDefinition, span: String? = nil, input: String) {
        self.parameter = parameter
        self.span = span
        self.input = input
    }
}
