/// A recorded value that was read where the graph does not show it: what was computed from it has no edge to it, and a
/// parameter read that way gets no feedback.
///
/// An operation that takes a traced value out of its surroundings instead of receiving it as an input, or a `@Parameter`
/// read by its plain name during a recording.
public struct HiddenInput: Sendable, Hashable {
    /// The operation inside which the value was read; nil for a parameter read outside any operation.
    public let reader: NodeID?
    /// The node that was read.
    public let node: NodeID

    public init(reader: NodeID?, node: NodeID) {
        self.reader = reader
        self.node = node
    }
}
