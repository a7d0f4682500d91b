import TraceGraph

extension ProblemBuilder {
    /// The lines of operations, each once, in execution order.
    func code() -> [Problem.Line] {
        let order = operationOrder()
        let variants = LineVariants(graphs, shapes, lines)
        return order.map { line in
            let entry = lines.entries[Int(line)]
            let graph = graphs[entry.graph]
            let scope = graph.scopes[entry.place]
            return Problem.Line(
                label: labels.names[Int(line)], operation: word(graph.operations[entry.place]),
                arguments: arguments(of: line, variants), scope: word(scope),
                repeats: Int(entry.fewest)...Int(entry.most), runs: entry.traces, failures: entry.failures)
        }
    }

    private func operationOrder() -> [LineTable.Line] {
        var order = LineOrder(lines: lines.entries.count)
        for (graph, layout) in zip(graphs, lines.layouts) {
            var first: [LineTable.Line] = []
            var reads: [(line: Int32, source: Int32)] = []
            for place in 0..<graph.count where graph.roles[place] == .operation && layout.turns[place] == 0 {
                first.append(layout.lines[place])
                guard graphs.count > 1 else { continue }
                for edge in graph.edges(of: place) {
                    let source = Int(graph.arguments[edge].source)
                    if graph.roles[source] == .operation { reads.append((layout.lines[place], layout.lines[source])) }
                }
            }
            order.add(first, reads: reads)
        }
        return order.all
    }

    // MARK: Arguments

    private func arguments(of line: LineTable.Line, _ variants: LineVariants) -> [Problem.Argument] {
        let entry = lines.entries[Int(line)]
        let graph = graphs[entry.graph]
        let edges = graph.edges(of: entry.place)
        guard !edges.isEmpty else { return [] }
        let names = spokenNames(of: entry)
        if let slots = variants.slots(of: line) {
            return slots.map { slot in
                let isOne = slot.most == 1
                return Problem.Argument(
                    name: isOne ? names[slot.edge] : word(graph.arguments[edges.lowerBound + slot.edge].stem),
                    labels: slot.reads.map { label(of: $0) }, isInTurn: slot.isInTurn, readsMore: slot.readsMore,
                    count: slot.fewest...slot.most)
            }
        }
        var arguments: [Problem.Argument] = []
        let slots = shapes.readings[entry.graph].slots
        var edge = edges.lowerBound
        while edge < edges.upperBound {
            let read = LineVariants.read(of: edge, in: graph, lines.layouts[entry.graph])
            var end = edge + 1
            while end < edges.upperBound, slots[end] == slots[edge],
                LineVariants.read(of: end, in: graph, lines.layouts[entry.graph]) == read
            {
                end += 1
            }
            if end - edge >= Int(ShapeTable.foldsFrom) {
                arguments.append(
                    Problem.Argument(name: word(graph.arguments[edge].stem), label: label(of: read), count: end - edge))
            } else {
                for place in edge..<end {
                    arguments.append(
                        Problem.Argument(name: names[place - edges.lowerBound], label: label(of: read), count: 1))
                }
            }
            edge = end
        }
        return arguments
    }

    /// The argument names, without the number a recorder puts behind a name it made up, where that leaves them different.
    private func spokenNames(of entry: LineTable.Entry) -> [String] {
        let graph = graphs[entry.graph]
        let inputs = graph.inputs(at: entry.place)
        guard inputs.count > 1 else { return inputs.map(\.name) }
        let sources = graph.edges(of: entry.place).map { Int(graph.arguments[$0].source) }
        var isMadeUp = false
        let names = inputs.indices.map { index in
            let name = inputs[index].name
            let base = word(graph.bases[sources[index]])
            guard name.utf8.count > base.utf8.count, name.hasPrefix(base),
                name.utf8.dropFirst(base.utf8.count).elementsEqual("\(index)".utf8)
            else { return name }
            isMadeUp = true
            return base
        }
        return !isMadeUp || Set(names).count == names.count ? names : inputs.map(\.name)
    }

    private func label(of read: LineVariants.Read) -> String {
        switch read {
        case .line(let line): labels.names[Int(line)]
        case .variable(let name): word(name)
        }
    }

    // MARK: Documentation

    /// What operations and variables say about themselves, each distinct operation once.
    func documentation() -> [Problem.Note] {
        var seen: Set<Problem.Note> = []
        var notes: [Problem.Note] = []
        for graph in graphs {
            let operations = graph.trace.operations
            var isKnown = operations.map(\.documentation.isEmpty)
            for place in 0..<graph.count where graph.roles[place] == .operation {
                guard let index = graph.node(at: place).operationIndex, !isKnown[index] else { continue }
                isKnown[index] = true
                let note = Problem.Note(name: operations[index].name, text: operations[index].documentation)
                if seen.insert(note).inserted { notes.append(note) }
            }
        }
        for definition in parameters.definitions where !definition.documentation.isEmpty {
            notes.append(Problem.Note(name: definition.name, text: definition.documentation))
        }
        return notes
    }
}
