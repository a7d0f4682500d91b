import TraceGraph

/// What one way of reading found in a reply, names as the model wrote them.
struct AnswerReading {
    var reasoning = ""
    var pairs: [(name: String, value: Value)] = []
    var isStop = false
    /// The reply ended inside a value, which was dropped.
    var isTruncated = false
    var remarks: [String] = []

    /// Whether anything was found at all.
    var isEmpty: Bool { pairs.isEmpty && !isStop && !isTruncated }
}
