import Evaluation
import Foundation
import LanguageModels
import TraceGraph

@testable import Workflows

/// Programs of one file, `app.py`, that use the module `optrace.py`.
///
/// They may take long: what ends a test is that something hangs, not that the machine has much to do.
enum PythonProgram {
    static let yaml = """
        name: w
        inputs: { question: text }
        program: { command: [python3, app.py], timeout: 300s }
        """

    /// What one run of `app` under Optrace leaves.
    static func trace(
        _ app: String, yaml: String = Self.yaml, _ question: String = "what is the capital of France",
        candidate: [String: Value] = [:], model: any LanguageModel = ScriptedReplies("ok"), unsandboxed: Bool = false
    ) async throws -> Trace {
        try await ProgramBench.run(["app.py": app]) { bench in
            try await bench.trace(
                yaml, ["question": .text(question)], candidate: candidate, model: model, allowsUnsandboxed: unsandboxed)
        }
    }

    /// What `app` prints when it is started by hand.
    static func byHand(_ app: String) async throws -> String {
        try await ProgramBench.run(["app.py": app]) { bench in
            try await Command(
                words: ["python3", bench.folder.appending(path: "app.py").path], input: "", timeout: .seconds(300),
                environment: ProgramBench.environment
            ).output()
        }
    }
}

extension Trace {
    /// The nodes without inputs that `node` was made from.
    func roots(of node: NodeID) throws -> [NodeID] {
        let parents = self[node].parents
        return parents.isEmpty ? [node] : try parents.flatMap { try roots(of: $0) }
    }
}
