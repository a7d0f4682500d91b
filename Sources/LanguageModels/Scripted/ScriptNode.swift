import TraceGraph
import Yams

/// A piece of a script file with the line where it stands.
struct ScriptNode {
    indirect enum Content {
        case value(Value)
        case list([ScriptNode])
        case fields([(name: String, node: ScriptNode)])
    }

    let line: Int
    let content: Content

    /// The plain value, lines dropped.
    var value: Value {
        switch content {
        case .value(let value): value
        case .list(let nodes): .list(nodes.map(\.value))
        case .fields(let fields): .object(Fields(fields.map { ($0.name, $0.node.value) }))
        }
    }

    var kindName: String { value.kindName }
}

extension ScriptNode {
    /// A node of a YAML document.
    init(_ node: Yams.Node, line outer: Int) {
        let line = node.mark?.line ?? outer
        let content: Content
        switch node {
        case .mapping(let mapping):
            content = .fields(mapping.map { ($0.key.string ?? "", ScriptNode($0.value, line: line)) })
        case .sequence(let sequence):
            content = .list(sequence.map { ScriptNode($0, line: line) })
        case .scalar, .alias:
            if node.null != nil, node.scalar?.style == .plain || node.scalar?.style == .any {
                content = .value(.null)
            } else if let flag = node.bool {
                content = .value(.flag(flag))
            } else if let integer = node.int {
                content = .value(.integer(integer))
            } else if let number = node.float {
                content = .value(.number(number))
            } else {
                content = .value(.text(node.string ?? ""))
            }
        }
        self.init(line: line, content: content)
    }

    /// A JSON value that stands on one line.
    init(_ value: Value, line: Int) {
        self.line = line
        switch value {
        case .list(let elements): content = .list(elements.map { ScriptNode($0, line: line) })
        case .object(let fields): content = .fields(fields.map { ($0.name, ScriptNode($0.value, line: line)) })
        default: content = .value(value)
        }
    }
}
