/// One model call made inside a node.
public struct ModelCall: Sendable, Hashable {
    /// The node inside which the call was made.
    public var node: NodeID
    /// The model, as `provider:name`.
    public var model: String
    /// The key under which request and reply are stored, 64 hex digits; nil when they were not kept.
    public var completion: String?
    /// What the call used up.
    public var usage: Usage
    /// True when a cache answered.
    public var wasCached: Bool
    /// Nanoseconds from the start of the trace.
    public var start: Int64
    /// Nanoseconds.
    public var duration: Int64

    public init(
        node: NodeID, model: String, completion: String?, usage: Usage, wasCached: Bool, start: Int64, duration: Int64
    ) {
        self.node = node
        self.model = model
        self.completion = completion
        self.usage = usage
        self.wasCached = wasCached
        self.start = start
        self.duration = duration
    }
}
