import Evaluation
import Testing
import TraceGraph

@testable import Workflows

@Suite("What a model may change where there is no sandbox")
struct WorkflowPermissionTests {
    private static let reason = "there is no sandbox in this test"

    private func runtime(allowsUnsandboxed: Bool = false, interpreter: String = "python3") -> PythonRuntime {
        PythonRuntime(
            interpreter: interpreter, limits: PythonBench.patient, allowsUnsandboxed: allowsUnsandboxed,
            probe: { throw CodeError(.noSandbox, Self.reason) })
    }

    private func workflow(
        _ runtime: PythonRuntime, _ yaml: String = WorkflowFixture.triage, allowsUnsandboxed: Bool = false
    ) throws -> Workflow {
        try Workflow(
            file: WorkflowFixture.read(yaml), models: { _ in ScriptedReplies(" Billing ") }, runtimes: [runtime],
            allowsUnsandboxed: allowsUnsandboxed)
    }

    @Test("is asked before anything runs, and names the code with the reason")
    func refused() async throws {
        let runtime = runtime()
        let refused = try await workflow(runtime).refusedCode()
        #expect(refused.map(\.parameter) == ["normalise"])
        #expect(refused.map(\.reason.message) == [Self.reason])
        await runtime.close()
        let waived = self.runtime(allowsUnsandboxed: true)
        #expect(try await workflow(waived, allowsUnsandboxed: true).refusedCode().isEmpty)
        await waived.close()
    }

    @Test("an interpreter that is missing is told before anything runs")
    func noInterpreter() async throws {
        let runtime = runtime(interpreter: "no-such-python")
        let workflow = try workflow(runtime)
        await #expect { try await workflow.refusedCode() } throws: { CodeError.Code.noInterpreter ~= $0 }
        await runtime.close()
    }

    @Test("code that may not run is a refusal of the value, never the end of the run; the author's own is none")
    func objection() async throws {
        let runtime = runtime()
        let workflow = try workflow(runtime)
        let code = try #require(workflow.parameters["normalise"])
        #expect(try await workflow.objection(to: "def normalise(reply): return reply", for: code) == Self.reason)
        #expect(try await workflow.objection(to: code.initial, for: code) == nil)
        await runtime.close()
    }

    @Test("code that a program would be given is refused with the step's name, sandbox or not")
    func handedOn() async throws {
        let yaml = """
            name: w
            parameters:
              solve: { kind: code, language: python, entry: solve(x), value: "def solve(x): return x" }
            steps: { handed: { command: [cat], stdin: $solve } }
            output: $handed
            """
        let runtime = runtime(allowsUnsandboxed: true)
        let workflow = try workflow(runtime, yaml)
        let code = try #require(workflow.parameters["solve"])
        #expect(try await workflow.refusedCode().first?.reason.message.contains("'handed'") == true)
        #expect(try await workflow.objection(to: "def solve(x): return 2", for: code)?.contains("'handed'") == true)
        #expect(try await workflow.objection(to: code.initial, for: code) == nil)
        let waived = try self.workflow(runtime, yaml, allowsUnsandboxed: true)
        #expect(try await waived.objection(to: "def solve(x): return 2", for: code) == nil)
        await runtime.close()
    }

    @Test("a parameter that is fixed keeps the file's value and is nobody's to change")
    func fixed() async throws {
        let runtime = runtime()
        let whole = try workflow(runtime)
        let part = whole.fixing(["normalise"])
        #expect(part.parameters.definitions.map(\.name) == ["instruction", "temperature", "shots"])
        #expect(part.parameters.seed["normalise"] == nil)
        let example = Example(id: "a", fields: ["message": "Hello"])
        let trace = await part.run(part.parameters.seed, on: example, repetition: 0)
        #expect(trace.result?.value == "billing", "\(trace.result?.value.plainText ?? "")")
        #expect(trace.parameters.map { trace[$0].base }.contains("normalise"))
        await runtime.close()
    }
}
