import Testing
import TraceGraph

@testable import Workflows

@Suite("The optimizer in a workflow file")
struct OptimizerSettingsTests {
    private func yaml(_ optimize: String) -> String {
        WorkflowFixture.triage.replacing("optimizer: optoprime, steps: 10", with: optimize)
    }

    private func problems(_ optimize: String, _ check: @escaping OptimizerCheck) -> [String] {
        do throws(WorkflowFileError) {
            let files = WorkflowFixture.files
            return try WorkflowFile(
                yaml: yaml(optimize), path: "flows/w.yaml", environment: [:],
                files: SourceFiles { path in files[path].map { Array($0.utf8) } }, optimizers: check
            ).warnings.map(\.description)
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test("has options of any kind, each with the places of its name and value")
    func options() throws {
        let file = try WorkflowFixture.read(
            yaml("optimizer: mine, options: { depth: 3, words: [a, b], share: \"${SHARE:-0.5}\", deep: { x: true } }"))
        #expect(file.optimize.optimizer == "mine")
        #expect(file.optimize.options.map(\.name) == ["depth", "words", "share", "deep"])
        #expect(file.optimize.options.map(\.value) == [3, ["a", "b"], 0.5, ["x": true]])
        let line = try #require(WorkflowFixture.triage.split(separator: "\n").firstIndex { $0.hasPrefix("optimize:") })
        let depth = try #require(file.optimize.options.first)
        #expect(depth.location == FileLocation(file: "flows/w.yaml", line: line + 1, column: 41))
        #expect(depth.valueLocation == FileLocation(file: "flows/w.yaml", line: line + 1, column: 48))
        #expect(WorkflowDescription(file).lines.contains { $0.hasPrefix("optimizer   mine with depth = 3") })
    }

    @Test("is asked about where optimizers are known, and what is wrong is told with everything else")
    func checked() {
        let check: OptimizerCheck = { settings in
            settings.options.map {
                WorkflowProblem(.error, at: $0.valueLocation, "no \($0.name) for \(settings.steps ?? 0)")
            }
        }
        let found = problems("optimizer: mine, options: { depth: 3 }, steps: 4, minibach: 2", check)
        #expect(found.count == 2, "\(found)")
        #expect(found.contains { $0.hasSuffix(":48: no depth for 4") })
        #expect(found.contains { $0.contains("unknown key 'minibach'") })
    }

    @Test("is not asked about when its name was no name, and is anything when nobody asks")
    func unchecked() {
        let check: OptimizerCheck = {
            [WorkflowProblem(.error, at: FileLocation(file: "", line: 1, column: 1), "\($0)")]
        }
        let found = problems("optimizer: [mine], options: { depth: 3 }", check)
        #expect(found.count == 1 && found[0].contains("expected a text for 'optimizer'"), "\(found)")
        #expect(problems("optimizer: mine, options: { depth: 3 }", { _ in [] }) == [])
        #expect(problems("optimizer: mine, options: 3", { _ in [] }).first?.contains("expected a mapping") == true)
    }
}
