import TraceGraph

extension GeneratedProgram: CustomStringConvertible {
    /// The program as text, so that a broken law can be looked at.
    var description: String {
        let lines =
            parameters.enumerated().map { "parameter\($0) \($1.name) = \($1.initial.json)" } + lines(of: body, known: 0)
        return lines.joined(separator: "\n")
    }

    private func lines(of block: Block, known: Int) -> [String] {
        block.steps.enumerated().flatMap { lines(of: $1, known: known + $0) } + ["return v\(block.result)"]
    }

    private func lines(of step: Step, known: Int) -> [String] {
        let variable = "v\(known) = "
        func indented(_ block: Block, known: Int) -> [String] { lines(of: block, known: known).map { "  " + $0 } }
        switch step {
        case .input(let base, let value): return [variable + "input \"\(base)\" \(value.json)"]
        case .literal(let base, let value):
            return [variable + "literal \(base.map { "\"\($0)\"" } ?? "–") \(value.json)"]
        case .sharedConstant(let base, let value): return [variable + "constant \"\(base)\" \(value.json)"]
        case .parameter(let place): return [variable + "parameter\(place)"]
        case .operation(let action):
            let node = action.node.map { " as \"\($0)\"" } ?? ""
            let notes = (action.waits ? " waits" : "") + (action.mishap == .none ? "" : " mishap \(action.mishap)")
            return [variable + "\"\(action.name)\"#\(action.number)(\(text(of: action.inputs)))\(node)\(notes)"]
        case .composite(let name, let inputs, let block):
            return [variable + "composite \"\(name)\"(\(text(of: inputs)))"] + indented(block, known: known)
        case .parallel(let blocks):
            return [variable + "parallel"] + blocks.flatMap { ["- branch"] + indented($0, known: known) }
        case .loop(let turns, let state, let block):
            return [variable + "\(turns) turns, v\(known) = v\(state)"] + indented(block, known: known + 1)
        }
    }

    private func text(of uses: [Use]) -> String {
        uses.map { "\($0.label.map { $0 + ": " } ?? "")v\($0.variable)" }.joined(separator: ", ")
    }
}
