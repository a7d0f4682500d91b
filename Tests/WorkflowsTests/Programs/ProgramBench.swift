import Evaluation
import Foundation
import LanguageModels
import TraceGraph

@testable import Workflows

/// Programs in a folder of their own, run as whole workflows.
struct ProgramBench {
    let folder: URL
    let programs = ProgramPool()

    /// The folder of the Python module.
    static let module = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "python").path

    static let environment = [
        "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "PYTHONPATH": module,
        "PYTHONDONTWRITEBYTECODE": "1",
    ]

    static func run<Result>(
        _ files: [String: String], _ body: (ProgramBench) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "optrace-program-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let bench = ProgramBench(folder: folder)
        for (name, text) in files {
            try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
        }
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(bench))
        } catch {
            result = .failure(error)
        }
        await bench.programs.close()
        try? FileManager.default.removeItem(at: folder)
        return try result.get()
    }

    func workflow(
        _ yaml: String, model: any LanguageModel = ScriptedReplies("ok"), runtimes: [any CodeRuntime] = [],
        allowsUnsandboxed: Bool = false
    ) throws -> Workflow {
        try Workflow(
            file: WorkflowFile(
                yaml: yaml, path: folder.appending(path: "w.yaml").path, environment: ["OPTRACE_MODEL": "scripted:a"]),
            models: { _ in model }, runtimes: runtimes, programs: programs, environment: Self.environment,
            allowsUnsandboxed: allowsUnsandboxed)
    }

    /// What one run of the program `app.py` on `fields` leaves.
    func trace(
        _ yaml: String, _ fields: Fields, candidate: [String: Value] = [:],
        model: any LanguageModel = ScriptedReplies("ok"),
        allowsUnsandboxed: Bool = false
    ) async throws -> Trace {
        try await workflow(yaml, model: model, allowsUnsandboxed: allowsUnsandboxed).run(
            Candidate(values: candidate), on: Example(id: "a", fields: fields), repetition: 0)
    }
}

extension Trace {
    /// What the run ended with, as text.
    var ending: String { result?.value.plainText ?? "cancelled" }

    /// The inputs of the node `name`, as `argument=node`.
    func inputs(of name: String) -> [String] {
        node(named: name)?.inputs.map { "\($0.name)=\(self[$0.node].name)" } ?? []
    }
}
