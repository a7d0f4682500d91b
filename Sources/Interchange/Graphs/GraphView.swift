public import TraceGraph

/// A trace as it is drawn: nodes, and folds that stand for many of them.
///
/// Composite operations are one vertex until they are opened, and what a loop or a map did three times or more is one
/// vertex with its count. So the picture of ten thousand nodes has as many vertices as the workflow has steps.
public struct GraphView: Sendable {
    /// What a vertex is drawn as.
    public enum Shape: String, Sendable, Hashable {
        case operation, value, parameter
    }

    /// How a vertex differs from another trace.
    public enum Change: String, Sendable, Hashable {
        case added, removed, changed
    }

    /// One shape of the drawing.
    public struct Vertex: Sendable, Identifiable {
        /// `n12` for a node, `f12` for a fold that begins with it, `s3` for a composite operation, `r12` for a node that
        /// only the earlier trace has: the same whatever else is opened.
        public var id: String
        /// The node's name, or what the members of a fold have in common.
        public var title: String
        /// The operation, with what it is called; the kind for roots.
        public var caption: String
        /// The beginning of the value, on one line.
        public var excerpt: String
        public var shape: Shape
        /// The nodes it stands for, in execution order; of the earlier trace when it was removed.
        public var members: [NodeID]
        /// How many turns or elements it stands for; 1 for a node.
        public var count: Int
        /// Whether opening it shows more.
        public var canOpen: Bool
        /// Members that failed.
        public var failures: Int
        /// Nil where nothing is compared or nothing changed.
        public var change: Change?
        /// True where the two executions part.
        public var isOrigin: Bool
        /// Nanoseconds, of all members that are not inside others.
        public var duration: Int64
        public var usage: Usage
        /// What was said about its members, how often.
        public var feedback: Int
        /// Whether some members read others of the same vertex, as the turns of a loop do.
        public var isLoop: Bool
        /// A word of its own for how it is drawn, such as `rejected` for a candidate; nil for nodes.
        public var role: String?
    }

    /// What flows from one vertex to another.
    public struct Edge: Sendable, Hashable {
        /// Places in ``GraphView/vertices``.
        public var from: Int
        public var to: Int
        /// Under which argument names, at most three.
        public var names: [String]
        /// How many inputs it stands for.
        public var count: Int
        /// Whether it leads back to what was recorded earlier, as around a loop.
        public var isBack: Bool
    }

    /// In the order their first members were recorded.
    public internal(set) var vertices: [Vertex] = []
    public internal(set) var edges: [Edge] = []
    /// By node of the trace, the place of the vertex that stands for it.
    public internal(set) var places: [Int] = []

    /// The fewest equal steps that are folded into one.
    public static let leastFold = 3
    /// The most members shown of a fold that is opened; the rest stays folded.
    public static let mostOpened = 24

    /// - Parameters:
    ///   - trace: What is drawn.
    ///   - opened: The ids of the vertices that are opened; `*` opens everything.
    ///   - diff: What it is compared with, `trace` being the trace after.
    /// - Complexity: O(nodes + edges).
    public init(_ trace: Trace, opened: Set<String> = [], comparedBy diff: GraphDiff? = nil) {
        var builder = GraphViewBuilder(trace, opened: opened)
        builder.group()
        builder.describe()
        builder.connect()
        self = builder.view
        if let diff { mark(trace, diff) }
    }

    /// The vertex called `id`, by its place.
    public func place(of id: String) -> Int? { vertices.firstIndex { $0.id == id } }
}
