import LanguageModels
import TraceGraph

extension RecordedTrace {
    /// The trace as one self-contained page: the graph, what was said about the outputs, and every node with its value,
    /// its inputs and its model calls as they were sent.
    ///
    /// - Parameter mayAskGraphviz: Whether `dot` may be started for the layout.
    public func html(mayAskGraphviz: Bool = true) async -> String {
        var page = HTMLPage(title: title)
        page.add("h1", title)
        page.add("p", facts.joined(separator: " · "), class: "facts")
        for item in trace.feedback {
            let scores = item.scores.sorted { $0.key < $1.key }.map { "\($0.key) \(Amounts.decimal($0.value))" }
            page.add("p", "feedback on \(trace[item.output].name): \(scores.joined(separator: ", "))")
            if !item.text.isEmpty { page.add(markup: HTMLPage.recorded(item.text)) }
        }
        page.add("h2", "Graph")
        let drawing = await GraphDrawing(GraphView(trace), mayAskGraphviz: mayAskGraphviz)
        page.add(markup: "<div class=\"drawing\">\(drawing.svg(title: title, isDocument: false))</div>")
        page.add("h2", "Nodes in execution order")
        let calls = Dictionary(grouping: trace.calls, by: \.node)
        for node in trace.nodes { page.add(markup: details(of: node, calls[node.id] ?? [])) }
        return page.html
    }

    /// The trace in a few short phrases.
    public var facts: [String] {
        var facts: [String] = []
        if let run { facts.append(run) }
        facts += ["candidate \(trace.candidate.id)", trace.outcome.name]
        if let example { facts.append("example \(example)") }
        if let split { facts.append(split) }
        if let score { facts.append("score \(Amounts.decimal(score))") }
        facts.append("\(trace.nodes.count) nodes")
        facts.append(Amounts.time(nanoseconds: trace.duration))
        if trace.usage.calls > 0 {
            facts.append("\(trace.usage.totalTokens) tokens")
            facts.append(Amounts.dollars(trace.usage.cost))
            facts.append("\(trace.calls.count { $0.wasCached }) of \(trace.calls.count) calls from the cache")
        }
        return facts
    }

    private func details(of node: Node, _ calls: [ModelCall]) -> String {
        let inputs = node.inputs.map { "\($0.name) = \(trace[$0.node].name)" }.joined(separator: ", ")
        let made = node.operation.map { "\($0.name)(\(inputs))" } ?? node.kind.name
        var text = "<details\(node.kind == .failure ? " class=\"failure\" open" : "")><summary>"
        text += "<b>\(node.name.escapedForXML)</b> \(node.kind == .failure ? "✗ failed " : "")"
        text += "<small>\(made.onOneLine(160).escapedForXML)"
        if node.operation != nil { text += " · \(Amounts.time(nanoseconds: node.duration))" }
        text += "</small></summary>"
        text += HTMLPage.recorded(Amounts.text(of: node.value), limit: trace.nodes.count > 1_000 ? 2_000 : 40_000)
        for call in calls {
            let cost =
                "\(call.usage.promptTokens) + \(call.usage.completionTokens) tokens, \(Amounts.dollars(call.usage.cost))"
            text += "<p>\(call.model.escapedForXML): \(cost)\(call.wasCached ? ", cached" : "")</p>"
            if let exchange = call.completion.flatMap({ exchanges[$0] }) {
                text += HTMLPage.recorded(exchange.request.prettyJSON) + HTMLPage.recorded(exchange.reply.text)
            }
        }
        return text + "</details>"
    }
}
