import TraceGraph

/// Puts the subgraphs of several traces together into one problem.
struct ProblemBuilder {
    private let observations: [Observation]
    private let parameters: ParameterSpace
    private let candidate: Candidate
    private var shapes = ShapeTable()
    private var parts: [Part] = []

    /// One trace with what was read from it.
    private struct Part {
        let observation: Observation
        let graph: Subgraph
        let reading: ShapeTable.Reading
        let variables: [NodeID: String]
    }

    init(_ observations: [Observation], parameters: ParameterSpace, candidate: Candidate) throws(TraceError) {
        self.observations = observations
        self.parameters = parameters
        self.candidate = candidate
        let trainable = Set(parameters.definitions.map(\.name))
        for observation in observations {
            let trace = observation.trace
            var variables: [NodeID: String] = [:]
            for id in trace.parameters {
                if let name = trace[id].parameter?.name, trainable.contains(name) { variables[id] = name }
            }
            let graph = try trace.subgraph(from: observation.outputs, to: Array(variables.keys))
            let reading = shapes.read(trace, graph, variables: Set(variables.keys))
            parts.append(Part(observation: observation, graph: graph, reading: reading, variables: variables))
        }
    }

    func problem(instruction: String) -> Problem {
        let labels = Labels(shapes, taken: Set(parameters.definitions.map(\.name)))
        let used = Set(
            parts.flatMap { part in part.graph.nodes.compactMap { part.variables[$0] } })
        return Problem(
            instruction: instruction, code: lines(labels), documentation: documentation(),
            variables: parameters.definitions.map { definition in
                Problem.Variable(
                    definition: definition, value: candidate[definition.name] ?? definition.initial,
                    isUsed: used.contains(definition.name))
            },
            runs: InformativeOrder.ordered(parts.map { run($0, labels) }))
    }

    // MARK: Code

    private func lines(_ labels: Labels) -> [Problem.Line] {
        struct Occurrence {
            let part: Int
            let node: NodeID
            var fewest: Int
            var most: Int
            var runs: Int
        }
        var occurrences: [Int: Occurrence] = [:]
        var order = LineOrder()
        for (index, part) in parts.enumerated() {
            var lines: [Int] = []
            for id in part.graph.nodes where part.variables[id] == nil {
                let shape = part.reading.shapes[id.index]
                let place = part.reading.places[id.index]
                let isFolded = shapes.isFolded(shape)
                guard !isFolded || place == 0 else { continue }
                let line = labels.line(of: shape, place: place)
                lines.append(line)
                let repeats = isFolded ? part.reading.repeats[shape] ?? 1 : 1
                if var known = occurrences[line] {
                    known.fewest = min(known.fewest, repeats)
                    known.most = max(known.most, repeats)
                    known.runs += 1
                    occurrences[line] = known
                } else {
                    occurrences[line] = Occurrence(part: index, node: id, fewest: repeats, most: repeats, runs: 1)
                }
            }
            order.add(lines)
        }
        return order.all.compactMap { line in
            guard let occurrence = occurrences[line] else { return nil }
            let part = parts[occurrence.part]
            let node = part.observation.trace[occurrence.node]
            return Problem.Line(
                label: labels.names[line], operation: node.operation?.name ?? "",
                arguments: arguments(of: node, in: part, labels), repeats: occurrence.fewest...occurrence.most,
                runs: occurrence.runs)
        }
    }

    /// The inputs of `node`; many in a row that read the same sort of thing under a counted name are one.
    private func arguments(of node: Node, in part: Part, _ labels: Labels) -> [Problem.Argument] {
        var arguments: [Problem.Argument] = []
        var row: [Problem.Argument] = []
        func close() {
            if row.count >= ShapeTable.foldsFrom, let first = row.first {
                arguments.append(
                    Problem.Argument(
                        name: ShapeTable.stem(of: first.name), label: first.label, count: row.count))
            } else {
                arguments += row
            }
            row = []
        }
        let names = spokenNames(of: node, in: part)
        for (input, name) in zip(node.inputs, names) {
            let argument = Problem.Argument(name: name, label: label(of: input.node, in: part, labels), count: 1)
            if let last = row.last,
                last.label != argument.label || ShapeTable.stem(of: last.name) != ShapeTable.stem(of: argument.name)
            {
                close()
            }
            row.append(argument)
        }
        close()
        return arguments
    }

    /// The argument names, without the number a recorder puts behind a name it made up, where that leaves them different.
    private func spokenNames(of node: Node, in part: Part) -> [String] {
        let names = node.inputs.enumerated().map { index, input in
            let base = part.observation.trace[input.node].base
            return input.name == "\(base)\(index)" ? base : input.name
        }
        return Set(names).count == names.count ? names : node.inputs.map(\.name)
    }

    private func label(of node: NodeID, in part: Part, _ labels: Labels) -> String {
        if let name = part.variables[node] { return name }
        let shape = part.reading.shapes[node.index]
        return labels.names[labels.line(of: shape, place: part.reading.places[node.index])]
    }

    private func documentation() -> [Problem.Note] {
        var seen: Set<String> = []
        var notes: [Problem.Note] = []
        for part in parts {
            for id in part.graph.nodes {
                guard let operation = part.observation.trace[id].operation, seen.insert(operation.name).inserted,
                    !operation.documentation.isEmpty
                else { continue }
                notes.append(Problem.Note(name: operation.name, text: operation.documentation))
            }
        }
        for definition in parameters.definitions where !definition.documentation.isEmpty {
            notes.append(Problem.Note(name: definition.name, text: definition.documentation))
        }
        return notes
    }

    // MARK: Runs

    private func run(_ part: Part, _ labels: Labels) -> Problem.Run {
        let trace = part.observation.trace
        let outputs = Set(part.observation.outputs)
        let shown = ShownPlaces(of: part.reading, in: trace, outputs: outputs) { shapes.isFolded($0) }
        var inputs: [Problem.Entry] = []
        var others: [Problem.Entry] = []
        var results: [Problem.Entry] = []
        var spoken: Set<NodeID> = []
        var labelled: [NodeID: String] = [:]
        // What no parameter reaches is no part of the subgraph; as an output it is shown all the same.
        let unreached = outputs.subtracting(part.graph.all).subtracting(part.variables.keys).sorted()
        for id in part.graph.all where part.variables[id] == nil {
            let shape = part.reading.shapes[id.index]
            let place = part.reading.places[id.index]
            let isOutput = outputs.contains(id)
            guard shown.contains(shape, place) else { continue }
            var label = label(of: id, in: part, labels)
            if shapes.isFolded(shape) { label += "[\(place + 1) of \(part.reading.repeats[shape] ?? 1)]" }
            let node = trace[id]
            let entry = Problem.Entry(label: label, value: node.value, isFailure: node.kind == .failure)
            if isOutput {
                results.append(entry)
                spoken.insert(id)
                labelled[id] = label
            } else if shapes.isOperation[shape] {
                others.append(entry)
            } else {
                inputs.append(entry)
            }
        }
        for id in unreached {
            let node = trace[id]
            let label = trace.displayNames(of: [id])[id] ?? node.base
            results.append(Problem.Entry(label: label, value: node.value, isFailure: node.kind == .failure))
            spoken.insert(id)
            labelled[id] = label
        }
        // A variable that is an output as it stands has its value among the variables.
        for id in outputs {
            guard let name = part.variables[id] else { continue }
            spoken.insert(id)
            labelled[id] = name
        }
        let feedback = trace.feedback.filter { spoken.contains($0.output) }.map { item in
            Problem.Remark(
                label: labelled[item.output] ?? "", text: item.text,
                scores: item.scores.sorted { $0.key < $1.key }.map { (metric: $0.key, value: $0.value) })
        }
        return Problem.Run(
            score: part.observation.score, hasFailed: part.observation.hasFailed, inputs: inputs, others: others,
            outputs: results, feedback: feedback, outputsLeftOut: outputs.subtracting(spoken).count)
    }
}
