import LanguageModels
import Testing
import TraceGraph

@testable import Workflows

@Suite("The fingerprint of a workflow")
struct FingerprintTests {
    static let yaml = """
        name: reply
        inputs:
          message: text
        constants:
          house: file://house.md
        models:
          task: scripted:a
        parameters:
          tone: { kind: text, value: kind }
        steps:
          answer:
            system: $house
            user: file://user.md
            with: { message: $message, tone: $tone }
            model: task
            temperature: "${HEAT:-0.5}"
          tidy: { code: file://tidy.py, entry: "tidy(answer: str) -> str" }
        output: $tidy
        data:
          file: data.jsonl
          map: { message: text, expected: queue }
          split: { train: 0.5, validation: 0.25, holdout: 0.25, seed: 7 }
        metrics:
          fit: { judge: { rubric: file://rubric.md, model: task }, feedback: file://feedback.md }
        objective: { maximize: fit }
        optimize: { optimizer: optoprime, steps: 10, minibatch: 8, siblings: 2, seed: 1, budget: { calls: 30 } }
        gate: { metric: fit, alpha: 0.05 }
        """

    static let named = [
        "flows/house.md": "We sell lamps.", "flows/user.md": "{{tone}} answer to {{message}}",
        "flows/tidy.py": "def tidy(answer):\n    return answer\n", "flows/rubric.md": "Is it kind?",
        "flows/feedback.md": "{{explanation}}",
    ]

    private func fingerprint(
        _ yaml: String = Self.yaml, _ environment: [String: String] = [:], texts: [String: String] = [:]
    ) throws -> String {
        try WorkflowFixture.read(
            yaml, environment: environment, more: Self.named.merging(texts) { _, new in new }
        ).fingerprint.canonicalJSON
    }

    @Test("changes with every text that the file names", arguments: named.keys.sorted())
    func texts(path: String) throws {
        let changed = try fingerprint(texts: [path: (Self.named[path] ?? "") + " "])
        #expect(try changed != fingerprint())
    }

    @Test("changes with the values of the environment that fill its settings")
    func environment() throws {
        #expect(try fingerprint(Self.yaml, ["HEAT": "0.7"]) != fingerprint())
        #expect(try fingerprint(Self.yaml, ["HEAT": "0.5", "OTHER": "x"]) == fingerprint())
    }

    @Test(
        "changes with what the file says",
        arguments: [
            ("alpha: 0.05", "alpha: 0.01"), ("maximize: fit", "minimize: fit"), ("value: kind", "value: stern"),
            ("kind: text, value", "kind: text, max_length: 9, value"), ("task: scripted:a", "task: scripted:b"),
            ("name: reply", "name: reply\ndescription: Be good."), ("expected: queue", "expected: id"),
        ])
    func file(old: String, new: String) throws {
        #expect(try fingerprint(Self.yaml.replacing(old, with: new)) != fingerprint())
    }

    @Test("stays when only the writing, the place of a text, or what a caller decides by himself changes")
    func sameness() throws {
        let whole = try fingerprint()
        #expect(try fingerprint("# A comment.\n" + Self.yaml.replacing("gate: {", with: "gate:   {")) == whole)
        let moved = Self.yaml.replacing("file://user.md", with: "file://texts/person.md")
        #expect(try fingerprint(moved, texts: ["flows/texts/person.md": Self.named["flows/user.md"] ?? ""]) == whole)
        #expect(try fingerprint(Self.yaml.replacing("steps: 10, minibatch: 8", with: "steps: 3")) == whole)
        #expect(try fingerprint(Self.yaml.replacing("seed: 7", with: "seed: 8")) == whole)
    }

    @Test("tells models by who plays a role in the end")
    func roles() throws {
        var file = try WorkflowFixture.read(Self.yaml, more: Self.named)
        let before = file.fingerprint
        file.models[0].model = ModelName(provider: "scripted", model: "b")
        #expect(file.fingerprint != before)
        let other = try WorkflowFixture.read(Self.yaml.replacing("scripted:a", with: "scripted:b"), more: Self.named)
        #expect(file.fingerprint == other.fingerprint)
    }

    @Test("knows every model that can be asked")
    func asked() throws {
        let yaml = """
            name: many
            inputs:
              message: text
            models:
              task: scripted:a
              large: scripted:b
            parameters:
              who: { kind: choice, value: large, options: [large, "openai:c"] }
            steps:
              first: { prompt: "{{message}}", model: $who }
              second: { prompt: "{{first}}", model: "openai:d" }
            output: $second
            data: { file: data.jsonl, map: { message: text } }
            metrics:
              fit: { judge: { rubric: fine, model: "anthropic:e" } }
            """
        let asked = try WorkflowFixture.read(yaml).askedModels.map(\.description)
        #expect(asked == ["anthropic:e", "openai:c", "openai:d", "scripted:a", "scripted:b"])
    }
}
