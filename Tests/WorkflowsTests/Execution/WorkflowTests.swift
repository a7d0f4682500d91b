import Evaluation
import Foundation
import LanguageModels
import Testing
import TraceGraph

@testable import Workflows

@Suite("Workflow")
struct WorkflowTests {
    private let example = Example(id: "a", fields: ["message": "Where is my parcel?", "expected": "delivery"])

    private func workflow(
        _ yaml: String, model: any LanguageModel = ScriptedReplies("ok"),
        runtimes: [any CodeRuntime] = [PythonRuntime()]
    ) throws -> Workflow {
        try Workflow(
            file: WorkflowFixture.read(yaml), models: { _ in model }, runtimes: runtimes,
            environment: ["PATH": "/usr/bin:/bin", "SECRET": "s", "LISTED": "l"])
    }

    private func triage(_ model: any LanguageModel) throws -> Workflow {
        try workflow(WorkflowFixture.triage, model: model)
    }

    @Test("a run is recorded as the graph it is")
    func graph() async throws {
        let model = ScriptedReplies("  Delivery ")
        let workflow = try triage(CachedModel(model, cache: MemoryCompletionCache()))
        let trace = await workflow.run(workflow.parameters.seed, on: example, repetition: 2)
        let result = try #require(trace.result)
        #expect(trace.outcome.name == "completed", "\(result.value)")
        #expect(result.value == "delivery")
        #expect(
            trace.nodes.map(\.name) == [
                "message:0", "instruction:0", "temperature:0", "shots:0", "normalise:0", "reply_prompt:0", "reply:0",
                "queue:0",
            ])
        let prompt = try #require(trace.node(named: "reply_prompt"))
        #expect(prompt.operation?.name == "format")
        #expect(prompt.inputs.map(\.name) == ["instruction", "message", "shots"])
        #expect(prompt.value == "Route it: Where is my parcel?")
        let reply = try #require(trace.node(named: "reply"))
        #expect(reply.operation?.name == "call")
        #expect(reply.operation?.documentation == "Asks the model with the prompt (max_tokens 16).")
        #expect(reply.inputs.map(\.name) == ["prompt", "temperature"])
        #expect(result.inputs.map(\.name) == ["code", "reply"])
        #expect(result.operation?.name == "normalise")
        #expect(trace.parameters.map { trace[$0].base } == ["instruction", "temperature", "shots", "normalise"])
        let call = try #require(trace.calls.first)
        #expect(call.node == reply.id && call.model == "scripted:a" && call.usage.totalTokens == 5)
        let request = try #require(model.requests.first)
        #expect(call.completion == "\(request.key)")
        #expect(request.repetition == 2 && request.maximumTokens == 16 && request.temperature == 0)
    }

    @Test("a candidate's values are used, its unknown placeholders fail with what is available")
    func candidates() async throws {
        let workflow = try triage(ScriptedReplies("x"))
        let candidate = Candidate(values: ["instruction": "Say {{mesage}} of {{message}}"])
        let trace = await workflow.run(candidate, on: example, repetition: 0)
        let failure = try #require(trace.result)
        #expect(trace.outcome == .failed(failure.id))
        #expect(failure.name == "reply_prompt:0")
        #expect(failure.value.plainText.contains("did you mean 'message'?; available: message, shots"))
        #expect(trace.node(named: "queue") == nil)
        #expect(trace.calls.isEmpty)
        let instruction = try #require(workflow.parameters["instruction"])
        let objection = try await workflow.objection(to: "Say {{mesage}}", for: instruction)
        #expect(objection == "uses {{mesage}}, did you mean 'message'?; available: message, shots")
        #expect(try await workflow.objection(to: "Say {{message}}", for: instruction) == nil)
        #expect(try await workflow.objection(to: "{{#shots}}", for: instruction)?.contains("not closed") == true)
    }

    @Test("examples without a field that a prompt names are objected to before they fail every execution")
    func examples() async throws {
        let user = "{{#shots}}Message: {{message}} Category: {{queue}}\\n{{/shots}}{{message}}"
        let yaml = WorkflowFixture.triage.replacing(
            "prompt: $instruction,", with: #"prompt: { system: $instruction, user: "\#(user)" },"#)
        let workflow = try workflow(yaml, model: ScriptedReplies("x"))
        let shots = try #require(workflow.parameters["shots"])
        let objection = try await workflow.objection(to: [["message": "a", "expected": "b"]], for: shots)
        #expect(objection?.contains("{{queue}}") == true && objection?.contains("expected") == true)
        #expect(try await workflow.objection(to: [["message": "a", "queue": "b"]], for: shots) == nil)
        #expect(try await workflow.objection(to: [], for: shots) == nil)
        // What the prompt reads from outside is looked for there, and a prompt that names no field takes any.
        #expect(try await workflow.objection(to: [["queue": "b"]], for: shots) == nil)
        let plain = try triage(ScriptedReplies("x"))
        #expect(try await plain.objection(to: [["expected": "b"]], for: shots) == nil)
    }

    @Test("failing code is a failure node with the line marked; code that does not parse is objected to")
    func failingCode() async throws {
        let workflow = try triage(ScriptedReplies("x"))
        let source = "def normalise(reply: str) -> str:\n    return reply[10]\n"
        let trace = await workflow.run(Candidate(values: ["normalise": .text(source)]), on: example, repetition: 0)
        let failure = try #require(trace.result)
        #expect(trace.outcome == .failed(failure.id))
        #expect(failure.base == "queue")
        #expect(failure.value.plainText.hasPrefix("(IndexError) "))
        #expect(failure.value.plainText.contains("return reply[10]"))
        #expect(failure.inputs.map(\.name) == ["code", "reply"])
        let code = try #require(workflow.parameters["normalise"])
        #expect(try await workflow.objection(to: "def normalise(reply):\n  return (", for: code) != nil)
        #expect(
            try await workflow.objection(to: "def other(reply): return 1", for: code)?.contains("normalise") == true)
        #expect(try await workflow.objection(to: "def normalise(reply): return reply", for: code) == nil)
    }

    @Test("whoever plays a role when the workflow is made is asked")
    func roles() async throws {
        let model = ScriptedReplies("x")
        var file = try WorkflowFixture.read(WorkflowFixture.triage)
        file.models[0].model = ModelName(provider: "openai", model: "other")
        let workflow = try Workflow(file: file, models: { _ in model }, runtimes: [PythonRuntime()])
        _ = await workflow.run(workflow.parameters.seed, on: example, repetition: 0)
        #expect(model.requests.map(\.model.description) == ["openai:other"])
    }

    private static let fork = """
        name: fork
        inputs: { a: text }
        models: { task: scripted:x }
        steps:
          zoe: { prompt: "z{{a}}" }
          adam: { prompt: "a{{a}}" }
        output: "{{zoe}}+{{adam}}"
        """

    @Test("independent steps run side by side, and the trace does not show which was faster")
    func sideBySide() async throws {
        let workflow = try workflow(Self.fork, model: MeetingModel())
        let trace = await workflow.run(Candidate(values: [:]), on: Example(id: "1", fields: ["a": "!"]), repetition: 0)
        #expect(trace.result?.value == "z!+a!")
        #expect(trace.nodes.map(\.name) == ["a:0", "zoe_prompt:0", "zoe:0", "adam_prompt:0", "adam:0", "output:0"])
        #expect(trace.result?.inputs.map(\.name) == ["zoe", "adam"])
    }

    @Test("a failed step stops what needs it and nothing else; the first in the file is the failure")
    func failures() async throws {
        let model = ScriptedReplies { request in
            if request.messages[0].content.hasPrefix("z") { throw ModelError(.badRequest, "no z") }
            return ChatReply(text: "fine")
        }
        let workflow = try workflow(Self.fork, model: model)
        let trace = await workflow.run(Candidate(values: [:]), on: Example(id: "1", fields: ["a": "!"]), repetition: 0)
        #expect(trace.result?.name == "zoe:0" && trace.result?.kind == .failure)
        #expect(trace.node(named: "adam")?.value == "fine")
        #expect(trace.node(named: "output") == nil)
        #expect((trace.error as? ModelError)?.code == .badRequest)
    }

    @Test("truncated replies are marked, refusals fail")
    func finishes() async throws {
        let yaml = "name: w\nmodels: { task: scripted:x }\nsteps: { s: { prompt: Go, max_tokens: 2 } }\noutput: $s"
        let example = Example(id: "1", fields: [:])
        let kept = CachedModel(ScriptedReplies("half a", finish: .length), cache: MemoryCompletionCache())
        let cut = await (try workflow(yaml, model: kept))
            .run(Candidate(values: [:]), on: example, repetition: 0)
        #expect(cut.result?.value == "half a")
        #expect(cut.result?.operation?.documentation.contains("cut off") == true)
        #expect(cut.calls.first?.completion != nil)
        let refused = await (try workflow(yaml, model: ScriptedReplies("", finish: .refusal)))
            .run(Candidate(values: [:]), on: example, repetition: 0)
        #expect(refused.result?.value == "(refused) the model declined to answer")
        #expect(refused.calls.count == 1 && refused.calls.first?.completion == nil)
    }

    @Test("messages, formats and a choice of models reach the model")
    func requests() async throws {
        let model = ScriptedReplies("{\"n\": {\"m\": 4}}")
        let workflow = try workflow(
            """
            name: w
            inputs: { a: text }
            models: { small: scripted:s, large: scripted:l }
            parameters:
              which: { kind: choice, value: small, options: [small, large] }
            steps:
              s:
                system: Be brief.
                messages: [ { user: "{{a}}" }, { assistant: Yes. }, { user: $a } ]
                model: $which
                stop: [END]
                schema: { type: object }
            output: { m: $s.n.m }
            """, model: model)
        let trace = await workflow.run(
            Candidate(values: ["which": "large"]), on: Example(id: "1", fields: ["a": "{{q}}"]), repetition: 0)
        #expect(trace.result?.value == ["m": 4])
        let request = try #require(model.requests.first)
        #expect(request.messages == [.system("Be brief."), .user("{{q}}"), .assistant("Yes."), .user("{{q}}")])
        #expect(request.model.description == "scripted:l")
        #expect(request.stop == ["END"])
        #expect(request.format == .schema(name: "s", ["type": "object"]))
        #expect(trace.node(named: "s")?.inputs.map(\.name) == ["prompt", "model"])
    }

    @Test("commands get arguments, input and no more environment than listed")
    func commands() async throws {
        let workflow = try workflow(
            """
            name: w
            inputs: { a: text }
            steps:
              echo: { command: [printf, "%s|%s", "{{a}}", "x y"], timeout: 300s }
              upper: { command: [tr, a-z, A-Z], stdin: $echo, timeout: 300s }
              json: { command: [cat], stdin: { k: $upper }, output: json, timeout: 300s }
              env: { command: [env], output: lines, env: [LISTED], timeout: 300s }
            output: { json: $json, env: $env }
            """)
        let trace = await workflow.run(
            Candidate(values: [:]), on: Example(id: "1", fields: ["a": "$(rm) 'q'\n"]), repetition: 0)
        let value = try #require(trace.result?.value)
        #expect(value["json"] == ["k": "$(RM) 'Q'\n|X Y"])
        #expect(Set(value["env"]?.list ?? []) == ["PATH=/usr/bin:/bin", "LISTED=l"])
    }

    @Test(
        "commands that go wrong are failures that say so",
        arguments: [
            ("[sh, -c, \"echo why >&2; exit 3\"]", "(commandFailed) sh ended with status 3\nwhy"),
            ("[no-such-program]", "(commandNotFound) there is no program 'no-such-program'"),
            ("[sh, -c, \"sleep 100 & sleep 100\"], timeout: 100ms", "(commandTimeout) sh ran longer than 0.1 seconds"),
            ("[echo, \"{\"], output: json", "(unreadableOutput) the program's output is not JSON"),
        ])
    func failingCommands(_ command: String, expected: String) async throws {
        let workflow = try workflow("name: w\nsteps: { s: { command: \(command) } }\noutput: $s")
        let trace = await workflow.run(Candidate(values: [:]), on: Example(id: "1", fields: [:]), repetition: 0)
        #expect(trace.result?.value.plainText.hasPrefix(expected) == true, "\(String(describing: trace.result?.value))")
    }

    @Test("an example without an input fails and says which")
    func missingInput() async throws {
        let workflow = try triage(ScriptedReplies("x"))
        let trace = await workflow.run(workflow.parameters.seed, on: Example(id: "1", fields: ["m": 1]), repetition: 0)
        #expect(trace.result?.value == "(missingInput) the example has no input 'message'; it has m")
        #expect(throws: WorkflowError.self) { try self.workflow(WorkflowFixture.triage, runtimes: []) }
    }

    @Test("data, metrics and objective of the file score a run, with feedback in the file's words")
    func scoring() async throws {
        let workflow = try triage(ScriptedReplies("Billing"))
        let dataset = try workflow.file.dataset(
            files: SourceFiles { path in WorkflowFixture.files[path].map { Array($0.utf8) } })
        #expect(dataset.examples.map(\.id) == ["a", "b", "c", "d"])
        let split = try workflow.file.splitPlan.split(dataset.examples)
        #expect(split.train.count == 2 && split.validation.count == 1 && split.holdout.count == 1)
        let evaluator = Evaluator(
            subject: workflow, metrics: try workflow.metrics(), objective: try #require(workflow.file.objective))
        let results = try await evaluator.evaluate(workflow.parameters.seed, on: dataset.examples)
        #expect(results.map(\.score) == [0, 1, 0, 0])
        #expect(results[0].scores["accuracy"]?.feedback == "expected delivery, got billing")
        #expect(workflow.gate?.metric == "accuracy")
        let text = WorkflowDescription(workflow.file, dataset: dataset, split: split).description
        #expect(text.contains("data        flows/data.jsonl: 4 examples (2 train, 1 validation, 1 hold-out)"))
        #expect(text.contains("reply: asks task, reads instruction, message, shots, temperature"))
    }

    @Test("a pairwise judge holds outputs against those of the workflow as it stands, which is run once an example")
    func pairwiseJudge() async throws {
        let file = try WorkflowFixture.read(
            """
            name: w
            inputs: { message: text }
            models: { task: "scripted:task", judge: "scripted:judge" }
            parameters:
              instruction: { kind: text, value: "Be short." }
            steps:
              reply: { prompt: { system: $instruction, user: "{{message}}" }, with: { message: $message }, model: task }
            output: $reply
            data: { file: data.jsonl, map: { message: text } }
            metrics:
              better: { pairwise: "Politeness." }
            objective: { maximize: better }
            """)
        let model = ScriptedReplies { request in
            guard request.model.model == "judge" else {
                return ChatReply(text: request.messages.first?.content == "Be polite." ? "Gladly!" : "No.")
            }
            let shown = request.messages.last?.content ?? ""
            let polite = shown.contains("Output A:\n\"Gladly!\"") ? "A" : "B"
            return ChatReply(text: "{\"reasons\": \"tone\", \"preferred\": \"\(polite)\"}")
        }
        let workflow = try Workflow(file: file, models: { _ in model })
        let evaluator = Evaluator(
            subject: workflow, metrics: try workflow.metrics(), objective: Objective([.init("better", .maximize)]))
        let example = Example(id: "e", fields: ["message": "Help?"])
        let polite = Candidate(id: Candidate.ID(1), values: ["instruction": "Be polite."])
        #expect(try await evaluator.evaluate(polite, on: example).score == 1)
        #expect(try await evaluator.evaluate(workflow.parameters.seed, on: example).score == 0.5)
        #expect(try await evaluator.evaluate(polite, on: example).score == 1)
        // Three runs of its own, one of the seed to hold two of them against, and two orders twice.
        #expect(model.requests.count { $0.model.model == "task" } == 4)
        #expect(model.requests.count { $0.model.model == "judge" } == 4)
    }

    @Test("a code metric scores and explains")
    func codeMetric() async throws {
        let yaml = """
            name: w
            inputs: { message: text }
            steps: { s: { command: [printf, "{{message}}"] } }
            output: $s
            data: { file: data.jsonl, map: { message: text, expected: queue } }
            metrics:
              overlap:
                code: |
                  def score(output, expected):
                      return {"score": float(expected in output), "feedback": f"looked for {expected}"}
                entry: "score(output: str, expected: str) -> dict"
            """
        let metric = try #require(try workflow(yaml).metrics().first)
        let score = try await metric.score(MetricSubject(example: example, outcome: .output("to delivery")))
        #expect(score == Score(1, feedback: "looked for delivery"))
    }
}
