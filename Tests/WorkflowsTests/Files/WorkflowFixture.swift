import Foundation

@testable import Workflows

/// Workflow files that lie in memory.
enum WorkflowFixture {
    static let files: [String: String] = [
        "flows/normalise.py": "def normalise(reply: str) -> str:\n    \"\"\"Lower case, no spaces.\"\"\"\n    return reply.strip().lower()\n",
        "prompts/triage.md": "Route it: {{message}}\n",
        "flows/data.jsonl": """
            {"id": "a", "text": "Where is my parcel?", "queue": "delivery"}
            {"id": "b", "text": "Refund me!", "queue": "billing"}
            {"id": "c", "text": "It broke.", "queue": "repair"}
            {"id": "d", "text": "Hello", "queue": "other"}
            """,
    ]

    static func read(
        _ yaml: String, environment: [String: String] = [:], more: [String: String] = [:]
    ) throws(WorkflowFileError) -> WorkflowFile {
        let files = files.merging(more) { _, new in new }
        return try WorkflowFile(
            yaml: yaml, path: "flows/w.yaml", environment: environment,
            files: SourceFiles { path in files[path].map { Array($0.utf8) } })
    }

    /// The problems of a file that should not be accepted, one line each, without the file's name.
    static func problems(_ yaml: String, environment: [String: String] = [:], more: [String: String] = [:]) -> [String] {
        do throws(WorkflowFileError) {
            return try read(yaml, environment: environment, more: more).warnings.map(short)
        } catch {
            return error.problems.map(short)
        }
    }

    private static func short(_ problem: WorkflowProblem) -> String {
        problem.description.replacingOccurrences(of: "flows/w.yaml:", with: "")
    }

    static let triage = """
        # yaml-language-server: $schema=../docs/workflow.schema.json
        name: triage
        description: Route a message.
        inputs:
          message: text
        models:
          task: ${OPTRACE_MODEL:-scripted:a}
          optimizer: ${OPTRACE_OPTIMIZER_MODEL:-task}
        parameters:
          instruction: { kind: text, value: file://../prompts/triage.md, keep: ["{{message}}"] }
          temperature: { kind: number, value: 0, range: [0, 1] }
          shots:       { kind: examples, value: [], max: 4 }
          normalise:   { kind: code, language: python, entry: "normalise(reply: str) -> str", value: file://normalise.py }
        steps:
          reply: { prompt: $instruction, with: { message: $message, shots: $shots }, model: task, temperature: $temperature, max_tokens: 16 }
          queue: { code: $normalise, with: { reply: $reply } }
        output: $queue
        data:
          file: data.jsonl
          map: { message: text, expected: queue }
          split: { train: 0.5, validation: 0.25, holdout: 0.25, seed: 7 }
        metrics:
          accuracy: { exact_match: $expected, feedback: "expected {{expected}}, got {{output}}" }
        objective: { maximize: accuracy }
        optimize: { optimizer: optoprime, steps: 10, minibatch: 8, budget: { calls: 3000, time: 20m } }
        gate: { metric: accuracy, alpha: 0.05 }
        """
}
