extension GraphView {
    /// The graph in Graphviz's language: boxes, ellipses and hexagons, failures with two borders, changes dashed.
    ///
    /// - Parameter name: What it is a graph of.
    public func dot(named name: String) -> String {
        var lines = ["digraph \(Self.quoted(name)) {"]
        lines.append("  graph [rankdir=TB fontname=\"monospace\"];")
        lines.append("  node [fontname=\"monospace\" fontsize=11 style=filled fillcolor=\"#f6f8fa\"];")
        lines.append("  edge [fontname=\"monospace\" fontsize=9 color=\"#57606a\"];")
        for vertex in vertices {
            let label = VertexLabel(vertex).lines.map(\.text).joined(separator: "\n")
            var attributes = ["label=\(Self.quoted(label))"]
            switch vertex.shape {
            case .operation: attributes.append("shape=box")
            case .value: attributes.append("shape=ellipse fillcolor=\"#ffffff\"")
            case .parameter: attributes.append("shape=hexagon fillcolor=\"#ddf4ff\"")
            }
            if vertex.failures > 0 { attributes.append("peripheries=2 color=\"#cf222e\"") }
            switch vertex.change {
            case .added: attributes.append("penwidth=2.5 color=\"#1a7f37\"")
            case .removed: attributes.append("style=\"filled,dotted\" color=\"#cf222e\"")
            case .changed:
                attributes.append("style=\"filled,dashed\" color=\"#9a6700\" penwidth=\(vertex.isOrigin ? 3 : 1.5)")
            case nil: break
            }
            lines.append("  \(vertex.id) [\(attributes.joined(separator: " "))];")
        }
        for edge in edges {
            let (from, to) = (vertices[edge.from], vertices[edge.to])
            let names = edge.names.joined(separator: ", ")
            var attributes: [String] = []
            if names != from.title { attributes.append("label=\(Self.quoted(names.onOneLine(30)))") }
            if edge.isBack { attributes.append("style=dashed constraint=false") }
            lines.append(
                "  \(from.id) -> \(to.id)" + (attributes.isEmpty ? ";" : " [\(attributes.joined(separator: " "))];"))
        }
        lines.append("}")
        return lines.joined(separator: "\n") + "\n"
    }

    /// A quoted text of DOT, in which only quotes and backslashes mean anything.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for character in text.withoutControls {
            switch character {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            default: quoted.append(character)
            }
        }
        return quoted + "\""
    }
}
