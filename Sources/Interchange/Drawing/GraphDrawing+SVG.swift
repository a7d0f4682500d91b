import TraceGraph

extension GraphDrawing {
    /// The drawing as one `<svg>` element: operations as rounded boxes, values as ellipses, parameters as hexagons;
    /// failures with a double border and a cross, changes with dashes and a sign, so that nothing hangs on colour alone.
    ///
    /// Everything recorded is text: there is no script, no link, no style attribute and nothing from outside.
    ///
    /// - Parameters:
    ///   - title: What it is a drawing of.
    ///   - isDocument: Whether it is a file of its own, with its own colours, rather than part of a page that has them.
    public func svg(title: String, isDocument: Bool = true) -> String {
        var parts: [String] = []
        if isDocument { parts.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>") }
        let (width, height) = (Self.number(layout.size.width), Self.number(layout.size.height))
        parts.append(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"graph\" role=\"img\" width=\"\(width)\" height=\"\(height)\" "
                + "viewBox=\"0 0 \(width) \(height)\">")
        parts.append("<title>\(title.escapedForXML)</title>")
        if isDocument { parts.append("<style>\(Self.colours)</style>") }
        parts.append(
            "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" "
                + "orient=\"auto\"><path class=\"head\" d=\"M0 0L8 4L0 8z\"/></marker></defs>")
        let shades = Shades(view.vertices)
        for index in view.edges.indices { parts.append(line(index)) }
        for index in view.vertices.indices { parts.append(box(index, shades)) }
        parts.append("</svg>")
        return parts.joined(separator: "\n") + "\n"
    }

    private func line(_ index: Int) -> String {
        let edge = view.edges[index]
        let points = layout.routes[index]
        guard let first = points.first else { return "" }
        var path = "M\(Self.pair(first))"
        var place = 1
        while place + 2 < points.count {
            path += "C\(Self.pair(points[place])) \(Self.pair(points[place + 1])) \(Self.pair(points[place + 2]))"
            place += 3
        }
        let (from, to) = (view.vertices[edge.from], view.vertices[edge.to])
        let names = edge.names.joined(separator: ", ")
        var classes = "edge"
        if edge.isBack { classes += " back" }
        if edge.count > 1 { classes += " many" }
        let told = "\(from.title) → \(to.title) as \(names)" + (edge.count > 1 ? ", \(edge.count) times" : "")
        var text = "<g class=\"\(classes)\" data-from=\"\(from.id)\" data-to=\"\(to.id)\">"
        text += "<title>\((told + (from.count == 1 ? ": \(from.excerpt)" : "")).escapedForXML)</title>"
        text += "<path d=\"\(path)\" marker-end=\"url(#arrow)\"/>"
        // The name of an argument is worth a label where it says more than the name of what is read.
        if view.edges.count <= 60, names != from.title, !names.isEmpty, points.count >= 4 {
            let middle = Self.middle(of: points)
            text +=
                "<text class=\"argument\" x=\"\(Self.number(middle.x + 4))\" y=\"\(Self.number(middle.y))\">"
                + "\(names.onOneLine(24).escapedForXML)</text>"
        }
        return text + "</g>"
    }

    private func box(_ index: Int, _ shades: Shades) -> String {
        let vertex = view.vertices[index]
        let (centre, label) = (layout.centres[index], labels[index])
        let (width, height) = (label.size.width, label.size.height)
        var classes = ["vertex", vertex.shape.rawValue, shades.classes(of: vertex)]
        if vertex.failures > 0 { classes.append("failed") }
        if let change = vertex.change { classes.append(change.rawValue) }
        if vertex.isOrigin { classes.append("origin") }
        if vertex.count > 1 { classes.append("folded") }
        if let role = vertex.role { classes.append(role) }
        var text =
            "<g class=\"\(classes.joined(separator: " "))\" id=\"v-\(vertex.id)\" data-id=\"\(vertex.id)\""
            + (vertex.canOpen ? " data-opens=\"1\"" : "") + ">"
        text += "<title>\(told(of: vertex).escapedForXML)</title>"
        if vertex.count > 1 {
            text += outline(vertex.shape, GraphLayout.Point(x: centre.x + 4, y: centre.y + 4), width, height, "stack")
        }
        text += outline(vertex.shape, centre, width, height, "outline")
        if vertex.failures > 0 { text += outline(vertex.shape, centre, width - 6, height - 6, "inner") }
        let lines = label.lines
        var y = centre.y - Double(lines.count) * VertexLabel.lineHeight / 2 + VertexLabel.lineHeight * 0.75
        for line in lines {
            text +=
                "<text class=\"\(line.role)\" x=\"\(Self.number(centre.x))\" y=\"\(Self.number(y))\" "
                + "text-anchor=\"middle\">\(line.text.escapedForXML)</text>"
            y += VertexLabel.lineHeight
        }
        return text + "</g>"
    }

    private func told(of vertex: GraphView.Vertex) -> String {
        var text = "\(vertex.title) (\(vertex.shape.rawValue)"
        if vertex.count > 1 { text += ", \(vertex.count) times" }
        if vertex.failures > 0 { text += ", failed" }
        if let change = vertex.change { text += ", \(change.rawValue)" }
        return text + ")" + (vertex.count == 1 && !vertex.excerpt.isEmpty ? ": \(vertex.excerpt)" : "")
    }

    private func outline(
        _ shape: GraphView.Shape, _ centre: GraphLayout.Point, _ width: Double, _ height: Double, _ role: String
    ) -> String {
        let (left, right) = (centre.x - width / 2, centre.x + width / 2)
        let (top, bottom) = (centre.y - height / 2, centre.y + height / 2)
        switch shape {
        case .operation:
            return "<rect class=\"\(role)\" x=\"\(Self.number(left))\" y=\"\(Self.number(top))\" "
                + "width=\"\(Self.number(width))\" height=\"\(Self.number(height))\" rx=\"5\"/>"
        case .value:
            return "<rect class=\"\(role)\" x=\"\(Self.number(left))\" y=\"\(Self.number(top))\" "
                + "width=\"\(Self.number(width))\" height=\"\(Self.number(height))\" rx=\"\(Self.number(height / 2))\"/>"
        case .parameter:
            let inset = min(14, width / 4)
            let corners = [
                (left, centre.y), (left + inset, top), (right - inset, top), (right, centre.y), (right - inset, bottom),
                (left + inset, bottom),
            ].map { "\(Self.number($0.0)),\(Self.number($0.1))" }
            return "<polygon class=\"\(role)\" points=\"\(corners.joined(separator: " "))\"/>"
        }
    }

    static func number(_ number: Double) -> String {
        let text = Amounts.decimal(number, 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func pair(_ point: GraphLayout.Point) -> String { "\(number(point.x)) \(number(point.y))" }

    private static func middle(of points: [GraphLayout.Point]) -> GraphLayout.Point {
        let start = (points.count - 1) / 3 / 2 * 3
        let (a, b, c, d) = (points[start], points[start + 1], points[start + 2], points[start + 3])
        return GraphLayout.Point(
            x: (a.x + 3 * b.x + 3 * c.x + d.x) / 8, y: (a.y + 3 * b.y + 3 * c.y + d.y) / 8)
    }
}

/// How slow and how dear each vertex is beside the others, in five shades.
struct Shades {
    private let longest: Int64
    private let dearest: Double
    private let mostTokens: Int

    init(_ vertices: [GraphView.Vertex]) {
        longest = vertices.map(\.duration).max() ?? 0
        dearest = vertices.compactMap(\.usage.cost).max() ?? 0
        mostTokens = vertices.map(\.usage.totalTokens).max() ?? 0
    }

    func classes(of vertex: GraphView.Vertex) -> String {
        // Where no price is known, or all is free, tokens tell what is dear.
        let cost =
            dearest > 0
            ? (vertex.usage.cost ?? 0) / dearest
            : mostTokens > 0 ? Double(vertex.usage.totalTokens) / Double(mostTokens) : 0
        let time = longest > 0 ? Double(vertex.duration) / Double(longest) : 0
        return "slow\(Self.shade(time)) dear\(Self.shade(cost))"
    }

    private static func shade(_ part: Double) -> Int {
        switch part {
        case ..<0.01: 0
        case ..<0.1: 1
        case ..<0.3: 2
        case ..<0.6: 3
        default: 4
        }
    }
}
