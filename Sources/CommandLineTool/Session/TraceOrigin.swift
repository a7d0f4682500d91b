import Interchange
import TraceGraph
import Workflows

/// What imported traces belong to: a name, or a workflow file with bindings.
struct TraceOrigin {
    /// Nil for what the traces themselves say.
    var name: String?
    var bindings: [SpanBinding] = []

    /// - Parameter text: A name, or the path of a workflow file.
    /// - Throws: All that is wrong with the file; ``CommandError`` when it has no bindings.
    init(_ text: String?, _ environment: [String: String]) throws {
        name = text
        guard let text, text.hasSuffix(".yaml") || text.hasSuffix(".yml") else { return }
        let file = try WorkflowFile(checked: text, environment)
        guard !file.bindings.isEmpty else {
            throw CommandError(
                "\(text) does not say where traces hold its parameters; add 'bindings', such as instruction: span/input"
            )
        }
        name = file.name
        bindings = file.bindings.compactMap { binding in
            file.parameters.first { $0.definition.name == binding.parameter }.map {
                SpanBinding($0.definition, span: binding.operation, input: binding.input)
            }
        }
    }
}
