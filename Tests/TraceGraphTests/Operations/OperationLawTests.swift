import Testing
import TraceGraph

@Suite("Operations: laws")
struct OperationLawTests {
    @Test("a recorded program gives what the plain one gives, and so does one that is not recorded")
    func results() async {
        var random = TestRandom(1)
        var failures = 0
        for _ in 0..<3000 {
            let program = OperationProgram.generated(depth: 5, using: &random)
            let inputs = OperationProgram.inputs(using: &random)
            var plain = PlainEvaluation(inputs)
            let expected = Result { try plain.run(program) }
            let unrecorded = Result { try TracedEvaluation(inputs).run(program).value }
            let trace = await Trace.record { try TracedEvaluation(inputs).run(program) }
            switch expected {
            case .success(let value):
                #expect(trace.result?.value == value, "\(program)")
                #expect((try? unrecorded.get()) == value, "\(program)")
            case .failure(let failure):
                failures += 1
                #expect(trace.result?.kind == .failure, "\(program)")
                #expect(code(trace.error) == code(failure), "\(program)")
                #expect(throws: OperationError.self) { try unrecorded.get() }
            }
        }
        // Both endings must be common for this to say anything.
        #expect((300...2000).contains(failures), "\(failures)")
    }

    @Test("every operation is one node, every literal one constant, and levels count from the roots")
    func nodes() async {
        var random = TestRandom(2)
        for _ in 0..<3000 {
            let program = OperationProgram.generated(depth: 5, using: &random)
            let inputs = OperationProgram.inputs(using: &random)
            var plain = PlainEvaluation(inputs)
            _ = try? plain.run(program)
            let trace = await Trace.record { try TracedEvaluation(inputs).run(program) }
            let operations = trace.nodes.filter { $0.kind == .operation || $0.kind == .failure }
            #expect(operations.count == plain.operations, "\(program)")
            #expect(trace.nodes.filter { $0.kind == .constant }.count == plain.constants, "\(program)")
            for node in trace.nodes {
                #expect(node.level == (node.inputs.map { trace[$0.node].level + 1 }.max() ?? 0))
                #expect(node.inputs.allSatisfy { $0.node < node.id })
                #expect(
                    node.operation.map { !$0.documentation.isEmpty } ?? true || node.base == "result"
                        || node.base == "double" || node.base == "odd")
            }
        }
    }

    @Test("nothing is read past the graph, and a program that runs again is answered by its recording")
    func rerunning() async throws {
        var random = TestRandom(5)
        for _ in 0..<1000 {
            let program = OperationProgram.generated(depth: 5, using: &random)
            let inputs = OperationProgram.inputs(using: &random)
            let trace = await Trace.record { try TracedEvaluation(inputs).run(program) }
            #expect(trace.hiddenInputs.isEmpty, "\(program)")
            let again = try await trace.rerun { try TracedEvaluation(inputs).run(program) }
            #expect(again.result?.value == trace.result?.value)
            #expect(again.reused.count == trace.nodes.filter { $0.kind == .operation }.count, "\(program)")
        }
    }

    @Test("running a program again records the same graph")
    func deterministic() async {
        var random = TestRandom(3)
        for _ in 0..<300 {
            let program = OperationProgram.generated(depth: 5, using: &random)
            let inputs = OperationProgram.inputs(using: &random)
            let first = await Trace.record { try TracedEvaluation(inputs).run(program) }
            let second = await Trace.record { try TracedEvaluation(inputs).run(program) }
            #expect(first.nodes.map(\.name) == second.nodes.map(\.name))
            #expect(first.nodes.map(\.value) == second.nodes.map(\.value))
            #expect(first.nodes.map(\.inputs) == second.nodes.map(\.inputs))
        }
    }

    private func code(_ error: (any Error)?) -> OperationError.Code? {
        if case .operation(let code) = error as? PlainEvaluation.Failure { return code }
        return (error as? OperationError)?.code
    }
}
