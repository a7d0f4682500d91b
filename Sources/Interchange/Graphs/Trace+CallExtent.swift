import TraceGraph

extension Trace {
    /// When a model call went on: its start, and how long it took of this execution.
    ///
    /// A reply from a cache has the time that it took when the model was really asked; here it took next to none.
    func extent(of call: ModelCall) -> (start: Int64, duration: Int64) {
        guard call.wasCached else { return (call.start, max(0, call.duration)) }
        let node = self[call.node]
        let end = max(call.start, node.start + max(0, node.duration))
        return (call.start, min(max(0, call.duration), end - call.start))
    }
}
