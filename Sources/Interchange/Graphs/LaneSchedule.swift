public import TraceGraph

/// The operations of a trace on a time axis, each concurrent branch in a lane of its own.
public struct LaneSchedule: Sendable {
    /// One operation, or one model call inside an operation.
    public struct Bar: Sendable {
        public var node: NodeID
        /// Nil for the operation itself.
        public var call: ModelCall?
        public var lane: Int
        /// Nanoseconds from the start of the trace.
        public var start: Int64
        /// Nanoseconds.
        public var duration: Int64
        /// How many bars of its lane lie around it.
        public var depth: Int
    }

    /// By start; what lies around others comes first.
    public private(set) var bars: [Bar] = []
    public private(set) var laneCount = 0

    /// A bar lies in the lane of another only after that one ended, or as part of it.
    ///
    /// - Complexity: O(n log n + n × lanes).
    public init(_ trace: Trace) {
        let results = trace.resultsOfScopes
        /// The operations a bar is part of: those its scopes ended with, and for a call the one that made it.
        func around(_ bar: Bar) -> Set<NodeID> {
            var nodes: Set<NodeID> = bar.call == nil ? [] : [bar.node]
            var scope = trace[bar.node].scope
            while let index = scope {
                if let result = results[index] { nodes.insert(result) }
                scope = trace.scopes[index].parent
            }
            return nodes
        }
        var all = trace.nodes.filter { $0.kind == .operation || $0.kind == .failure }.map {
            Bar(node: $0.id, call: nil, lane: 0, start: $0.start, duration: max(0, $0.duration), depth: 0)
        }
        all += trace.calls.map { call in
            let extent = trace.extent(of: call)
            return Bar(
                node: call.node, call: call, lane: 0, start: extent.start, duration: extent.duration, depth: 0)
        }
        let order = all.indices.sorted { a, b in
            let (first, second) = (all[a], all[b])
            if first.start != second.start { return first.start < second.start }
            if first.duration != second.duration { return first.duration > second.duration }
            return (first.call == nil ? 0 : 1, a) < (second.call == nil ? 0 : 1, b)
        }
        var lanes: [[(node: NodeID, isCall: Bool, end: Int64)]] = []
        for index in order {
            var bar = all[index]
            let outer = around(bar)
            var chosen: Int?
            for lane in lanes.indices {
                while let last = lanes[lane].last, last.end <= bar.start { lanes[lane].removeLast() }
                let isFree = lanes[lane].last.map { !$0.isCall && outer.contains($0.node) } ?? true
                if isFree, chosen == nil { chosen = lane }
            }
            let lane = chosen ?? lanes.count
            if chosen == nil { lanes.append([]) }
            if let last = lanes[lane].last {
                // Clocks are read a little apart: a part never outlasts the whole.
                bar.duration = min(bar.duration, max(0, last.end - bar.start))
            }
            bar.lane = lane
            bar.depth = lanes[lane].count
            lanes[lane].append((bar.node, bar.call != nil, bar.start + bar.duration))
            bars.append(bar)
        }
        laneCount = lanes.count
    }
}
