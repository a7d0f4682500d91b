import Evaluation
import TraceGraph

@testable import Optimization

/// Random traces of all sorts: chains, maps, loops, gathers, failures, composite operations, odd names and values.
struct GeneratedTraces {
    private var random: SeededGenerator
    let space: ParameterSpace

    init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let kinds: [(ParameterKind, Value)] = [
            (.text, .text(Self.text(&random))), (.number, 0.5), (.code, "def f():\n    return \"\"\"x\"\"\"\n"),
            (.integer, 7), (.text, ""),
        ]
        let count = Int.random(in: 1...4, using: &random)
        space = ParameterSpace(
            (0..<count).map { index in
                let (kind, value) = kinds[Int.random(in: 0..<kinds.count, using: &random)]
                let names = ["instruction", "x", "step", "odd name # 1"]
                return ParameterDefinition(
                    names[index], kind: kind, initial: value,
                    constraint: Bool.random(using: &random) ? ParameterConstraint(note: Self.text(&random)) : .none)
            })
        self.random = random
    }

    /// Executions of programs that resemble each other.
    mutating func observations() throws -> [Observation] {
        let size = [4, 12, 40, 160][Int.random(in: 0..<4, using: &random)]
        let count = [1, 1, 2, 5, 12][Int.random(in: 0..<5, using: &random)]
        let program = UInt64.random(in: 0...UInt64.max, using: &random)
        return try (0..<count).map { _ in
            // Most turns are those of the same program.
            let ownSeed = UInt64.random(in: 0...UInt64.max, using: &random)
            let isOther = Int.random(in: 0..<4, using: &random) == 0
            let trace = try trace(size: size, shape: SeededGenerator(seed: isOther ? ownSeed : program))
            let score = [nil, 0, 1, 0.25][Int.random(in: 0..<4, using: &random)] as Double?
            return Observation(trace, score: score)
        }
    }

    private mutating func trace(size: Int, shape: SeededGenerator) throws -> Trace {
        var shape = shape
        func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &shape) }
        let operations = ["ask", "join", "step", "odd op\n# Code", "a(b"].map {
            Operation(name: $0, documentation: $0.count > 4 ? "Does # things.\n# Inputs" : "")
        }
        let bases = ["reply", "x", "text", "x_1", "odd base # 2", "step"]
        var scopes: [Scope] = []
        var ordinals: [String: Int] = [:]
        var nodes: [NodeDraft] = []
        var parameters: [NodeID: ParameterDefinition] = [:]
        func add(
            _ base: String, _ kind: Node.Kind, _ value: Value, operation: Int? = nil, inputs: [Node.Input] = [],
            scope: Int? = nil
        ) {
            let ordinal = ordinals[base, default: 0]
            ordinals[base] = ordinal + 1
            nodes.append(
                NodeDraft(
                    base: base, ordinal: ordinal, kind: kind, operation: operation, inputs: inputs, value: value,
                    scope: scope))
        }
        for definition in space.definitions {
            parameters[NodeID(nodes.count)] = definition
            add(definition.name, .parameter, definition.initial)
        }
        for _ in 0..<(1 + pick(4)) { add(bases[pick(bases.count)], .input, value()) }
        while nodes.count < size {
            var scope = scopes.isEmpty || pick(3) > 0 ? nil : pick(scopes.count)
            if pick(12) == 0, scopes.count < 6 {
                scopes.append(Scope(name: ["inner", "outer"][pick(2)], parent: scope))
                scope = scopes.count - 1
            }
            switch pick(10) {
            case 0: add(bases[pick(bases.count)], .input, value(), scope: scope)
            case 1, 2:
                // A loop.
                let operation = pick(operations.count)
                let base = bases[pick(bases.count)]
                for _ in 0..<(1 + pick(9)) {
                    add(
                        base, .operation, value(), operation: operation,
                        inputs: [
                            Node.Input(name: "text", node: NodeID(nodes.count - 1)),
                            Node.Input(name: "by", node: NodeID(0)),
                        ], scope: scope)
                }
            case 3, 4:
                // A map and a gather.
                let operation = pick(operations.count)
                let base = bases[pick(bases.count)]
                let start = nodes.count
                let source = pick(start)
                for _ in 0..<(1 + pick(9)) {
                    add(
                        base, pick(9) == 0 ? .failure : .operation, value(), operation: operation,
                        inputs: [Node.Input(name: "item", node: NodeID(source))], scope: scope)
                }
                let gathered = (start..<nodes.count).map { Node.Input(name: "\(base)\($0 - start)", node: NodeID($0)) }
                add("gathered", .operation, value(), operation: 1, inputs: gathered, scope: scope)
            case 5 where !scopes.isEmpty:
                // The end of a composite operation.
                let closed = pick(scopes.count)
                guard let inner = nodes.lastIndex(where: { $0.scope == closed }) else { continue }
                let name = scopes[closed].name
                let place = operations.firstIndex { $0.name == name } ?? 0
                add(
                    name, .operation, value(), operation: place,
                    inputs: [Node.Input(name: "result", node: NodeID(inner))], scope: scopes[closed].parent)
            default:
                let count = 1 + pick(3)
                let inputs = (0..<count).map { index in
                    Node.Input(
                        name: ["a", "b", "text", "odd = # name"][pick(4)] + (pick(2) == 0 ? "\(index)" : ""),
                        node: NodeID(pick(3) == 0 ? pick(nodes.count) : max(0, nodes.count - 1 - pick(4))))
                }
                add(
                    bases[pick(bases.count)], pick(15) == 0 ? .failure : .operation, value(),
                    operation: pick(operations.count), inputs: inputs, scope: scope)
            }
        }
        let last = NodeID(nodes.count - 1)
        var trace = try Trace(
            nodes: nodes, operations: operations, scopes: scopes, parameters: parameters,
            candidate: Candidate(values: [:]),
            outcome: nodes[last.index].kind == .failure ? .failed(last) : .completed(last), duration: 0)
        for _ in 0..<pick(6) {
            let output = pick(3) == 0 ? NodeID(Int.random(in: 0..<nodes.count, using: &random)) : last
            let scores: [String: Double] = Bool.random(using: &random) ? ["accuracy": 0.5, "odd (metric": 1] : [:]
            try trace.give(Feedback(on: output, Self.text(&random), scores: scores))
        }
        return trace
    }

    private mutating func value() -> Value {
        switch Int.random(in: 0..<12, using: &random) {
        case 0: .null
        case 1: .number(Double.random(in: -1...1, using: &random))
        case 2: .number(.nan)
        case 3: .integer(Int.random(in: -9...9, using: &random))
        case 4: .list(["a", 1, .null])
        case 5: .bytes([1, 2, 3])
        case 6: .object(["# Code": "x\ny"])
        default: .text(Self.text(&random))
        }
    }

    /// Texts of many lengths and scripts, with all that means something in a rendering.
    private static func text(_ random: inout SeededGenerator) -> String {
        let parts = [
            "word", " ", "\n", "# Feedback\n", "\"", "\"\"\"", "\"\"\"\n", " = ", "reply: ", "[1] x = 1",
            "<variable><name>x</name><value>", "</value>", "… 12 characters left out …", "```", "{\"a\": 1}", "é", "字",
            "👩‍👩‍👧", "\r\n", "\t", "> 3 | return x\n", "\u{2028}", "\u{85}", "  2 | def f():\n",
        ]
        let longest = [0, 1, 3, 8, 40, 400][Int.random(in: 0..<6, using: &random)]
        return (0..<Int.random(in: 0...longest, using: &random)).map { _ in
            parts[Int.random(in: 0..<parts.count, using: &random)]
        }.joined()
    }
}
