import TraceGraph

/// Puts the subgraphs of several traces together into one problem.
struct ProblemBuilder {
    let observations: [Observation]
    let parameters: ParameterSpace
    let candidate: Candidate
    let graphs: [SeenGraph]
    let shapes: ShapeTable
    let lines: LineTable
    let labels: Labels
    private let lexicon: Lexicon

    init(
        _ observations: [Observation], parameters: ParameterSpace, candidate: Candidate, scopes: Problem.Scopes
    ) throws(TraceError) {
        self.observations = observations
        self.parameters = parameters
        self.candidate = candidate
        let trainable = Set(parameters.definitions.map(\.name))
        var lexicon = Lexicon()
        var graphs: [SeenGraph] = []
        for observation in observations {
            let trace = observation.trace
            let variables = trace.parameters.filter { id in
                trace[id].parameter.map { trainable.contains($0.name) } ?? false
            }
            graphs.append(
                try SeenGraph(
                    trace, outputs: observation.outputs, variables: variables, scopes: scopes, lexicon: &lexicon))
        }
        self.graphs = graphs
        self.lexicon = lexicon
        shapes = ShapeTable(graphs)
        lines = LineTable(graphs, shapes)
        labels = Labels(lines, graphs, lexicon, taken: trainable)
    }

    func problem(instruction: String) -> Problem {
        var used: Set<String> = []
        for graph in graphs {
            for place in 0..<graph.count where graph.roles[place] == .variable { used.insert(word(graph.bases[place])) }
        }
        let variables = parameters.definitions.map { definition in
            Problem.Variable(
                definition: definition, value: candidate[definition.name] ?? definition.initial,
                isUsed: used.contains(definition.name))
        }
        let documentation = documentation()
        return Problem(
            instruction: instruction, code: code(documentation), documentation: documentation.notes,
            variables: variables,
            runs: InformativeOrder.ordered(graphs.indices.map { run($0) }))
    }

    /// The name that `word` stands for; empty for none.
    func word(_ word: Lexicon.Word) -> String { word == Lexicon.none ? "" : lexicon.words[Int(word)] }
}
