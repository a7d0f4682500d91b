import TraceGraph

extension GeneratedProgram {
    /// Whether anywhere the same steps run side by side with themselves.
    var hasTwins: Bool { Self.hasTwins(body) }

    private static func hasTwins(_ block: Block) -> Bool {
        block.steps.contains { step in
            switch step {
            case .parallel(let blocks):
                Set(blocks.map { "\($0)" }).count < blocks.count || blocks.contains(where: hasTwins)
            case .composite(_, _, let block), .loop(_, _, let block): hasTwins(block)
            default: false
            }
        }
    }

    /// The program with one step of its body changed, left out or put in.
    func mutated(using random: inout TestRandom) -> GeneratedProgram {
        var copy = self
        let place = Int.random(in: 0..<body.steps.count, using: &random)
        switch (Int.random(in: 0..<4, using: &random), body.steps[place]) {
        case (0, .operation(var action)):
            action.name += "2"
            copy.body.steps[place] = .operation(action)
        case (1, .operation(var action)):
            action.number += 500
            copy.body.steps[place] = .operation(action)
        case (2, .operation(var action)) where !action.inputs.isEmpty:
            action.inputs.removeLast()
            copy.body.steps[place] = .operation(action)
        case (_, .input(let base, _)): copy.body.steps[place] = .input(base: base, "another value")
        case (_, .loop(let turns, let state, let block)):
            copy.body.steps[place] = .loop(turns: turns + 2, state: state, block)
        case (_, .parallel(let blocks)): copy.body.steps[place] = .parallel(blocks + blocks.prefix(1))
        case (_, .composite(let name, let inputs, _)):
            // One variable must stay one variable.
            copy.body.steps[place] = .operation(
                Action(
                    number: 900, name: name, node: nil, inputs: inputs, waits: false, callsModel: false, mishap: .none))
        default: copy.body.steps[place] = .literal(base: "mutant", 4711)
        }
        return copy
    }
}
