import TraceGraph

extension ProblemBuilder {
    /// The values of one trace.
    func run(_ index: Int) -> Problem.Run {
        let graph = graphs[index]
        let layout = lines.layouts[index]
        let shown = ShownTurns(graph, layout, shapes: shapes, reading: shapes.readings[index])
        var inputs = otherValues(of: graph)
        var others: [Problem.Entry] = []
        var outputs: [Problem.Entry] = []
        var spoken: [NodeID: (label: String, rank: Int)] = [:]
        let readByFailures = readByFailures(graph)
        for place in order(of: graph, layout, shown) {
            guard graph.roles[place] != .variable else {
                // Its value stands among the variables.
                if graph.isOutput[place] { spoken[graph.ids[place]] = (word(graph.bases[place]), spoken.count) }
                continue
            }
            let line = layout.lines[place]
            var label = labels.names[Int(line)]
            if lines.isFolded(line) { label += "[\(layout.turns[place] + 1) of \(layout.repeats[place])]" }
            let node = graph.node(at: place)
            let entry = Problem.Entry(
                label: label, value: node.value, isFailure: node.kind == .failure,
                isReadByFailure: readByFailures.contains(place))
            if graph.isOutput[place] {
                spoken[node.id] = (label, spoken.count)
                outputs.append(entry)
            } else if graph.roles[place] == .operation {
                others.append(entry)
            } else {
                inputs.append(entry)
            }
        }
        let observation = observations[index]
        return Problem.Run(
            score: observation.score, hasFailed: observation.hasFailed, inputs: inputs, others: others,
            outputs: outputs, feedback: remarks(graph.trace, spoken),
            outputsLeftOut: (0..<graph.count).count { graph.isOutput[$0] && shown.ranks[$0] < 0 })
    }

    /// The places that are shown: in execution order, the turns of one line together and the most telling first.
    private func order(of graph: SeenGraph, _ layout: LineTable.Layout, _ shown: ShownTurns) -> [Int] {
        var first: [LineTable.Line: Int] = [:]
        for place in 0..<graph.count where layout.repeats[place] > 1 && layout.turns[place] == 0 {
            first[layout.lines[place]] = place
        }
        guard !first.isEmpty else { return Array(0..<graph.count) }
        let shownPlaces = (0..<graph.count).filter { shown.ranks[$0] >= 0 }
        let places = shownPlaces.map { place -> (key: Int, place: Int) in
            (key: layout.repeats[place] > 1 ? first[layout.lines[place]] ?? place : place, place: place)
        }
        return places.sorted { a, b in
            (a.key, shown.ranks[a.place], a.place) < (b.key, shown.ranks[b.place], b.place)
        }.map(\.place)
    }

    private func readByFailures(_ graph: SeenGraph) -> Set<Int> {
        var places: Set<Int> = []
        for place in 0..<graph.count where graph.roles[place] == .operation && graph.isFailure[place] {
            for edge in graph.edges(of: place) { places.insert(Int(graph.arguments[edge].source)) }
        }
        return places
    }

    /// What variables held in this trace where that is not what the problem shows.
    private func otherValues(of graph: SeenGraph) -> [Problem.Entry] {
        var entries: [Problem.Entry] = []
        for place in 0..<graph.count where graph.roles[place] == .variable {
            let node = graph.node(at: place)
            guard let definition = parameters[word(graph.bases[place])] else { continue }
            guard node.value != candidate[definition.name] ?? definition.initial else { continue }
            entries.append(
                Problem.Entry(label: "\(definition.name) in this run", value: node.value, isFailure: false))
        }
        return entries
    }

    /// What was said, in the order of the outputs.
    private func remarks(_ trace: Trace, _ spoken: [NodeID: (label: String, rank: Int)]) -> [Problem.Remark] {
        var ranked: [(rank: Int, remark: Problem.Remark)] = []
        for item in trace.feedback {
            guard let (label, rank) = spoken[item.output] else { continue }
            let scores = item.scores.sorted { $0.key < $1.key }.map { (metric: $0.key, value: $0.value) }
            ranked.append((rank, Problem.Remark(label: label, text: item.text, scores: scores)))
        }
        return ranked.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
            .map(\.element.remark)
    }
}
