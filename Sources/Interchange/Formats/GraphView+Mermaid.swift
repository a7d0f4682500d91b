extension GraphView {
    /// The graph as a Mermaid flowchart: rectangles, stadiums and hexagons.
    public var mermaid: String {
        var lines = ["flowchart TD"]
        for vertex in vertices {
            let label = VertexLabel(vertex).lines.map { Self.mermaidText($0.text) }.joined(separator: "<br/>")
            let shape =
                switch vertex.shape {
                case .operation: "[\"\(label)\"]"
                case .value: "([\"\(label)\"])"
                case .parameter: "{{\"\(label)\"}}"
                }
            lines.append("  \(vertex.id)\(shape)")
        }
        for edge in edges {
            let (from, to) = (vertices[edge.from], vertices[edge.to])
            let names = edge.names.joined(separator: ", ")
            let arrow = edge.isBack ? "-.->" : "-->"
            let label = names == from.title || names.isEmpty ? "" : "|\"\(Self.mermaidText(names.onOneLine(30)))\"|"
            lines.append("  \(from.id) \(arrow)\(label) \(to.id)")
        }
        lines.append("  classDef parameter fill:#ddf4ff,stroke:#0969da,color:#1b1f24")
        lines.append("  classDef failed stroke:#cf222e,stroke-width:3px")
        lines.append("  classDef changed stroke:#9a6700,stroke-dasharray:5 3")
        for (name, belongs) in Self.mermaidClasses {
            let ids = vertices.filter(belongs).map(\.id)
            if !ids.isEmpty { lines.append("  class \(ids.joined(separator: ",")) \(name)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static var mermaidClasses: [(String, (Vertex) -> Bool)] {
        [
            ("parameter", { $0.shape == .parameter }), ("failed", { $0.failures > 0 }),
            ("changed", { $0.change != nil }),
        ]
    }

    /// A label's text: all that Mermaid or the HTML it makes could take for its own is written by number.
    private static func mermaidText(_ text: String) -> String {
        var safe = ""
        for scalar in text.withoutControls.unicodeScalars {
            switch scalar {
            case "\"", "#", "<", ">", "&", "`", "\\", "[", "]", "{", "}", "|", ";", "*", "_", "~", "$":
                safe += "#\(scalar.value);"
            case "\n": safe += " "
            default: safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }
}
