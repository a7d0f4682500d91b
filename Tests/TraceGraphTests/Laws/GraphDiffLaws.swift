import Testing
import TraceGraph

@Suite("Laws of the difference between traces, over generated programs")
struct GraphDiffLaws {
    /// Two different programs that have much in common: the second has a step less, more, or another value.
    func pair(_ seed: Int) -> (GeneratedProgram, GeneratedProgram) {
        var generator = ProgramGenerator(seed: seed)
        let program = generator.program()
        var random = TestRandom(seed + 1_000)
        return (program, program.mutated(using: &random))
    }

    @Test("a trace does not differ from itself, nor from a recording of the same program side by side")
    func nothing() async {
        for seed in RecordingLaws.seeds {
            let (program, _) = pair(seed)
            let trace = await program.trace()
            #expect(GraphDiff(trace, trace).isEmpty, "\(program)")
            let other = await program.trace(sideBySide: true)
            let diff = GraphDiff(trace, other)
            // Of branches that are the same in everything, parts may be taken for one another's.
            let changes = program.hasTwins ? diff.changes.filter { $0.aspects != .inputs } : diff.changes
            #expect(changes.isEmpty, "\(diff.account)\n\(program)")
        }
    }

    @Test("the other way round it is the same with the sides swapped")
    func symmetric() async {
        for seed in RecordingLaws.seeds {
            let (program, other) = pair(seed)
            let (a, b) = (await program.trace(sideBySide: true), await other.trace(sideBySide: true))
            let (there, back) = (GraphDiff(a, b), GraphDiff(b, a))
            #expect(there.changes.count == back.changes.count, "\(program)\n---\n\(other)")
            for (one, two) in zip(there.changes, back.changes) {
                #expect(one.before == two.after && one.after == two.before, "\(program)\n---\n\(other)")
                #expect(one.aspects == two.aspects && one.isOrigin == two.isOrigin, "\(program)\n---\n\(other)")
            }
            for node in a.nodes {
                #expect(there.counterpart(ofBefore: node.id) == back.counterpart(ofAfter: node.id))
            }
        }
    }

    @Test("it is empty only where the executions are the same")
    func exact() async throws {
        for seed in RecordingLaws.seeds {
            let (program, other) = pair(seed)
            let (a, b) = (await program.trace(), await other.trace(sideBySide: true))
            let diff = GraphDiff(a, b)
            // What a diff does not look at, and canonical forms do.
            var forms = CanonicalForms()
            let isSame = try forms.form(of: a.undocumented()).nodes == forms.form(of: b.undocumented()).nodes
            #expect(diff.isEmpty == isSame, "\(diff.account)\n\(program)\n---\n\(other)")
        }
    }

    @Test("each node is matched once, and reported exactly when something about it is different")
    func complete() async {
        for seed in RecordingLaws.seeds {
            let (program, other) = pair(seed)
            let (a, b) = (await program.trace(sideBySide: true), await other.trace())
            let diff = GraphDiff(a, b)
            let partners = a.nodes.compactMap { diff.counterpart(ofBefore: $0.id) }
            #expect(Set(partners).count == partners.count, "\(program)\n---\n\(other)")
            #expect(Set(diff.changes.map(\.sides)).count == diff.changes.count, "\(program)\n---\n\(other)")
            var expected: [GraphDiff.Change.Sides: GraphDiff.Aspects] = [:]
            for node in a.nodes {
                guard let id = diff.counterpart(ofBefore: node.id) else {
                    expected[.removed(node.id)] = []
                    continue
                }
                #expect(diff.counterpart(ofAfter: id) == node.id)
                var aspects: GraphDiff.Aspects = []
                if b[id].value != node.value { aspects.insert(.value) }
                if b[id].operation?.name != node.operation?.name { aspects.insert(.operation) }
                if b[id].kind != node.kind { aspects.insert(.kind) }
                if b[id].base != node.base { aspects.insert(.name) }
                if b[id].parameter?.constraint != node.parameter?.constraint { aspects.insert(.definition) }
                let inputs = node.inputs.map { [$0.name, diff.counterpart(ofBefore: $0.node).map { "\($0)" } ?? ""] }
                if inputs != b[id].inputs.map({ [$0.name, "\($0.node)"] }) { aspects.insert(.inputs) }
                if !aspects.isEmpty { expected[.changed(before: node.id, after: id)] = aspects }
            }
            for node in b.nodes where diff.counterpart(ofAfter: node.id) == nil { expected[.added(node.id)] = [] }
            let found = Dictionary(uniqueKeysWithValues: diff.changes.map { ($0.sides, $0.aspects) })
            #expect(found == expected, "\(program)\n---\n\(other)")
        }
    }

    @Test("parameters come first, and every change is an origin or follows from one")
    func origins() async {
        for seed in RecordingLaws.seeds {
            let (program, other) = pair(seed)
            var random = TestRandom(seed)
            let values = program.parameters.filter { _ in Bool.random(using: &random) }.map {
                ($0.name, Value.integer(77))
            }
            let (a, b) = (
                await program.trace(),
                await other.trace(Candidate(id: .init(1), values: Dictionary(uniqueKeysWithValues: values)))
            )
            let diff = GraphDiff(a, b)
            let kinds = diff.changes.map { diff.node(of: $0).kind == .parameter }
            #expect(kinds == kinds.sorted { $0 && !$1 }, "\(program)\n---\n\(other)")
            #expect(diff.isEmpty == diff.origins.isEmpty, "\(program)\n---\n\(other)")
            var explained = Set(diff.origins.map(\.sides))
            let roots = diff.changes.filter { diff.node(of: $0).inputs.isEmpty && diff.node(of: $0).kind != .operation }
            explained.formUnion(roots.map(\.sides))
            var grew = true
            while grew {
                grew = false
                let before = Set(explained.compactMap(\.beforeNode))
                let after = Set(explained.compactMap(\.afterNode))
                for change in diff.changes where !explained.contains(change.sides) {
                    let reads =
                        change.before.map { a[$0].inputs.contains { before.contains($0.node) } } ?? false
                        || change.after.map { b[$0].inputs.contains { after.contains($0.node) } } ?? false
                    if reads {
                        explained.insert(change.sides)
                        grew = true
                    }
                }
            }
            #expect(explained.count == diff.changes.count, "\(diff.account)\n\(program)\n---\n\(other)")
        }
    }

    @Test("under another candidate of the same program nothing is added or removed where no operation failed")
    func candidates() async {
        for seed in RecordingLaws.seeds {
            let (program, _) = pair(seed)
            let values = program.parameters.map { ($0.name, Value.integer(50)) }
            let candidate = Candidate(id: .init(1), values: Dictionary(uniqueKeysWithValues: values))
            let (a, b) = (await program.trace(), await program.trace(candidate, sideBySide: true))
            guard !(a.nodes.map(\.kind) + b.nodes.map(\.kind)).contains(.failure) else { continue }
            let diff = GraphDiff(a, b)
            #expect(diff.counts.added == 0 && diff.counts.removed == 0, "\(diff.account)\n\(program)")
            #expect(diff.changes.allSatisfy { $0.aspects == .value }, "\(diff.account)\n\(program)")
            #expect(diff.origins.allSatisfy { diff.node(of: $0).kind == .parameter }, "\(diff.account)\n\(program)")
        }
    }
}

extension GraphDiff {
    /// The changes as text, so that a broken law can be looked at.
    var account: String {
        func text(_ id: NodeID?, _ trace: Trace) -> String {
            id.map { id in
                let inputs = trace[id].inputs.map { "\($0.name): \(trace[$0.node].name)" }.joined(separator: ", ")
                return "\(trace[id].name)(\(inputs)) = \(trace[id].value.json)"
            } ?? "nothing"
        }
        return changes.map { change in
            "\(text(change.before, before)) → \(text(change.after, after)) \(change.aspects.names)"
                + (change.isOrigin ? " origin" : "")
        }.joined(separator: "\n")
    }
}

extension GraphDiff.Change.Sides {
    var beforeNode: NodeID? {
        switch self {
        case .removed(let id), .changed(let id, _): id
        case .added: nil
        }
    }

    var afterNode: NodeID? {
        switch self {
        case .added(let id), .changed(_, let id): id
        case .removed: nil
        }
    }
}

extension Trace {
    /// The trace without what a diff does not look at: documentation, locations, scopes, model calls.
    func undocumented() throws -> Trace {
        try Trace(
            nodes: nodes.map { node in
                var draft = node.draft
                draft.scope = nil
                return draft
            }, operations: operations.map { Operation(name: $0.name) },
            parameters: Dictionary(
                uniqueKeysWithValues: parameters.compactMap { id in self[id].parameter.map { (id, $0) } }),
            candidate: Candidate(values: [:]), outcome: outcome, duration: 0)
    }
}

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
