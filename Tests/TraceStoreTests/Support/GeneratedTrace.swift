import Evaluation
import TraceGraph

/// Traces of every shape a recorder or an importer can make, decided by a seed.
struct GeneratedTrace {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    static let texts = [
        "", "x", "a\u{0}b", "\u{0}", "é", "e\u{301}", "line\nline", "\"quoted\" \\ $", "🧵👩‍👩‍👧", "'; DROP TABLE runs; --",
        String(repeating: "long ", count: 400),
    ]

    static let numbers: [Double] = [
        0, -0.0, 1, 0.1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
    ]

    mutating func text() -> String { Self.texts[random.index(below: Self.texts.count)] }

    mutating func value(depth: Int = 3) -> Value {
        switch random.index(below: depth > 0 ? 11 : 8) {
        case 0: return .null
        case 1: return .flag(random.chance(0.5))
        case 2: return .integer([0, -1, Int.max, Int.min, 7][random.index(below: 5)])
        case 3:
            return .number(Self.numbers[random.index(below: Self.numbers.count)])
        case 4, 5: return .text(text())
        case 6: return .bytes((0..<random.index(below: 5)).map { _ in UInt8.random(in: 0...255, using: &random) })
        case 7: return .opaque(text())
        case 8: return .list((0..<random.index(below: 4)).map { _ in value(depth: depth - 1) })
        case 9:
            return .object(Fields((0..<random.index(below: 4)).map { _ in (text(), value(depth: depth - 1)) }))
        default:
            let name = ["$bytes", "$opaque", "$number", "$object", "$"][random.index(below: 5)]
            return .object(Fields([(name, value(depth: depth - 1))]))
        }
    }

    mutating func definition() -> ParameterDefinition {
        ParameterDefinition(
            "parameter \(random.index(below: 3))\(text())",
            kind: random.pick(from: ParameterKind.allCases) ?? .text, initial: value(),
            constraint: ParameterConstraint(
                note: random.chance(0.5) ? text() : nil, range: random.chance(0.5) ? -0.5...(.infinity) : nil,
                isLogarithmic: random.chance(0.5), options: random.chance(0.5) ? [value(), value()] : [],
                keep: random.chance(0.5) ? [text()] : [], maximumCount: random.chance(0.5) ? 4 : nil,
                maximumLength: random.chance(0.5) ? 100 : nil, language: random.chance(0.5) ? "python" : nil,
                entry: random.chance(0.5) ? "f(x)" : nil),
            documentation: text())
    }

    mutating func candidate() -> Candidate {
        Candidate(
            id: Candidate.ID(random.index(below: 5)),
            values: Dictionary((0..<random.index(below: 4)).map { ("p\($0)", value()) }, uniquingKeysWith: { $1 }),
            parents: (0..<random.index(below: 3)).map { _ in Candidate.ID(random.index(below: 9)) }, origin: text())
    }

    mutating func usage() -> Usage {
        Usage(
            calls: random.index(below: 3), promptTokens: random.index(below: 1000),
            cachedPromptTokens: random.index(below: 9), completionTokens: random.index(below: 1000),
            cost: random.chance(0.5) ? random.uniform() : nil)
    }

    mutating func feedback(nodes: Int) -> Feedback {
        Feedback(
            on: NodeID(random.index(below: nodes)), text(),
            scores: random.chance(0.5) ? ["exact": random.uniform(), text(): .nan] : [:])
    }

    mutating func trace() throws -> Trace {
        let count = 1 + random.index(below: 12)
        let operations = (0..<random.index(below: 4)).map {
            Operation(name: "operation \($0)", documentation: text(), location: text())
        }
        let scopes = (0..<random.index(below: 3)).map {
            Scope(name: text(), parent: $0 > 0 && random.chance(0.5) ? random.index(below: $0) : nil)
        }
        var nodes: [NodeDraft] = []
        var parameters: [NodeID: ParameterDefinition] = [:]
        for index in 0..<count {
            let kind = random.pick(from: Node.Kind.allCases) ?? .input
            if kind == .parameter { parameters[NodeID(index)] = definition() }
            nodes.append(
                NodeDraft(
                    base: text(), ordinal: index, kind: kind,
                    operation: operations.isEmpty || random.chance(0.3) ? nil : random.index(below: operations.count),
                    inputs: index == 0
                        ? []
                        : (0..<random.index(below: 4)).map { _ in
                            Node.Input(name: text(), node: NodeID(random.index(below: index)))
                        },
                    value: value(), scope: scopes.isEmpty ? nil : random.index(below: scopes.count),
                    start: Int64(index), duration: Int64(random.index(below: 1_000_000))))
        }
        let end = NodeID(random.index(below: count))
        return try Trace(
            nodes: nodes, operations: operations, scopes: scopes, parameters: parameters, candidate: candidate(),
            outcome: [.completed(end), .failed(end), .cancelled][random.index(below: 3)], duration: 12_345,
            calls: (0..<random.index(below: 3)).map { index in
                ModelCall(
                    node: NodeID(random.index(below: count)), model: "scripted:\(text())",
                    completion: random.chance(0.5) ? text() : nil, usage: usage(), wasCached: random.chance(0.5),
                    start: Int64(index), duration: 7)
            },
            feedback: (0..<random.index(below: 4)).map { _ in feedback(nodes: count) },
            hiddenInputs: (0..<random.index(below: 3)).map { _ in
                HiddenInput(
                    reader: random.chance(0.5) ? NodeID(random.index(below: count)) : nil,
                    node: NodeID(random.index(below: count)))
            })
    }
}
