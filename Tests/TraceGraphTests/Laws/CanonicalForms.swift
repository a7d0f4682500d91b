import TraceGraph

/// Says whether traces are the same execution, whatever order their nodes were recorded in.
///
/// A node is told apart by what it is, by everything above it, and by everything below it. Forms made by one and the same
/// `CanonicalForms` can be compared.
struct CanonicalForms {
    /// All that a trace holds, times and the order of nodes aside.
    struct Form: Hashable {
        var nodes: [Int]
        var outcome: String
        var result: Int?
        var scopes: [String]
        var parameters: [String]
        var calls: [String]
    }

    private var numbers: [[String]: Int] = [:]

    mutating func form(of trace: Trace) -> Form {
        var paths: [String] = []
        for scope in trace.scopes { paths.append((scope.parent.map { paths[$0] } ?? "") + "/" + scope.name) }

        var above: [Int] = []
        var readers = trace.nodes.map { _ in [(argument: String, node: Int)]() }
        for node in trace.nodes {
            var key = [
                node.kind.name, node.base, node.value.json, node.scope.map { paths[$0] } ?? "–",
                node.operation.map { "\($0.name) \($0.documentation) \($0.location)" } ?? "–", "\(node.level)",
                node.parameter.map { "\($0)" } ?? "–",
            ]
            for input in node.inputs {
                key += [input.name, "\(above[input.node.index])"]
                readers[input.node.index].append((input.name, node.id.index))
            }
            above.append(number(key))
        }
        var whole = above
        for place in above.indices.reversed() {
            whole[place] = number(
                ["\(above[place])"] + readers[place].map { "\($0.argument) \(whole[$0.node])" }.sorted())
        }
        return Form(
            nodes: whole.sorted(), outcome: trace.outcome.name, result: trace.result.map { whole[$0.id.index] },
            scopes: paths.sorted(), parameters: trace.parameters.map { trace[$0].name }.sorted(),
            calls: trace.calls.map { "\(whole[$0.node.index]) \($0.model) \($0.usage)" }.sorted())
    }

    private mutating func number(_ key: [String]) -> Int {
        if let known = numbers[key] { return known }
        numbers[key] = numbers.count
        return numbers.count - 1
    }

    /// Whether two traces are the same execution.
    static func areEqual(_ a: Trace, _ b: Trace) -> Bool {
        var forms = CanonicalForms()
        return forms.form(of: a) == forms.form(of: b)
    }
}
