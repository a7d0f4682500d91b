import TraceGraph

extension ProblemBuilder {
    /// The lines of operations, each once, in execution order.
    func code(_ documentation: Documentation) -> [Problem.Line] {
        let variants = LineVariants(graphs, shapes, lines)
        return operationOrder().map { line in
            let entry = lines.entries[Int(line)]
            let graph = graphs[entry.graph]
            let readsVariable = graph.edges(of: entry.place).contains { edge in
                graph.roles[Int(graph.arguments[edge].source)] == .variable
            }
            return Problem.Line(
                label: labels.names[Int(line)], operation: word(graph.operations[entry.place]),
                arguments: arguments(of: line, variants), scope: word(graph.scopes[entry.place]),
                repeats: Int(entry.fewest)...Int(entry.most), runs: entry.traces, failures: entry.failures,
                readsVariable: readsVariable, note: documentation.note(of: graph.operations[entry.place]))
        }
    }

    private func operationOrder() -> [LineTable.Line] {
        guard graphs.count > 1 else {
            // In one trace, lines are numbered in execution order.
            return lines.entries.indices.filter { lines.entries[$0].isOperation }.map { LineTable.Line($0) }
        }
        var order = LineOrder(lines: lines.entries.count)
        for (graph, layout) in zip(graphs, lines.layouts) {
            var first: [LineTable.Line] = []
            var reads: [(line: Int32, source: Int32)] = []
            for place in 0..<graph.count where graph.roles[place] == .operation && layout.turns[place] == 0 {
                first.append(layout.lines[place])
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
                    label: label(of: slot.reads[0]), alternatives: slot.reads.dropFirst().map { label(of: $0) },
                    isInTurn: slot.isInTurn, readsMore: slot.readsMore, count: slot.fewest...slot.most)
            }
        }
        var arguments: [Problem.Argument] = []
        arguments.reserveCapacity(min(edges.count, 8))
        let slots = shapes.readings[entry.graph]
        let layout = lines.layouts[entry.graph]
        var edge = edges.lowerBound
        while edge < edges.upperBound {
            let read = LineVariants.read(of: edge, in: graph, layout)
            var end = edge + 1
            while end < edges.upperBound, slots.slots[end] == slots.slots[edge],
                LineVariants.read(of: end, in: graph, layout) == read
            {
                end += 1
            }
            let label = label(of: read)
            if end - edge >= Int(ShapeTable.foldsFrom) {
                let count = end - edge
                arguments.append(
                    Problem.Argument(name: word(graph.arguments[edge].stem), label: label, count: count...count))
            } else {
                for place in edge..<end {
                    arguments.append(
                        Problem.Argument(name: names[place - edges.lowerBound], label: label, count: 1...1))
                }
            }
            edge = end
        }
        return arguments
    }

    /// The argument names, without the number a recorder puts behind a name it made up, where that leaves them different.
    private func spokenNames(of entry: LineTable.Entry) -> [String] {
        let graph = graphs[entry.graph]
        let names = graph.inputs(at: entry.place).map(\.name)
        guard names.count > 1 else { return names }
        let first = graph.edges(of: entry.place).lowerBound
        var spoken: [String]?
        for (index, name) in names.enumerated() {
            guard let last = name.utf8.last, last == UInt8(ascii: "0") + UInt8(index % 10) else { continue }
            let base = word(graph.bases[Int(graph.arguments[first + index].source)])
            guard name == "\(base)\(index)" else { continue }
            if spoken == nil { spoken = names }
            spoken?[index] = base
        }
        guard let spoken, Set(spoken).count == names.count else { return names }
        return spoken
    }

    private func label(of read: LineVariants.Read) -> String {
        switch read {
        case .line(let line): labels.names[Int(line)]
        case .variable(let name): word(name)
        }
    }

    // MARK: Documentation

    /// What operations and variables say about themselves.
    struct Documentation {
        var notes: [Problem.Note] = []
        /// By the operation's name: the place of the first note about it.
        fileprivate var first: [Int32] = []

        func note(of operation: Lexicon.Word) -> Int? {
            guard operation >= 0, Int(operation) < first.count, first[Int(operation)] >= 0 else { return nil }
            return Int(first[Int(operation)])
        }
    }

    /// Each distinct operation once, then the variables.
    func documentation() -> Documentation {
        var documentation = Documentation()
        // What else an operation of the same name says is rare.
        var others: Set<Problem.Note> = []
        for graph in graphs {
            let operations = graph.trace.operations
            var isKnown = operations.map(\.documentation.isEmpty)
            for place in 0..<graph.count where graph.roles[place] == .operation {
                guard let index = graph.node(at: place).operationIndex, !isKnown[index] else { continue }
                isKnown[index] = true
                let text = operations[index].documentation
                let word = Int(graph.operations[place])
                let count = documentation.first.count
                if count <= word {
                    documentation.first += repeatElement(-1, count: max(word + 1, 2 * count) - count)
                }
                let note = Problem.Note(name: operations[index].name, text: text)
                let known = documentation.first[word]
                if known < 0 {
                    documentation.first[word] = Int32(documentation.notes.count)
                } else if documentation.notes[Int(known)] == note || !others.insert(note).inserted {
                    continue
                }
                documentation.notes.append(note)
            }
        }
        for definition in parameters.definitions where !definition.documentation.isEmpty {
            documentation.notes.append(Problem.Note(name: definition.name, text: definition.documentation))
        }
        return documentation
    }
}
