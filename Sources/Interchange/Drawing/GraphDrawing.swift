import TraceGraph

/// A trace laid out and ready to be drawn.
public struct GraphDrawing: Sendable {
    public let view: GraphView
    public let layout: GraphLayout
    /// What is written into each box.
    let labels: [VertexLabel]

    /// - Parameter mayAskGraphviz: Whether `dot` may be started for the layout.
    public init(_ view: GraphView, mayAskGraphviz: Bool = true) async {
        let labels = view.vertices.map(VertexLabel.init)
        self.view = view
        self.labels = labels
        layout = await GraphLayout.best(
            for: GraphLayout.Problem(sizes: labels.map(\.size), edges: view.edges.map { (from: $0.from, to: $0.to) }),
            mayAskGraphviz: mayAskGraphviz)
    }
}

/// The lines in a box and how much room they take.
struct VertexLabel: Sendable {
    static let lineHeight = 15.0
    private static let longest = 34

    let title: String
    let caption: String
    let excerpt: String
    let marks: String
    let size: GraphLayout.Size

    init(_ vertex: GraphView.Vertex) {
        var title = vertex.title.onOneLine(Self.longest)
        if vertex.count > 1 { title += "  ×\(vertex.count)" }
        self.title = title
        var caption = vertex.caption == vertex.title ? "" : vertex.caption.onOneLine(Self.longest)
        if vertex.shape == .operation, vertex.duration > 0 {
            caption += (caption.isEmpty ? "" : " · ") + Amounts.time(nanoseconds: vertex.duration)
        }
        self.caption = caption
        excerpt = vertex.count > 1 ? "" : vertex.excerpt.onOneLine(Self.longest)
        // Told by signs as well as by colour.
        var marks: [String] = []
        switch vertex.change {
        case .added: marks.append("+ new")
        case .removed: marks.append("− gone")
        case .changed: marks.append(vertex.isOrigin ? "≠ changed here" : "≠ changed")
        case nil: break
        }
        if vertex.failures > 0 { marks.append(vertex.count > 1 ? "✗ \(vertex.failures) failed" : "✗ failed") }
        if vertex.usage.calls > 0 { marks.append("\(vertex.usage.totalTokens) tokens") }
        if vertex.feedback > 0 { marks.append("feedback") }
        if vertex.isLoop { marks.append("↻") }
        if vertex.canOpen { marks.append("⊞") }
        self.marks = marks.joined(separator: " · ")
        let lines = [title, caption, excerpt, self.marks].filter { !$0.isEmpty }
        let width = Double(lines.map(\.count).max() ?? 0) * 6.9 + (vertex.shape == .operation ? 24 : 44)
        size = GraphLayout.Size(width: max(84, width), height: Double(lines.count) * Self.lineHeight + 14)
    }

    var lines: [(role: String, text: String)] {
        [("title", title), ("caption", caption), ("excerpt", excerpt), ("marks", marks)].filter { !$0.1.isEmpty }
    }
}
