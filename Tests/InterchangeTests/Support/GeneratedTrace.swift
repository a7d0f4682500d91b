import TraceGraph

/// Traces of every shape that a recorder can make, the same one each time for the same seed. Without infinities: JSON has
/// no word for them, they are null in whatever is written.
struct GeneratedTrace {
    private var state: UInt64

    init(seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    private mutating func below(_ count: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % count
    }

    private mutating func any<Element>(_ list: [Element]) -> Element { list[below(list.count)] }

    private mutating func text() -> String {
        any([
            "", "x", "{\"a\": 1}", "[1, 2]", "null", "3", Samples.hostile, "two\nlines", "reply:3", "a/b",
            "(Oops)  twice  spaced",
            "[tag] text", "日本語 🙂", String(repeating: "long ", count: 300),
        ])
    }

    private mutating func value(_ depth: Int = 0) -> Value {
        switch below(depth > 2 ? 6 : 9) {
        case 0: return .null
        case 1: return .flag(below(2) == 0)
        case 2: return .integer(any([0, -1, 7, Int.max, Int.min]))
        case 3: return .number(any([0.5, 3, -0.0, 1e300, .leastNonzeroMagnitude]))
        case 4, 5: return .text(text())
        case 6: return .list((0..<below(4)).map { _ in value(depth + 1) })
        case 7: return .object(Fields((0..<below(4)).map { ("\($0) \(text())", value(depth + 1)) }))
        default: return any([.bytes([0, 255, 10]), .opaque("<Thing 0x1>")])
        }
    }

    private mutating func parameter(_ name: String) -> (ParameterDefinition, Value) {
        switch below(5) {
        case 0:
            let constraint = ParameterConstraint(range: 1e-3...10, isLogarithmic: true)
            return (ParameterDefinition(name, kind: .number, initial: 0.5, constraint: constraint), 2.0)
        case 1:
            let constraint = ParameterConstraint(options: ["a", 2, .null])
            return (ParameterDefinition(name, kind: .choice, initial: "a", constraint: constraint), 2)
        case 2:
            let constraint = ParameterConstraint(language: "python", entry: "f(x: str) -> str")
            return (ParameterDefinition(name, kind: .code, initial: "", constraint: constraint), .text("def f(x): ..."))
        case 3:
            return (
                ParameterDefinition(
                    name, kind: .examples, initial: [], constraint: ParameterConstraint(maximumCount: 4)),
                [["q": .text(text())]]
            )
        default:
            let constraint = ParameterConstraint(note: "short", keep: ["{{x}}"], maximumLength: 10_000)
            return (
                ParameterDefinition(
                    name, kind: .text, initial: .text(text()), constraint: constraint, documentation: text()),
                .text(text())
            )
        }
    }

    /// Roots of all kinds, operations and failures in composite operations, inputs that come in twice, calls, feedback.
    mutating func trace() throws -> Trace {
        var nodes: [NodeDraft] = []
        var ordinals: [String: Int] = [:]
        var parameters: [NodeID: ParameterDefinition] = [:]
        var values: [String: Value] = ["never read": .text(text())]
        func ordinal(_ base: String) -> Int {
            defer { ordinals[base, default: 0] += 1 }
            return ordinals[base, default: 0]
        }
        let scopes = below(2) == 0 ? [] : [Scope(name: "outer", parent: nil), Scope(name: text(), parent: 0)]
        let operations = [
            Operation(name: "step", documentation: text(), location: "main.swift:3"), Operation(name: text()),
            Operation(name: "outer", documentation: "[not] a tag"),
        ]
        for index in 0..<(1 + below(4)) {
            let kind = any([Node.Kind.parameter, .input, .constant])
            var held = value()
            let base = kind == .parameter ? "p\(index)" : any(["x", "y:1", "z/w", ""])
            if kind == .parameter {
                let (definition, own) = parameter(base)
                parameters[NodeID(index)] = definition
                (held, values[base]) = (own, own)
            }
            nodes.append(
                NodeDraft(
                    base: base, ordinal: ordinal(base), kind: kind, operation: nil, inputs: [], value: held,
                    start: Int64(index)))
        }
        for _ in 0..<(1 + below(12)) {
            let base = any(["step", "reply", "inner:0", "a/b"])
            let fails = below(5) == 0
            let inputs = (0..<below(4)).map { _ in
                Node.Input(name: any(["x", "x", "y", "optrace"]), node: NodeID(below(nodes.count)))
            }
            nodes.append(
                NodeDraft(
                    base: base, ordinal: ordinal(base), kind: fails ? .failure : .operation, operation: below(3),
                    inputs: inputs, value: fails ? .text("(\(any(["Oops", "E (x)"]))) \(text())") : value(),
                    scope: scopes.isEmpty || below(2) == 0 ? nil : below(2), start: Int64(below(1_000_000)),
                    duration: Int64(below(1_000_000))))
        }
        let last = NodeID(nodes.count - 1)
        let isFailure = nodes[last.index].kind == .failure
        let outcome: Trace.Outcome = below(6) == 0 ? .cancelled : isFailure ? .failed(last) : .completed(last)
        let calls = (0..<below(3)).map { _ in
            ModelCall(
                node: last, model: any(["openai:small", "local"]), completion: any([nil, "abc"]),
                usage: Usage(
                    calls: 1 + below(2), promptTokens: below(99), cachedPromptTokens: below(9),
                    completionTokens: below(99), cost: any([nil, 0, 0.125])), wasCached: below(2) == 0,
                start: Int64(below(1_000)), duration: Int64(below(1_000)))
        }
        let feedback = (0..<below(3)).map { _ in
            Feedback(on: NodeID(below(nodes.count)), text(), scores: below(2) == 0 ? [:] : ["accuracy": 0.25, "b": 1])
        }
        let hidden = (0..<below(3)).map { _ in
            HiddenInput(
                reader: below(2) == 0 ? nil : NodeID(below(nodes.count)), node: NodeID(below(nodes.count)))
        }
        return try Trace(
            nodes: nodes, operations: operations, scopes: scopes, parameters: parameters,
            candidate: Candidate(id: Candidate.ID(4), values: values, parents: [.seed], origin: "optoprime"),
            outcome: outcome, duration: 2_000_000, calls: calls, feedback: feedback,
            hiddenInputs: hidden)
    }
}
