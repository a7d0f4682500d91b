import Testing
import TraceGraph

@Suite("Laws of recording, over generated programs")
struct RecordingLaws {
    static let seeds = 0..<200

    func programs(_ body: (GeneratedProgram) async throws -> Void) async rethrows {
        for seed in Self.seeds {
            var generator = ProgramGenerator(seed: seed)
            try await body(generator.program())
        }
    }

    @Test("recording does not change what a program computes, and neither does running it side by side")
    func transparent() async throws {
        try await programs { program in
            let expected = program.plainResult()
            for sideBySide in [false, true] {
                var unrecorded: Result<Value, Mishapped>
                do {
                    unrecorded = .success(try await program.run(sideBySide: sideBySide).value)
                } catch let error as Mishapped {
                    unrecorded = .failure(error)
                }
                #expect(unrecorded == expected, "\(program)")
                let trace = await program.trace(sideBySide: sideBySide)
                switch expected {
                case .success(let value):
                    #expect(trace.outcome.name == "completed" && trace.result?.value == value, "\(program)")
                case .failure(let mishap):
                    #expect(trace.error as? Mishapped == mishap, "\(program)")
                    #expect(trace.result?.kind == .failure, "\(program)")
                    #expect(
                        trace.result?.value.text?.hasPrefix("(\(mishap.failureName)) \(mishap.failureMessage)") == true,
                        "\(program)")
                }
            }
        }
    }

    @Test("side by side records the same as one after the other, but for the order of nodes")
    func concurrent() async {
        await programs { program in
            let inOrder = await program.trace()
            let sideBySide = await program.trace(sideBySide: true)
            #expect(CanonicalForms.areEqual(inOrder, sideBySide), "\(program)")
        }
    }

    @Test("inputs come before what reads them, one level below the highest or lower, and times are inside the trace")
    func order() async {
        await programs { program in
            for sideBySide in [false, true] {
                let trace = await program.trace(sideBySide: sideBySide)
                #expect(trace.nodes.map(\.id.index) == Array(0..<trace.nodes.count), "\(program)")
                for node in trace.nodes {
                    #expect(node.inputs.allSatisfy { $0.node < node.id }, "\(program)")
                    #expect(
                        node.level == (node.inputs.map { trace[$0.node].level + 1 }.max() ?? 0), "\(program)")
                    #expect(node.start >= 0 && node.duration >= 0, "\(program)")
                    #expect(node.start + node.duration <= trace.duration, "\(program)")
                    #expect(node.inputs.isEmpty || node.operation != nil, "\(program)")
                    #expect((node.kind == .parameter) == (node.parameter != nil), "\(program)")
                }
            }
        }
    }

    @Test("a trace taken apart and put together again is the same trace")
    func roundTrip() async throws {
        try await programs { program in
            let trace = try await program.trace(sideBySide: true).feedback("so so", on: NodeID(0), scores: ["s": 0.5])
            let again = try trace.rebuilt()
            #expect(again.nodes.map(\.parts) == trace.nodes.map(\.parts), "\(program)")
            #expect(again.operations == trace.operations && again.scopes == trace.scopes, "\(program)")
            #expect(again.parameters == trace.parameters && again.outcome == trace.outcome, "\(program)")
            #expect(again.calls == trace.calls && again.feedback == trace.feedback, "\(program)")
            #expect(again.candidate == trace.candidate && again.duration == trace.duration, "\(program)")
            let outputs = trace.result.map { [$0.id] } ?? []
            #expect(try again.subgraph(from: outputs) == trace.subgraph(from: outputs), "\(program)")
            #expect(GraphDiff(trace, again).isEmpty, "\(program)")
        }
    }

    @Test("names and display names are all different, whatever the bases look like")
    func names() async throws {
        for seed in Self.seeds {
            var generator = ProgramGenerator(seed: seed, size: 40, bases: ProgramGenerator.awkwardBases)
            let program = generator.program()
            let trace = await program.trace(sideBySide: true)
            #expect(Set(trace.nodes.map(\.name)).count == trace.nodes.count, "\(program)")
            let all = trace.nodes.map(\.id)
            let subgraph = try trace.subgraph(from: trace.result.map { [$0.id] } ?? [])
            for ids in [all, subgraph.all, all.reversed()] {
                let names = trace.displayNames(of: ids)
                #expect(names.count == ids.count && Set(names.values).count == ids.count, "\(program)")
                for (id, name) in names {
                    #expect(!name.isEmpty && (trace[id].parameter.map { $0.name == name } ?? true), "\(program)")
                }
            }
        }
    }

    @Test("x:10 beside x1:0, an empty base, and bases with digits have names of their own")
    func awkwardNames() throws {
        let bases =
            Array(repeating: "x", count: 11) + ["x1", "x:10", "x:1", "x_10", "x_1", "", "10", "_10", "x1:0", "x1"]
        var ordinals: [String: Int] = [:]
        let drafts = bases.map { base in
            defer { ordinals[base, default: 0] += 1 }
            return NodeDraft(
                base: base, ordinal: ordinals[base, default: 0], kind: .input, operation: nil, inputs: [], value: .null)
        }
        let trace = try Trace(
            nodes: drafts, operations: [], candidate: Candidate(values: [:]), outcome: .cancelled, duration: 0)
        #expect(Set(trace.nodes.map(\.name)).count == bases.count)
        let names = trace.displayNames(of: trace.nodes.map(\.id))
        #expect(Set(names.values).count == bases.count)
        #expect(names.values.allSatisfy { $0 == Trace.identifier($0) })
    }
}

extension Trace {
    /// The same trace, put together from its parts.
    func rebuilt() throws -> Trace {
        try Trace(
            nodes: nodes.map(\.draft), operations: operations, scopes: scopes,
            parameters: Dictionary(
                uniqueKeysWithValues: parameters.compactMap { id in self[id].parameter.map { (id, $0) } }),
            candidate: candidate, outcome: outcome, duration: duration, calls: calls, feedback: feedback)
    }
}

extension Node {
    var draft: NodeDraft {
        NodeDraft(
            base: base, ordinal: ordinal, kind: kind, operation: operationIndex, inputs: inputs, value: value,
            scope: scope, start: start, duration: duration)
    }

    /// Everything about the node, to be compared.
    var parts: [String] {
        [
            "\(id)", name, base, "\(ordinal)", kind.name, "\(operationIndex ?? -1)", "\(operation?.name ?? "–")",
            "\(inputs)", value.json, "\(scope ?? -1)", "\(start)", "\(duration)", "\(level)",
            "\(parameter.map { "\($0)" } ?? "–")",
        ]
    }
}
