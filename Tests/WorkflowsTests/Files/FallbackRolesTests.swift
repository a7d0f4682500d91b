import LanguageModels
import Testing

@testable import Workflows

@Suite("Models that stand in for others") struct FallbackRolesTests {
    static func yaml(_ models: String) -> String {
        """
        name: w
        inputs: { message: text }
        models: \(models)
        steps: { reply: { prompt: "{{message}}", with: { message: $message }, model: task } }
        output: $reply
        """
    }

    static func roles(_ models: String) throws -> [String: [String]] {
        let file = try WorkflowFixture.read(yaml(models))
        return Dictionary(
            uniqueKeysWithValues: file.models.map { ($0.role, ([$0.model] + $0.fallbacks).map(\.description)) })
    }

    @Test("are listed after the first, or as its fallback")
    func forms() throws {
        #expect(try Self.roles("{ task: openai:a }") == ["task": ["openai:a"]])
        #expect(try Self.roles("{ task: [openai:a, ollama:b] }") == ["task": ["openai:a", "ollama:b"]])
        #expect(
            try Self.roles("{ task: { model: openai:a, fallback: [ollama:b, openai:c] } }")
                == ["task": ["openai:a", "ollama:b", "openai:c"]])
        #expect(
            try Self.roles("{ task: { model: openai:a, fallback: ollama:b } }") == ["task": ["openai:a", "ollama:b"]])
        #expect(try Self.roles("{ task: { model: openai:a } }") == ["task": ["openai:a"]])
    }

    @Test("a role that follows another falls back as that one does, unless it says otherwise")
    func following() throws {
        #expect(
            try Self.roles("{ task: [openai:a, ollama:b], judge: task }")
                == ["task": ["openai:a", "ollama:b"], "judge": ["openai:a", "ollama:b"]])
        #expect(
            try Self.roles("{ task: [openai:a, ollama:b], judge: [task, openai:c] }")
                == ["task": ["openai:a", "ollama:b"], "judge": ["openai:a", "openai:c"]])
    }

    @Test(
        "mistakes are located",
        arguments: [
            ("{ task: [] }", "expected at least one model for 'task'"),
            ("{ task: [openai:a, openai:a] }", "'openai:a' stands twice among the models of this role"),
            ("{ task: [openai:a, nothing] }", "'nothing' is no model to fall back to; expected provider:model"),
            ("{ task: { fallback: openai:a } }", "role 'task' names no model; expected 'model'"),
            ("{ task: { model: openai:a, fallbak: openai:b } }", "did you mean 'fallback'"),
        ])
    func mistakes(_ models: String, _ expected: String) {
        let problems = WorkflowFixture.problems(Self.yaml(models))
        #expect(problems.contains { $0.hasPrefix("3:") && $0.contains(expected) }, "\(problems)")
    }

    @Test("count among the models a workflow can ask, and tell workflows apart")
    func asked() throws {
        let alone = try WorkflowFixture.read(Self.yaml("{ task: openai:a }"))
        let two = try WorkflowFixture.read(Self.yaml("{ task: [openai:a, ollama:b] }"))
        #expect(two.askedModels.map(\.description) == ["ollama:b", "openai:a"])
        #expect(alone.fingerprint != two.fingerprint)
        #expect(WorkflowDescription(two).description.contains("task = openai:a, else ollama:b"))
    }
}
