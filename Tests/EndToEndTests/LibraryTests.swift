import Foundation
import Optrace
import Testing

/// A library user's workflow: ordinary Swift, a text and a number to be optimized, a model to ask.
private struct Triage: Optimizable {
    @Parameter("instruction", documentation: "What the model is told.") var instruction = "Route the message."
    @Parameter("creativity", in: 0...1) var creativity = 0.0
    let model: ChatModel

    var parameters: ParameterSpace { ParameterSpace(of: self) }

    func queue(for message: Traced<String>) async throws -> Traced<String> {
        let prompt: Traced<String> = "\($instruction)\n\n\(message)"
        let reply = try await model.reply(to: prompt, temperature: $creativity)
        return traced("normalise", reply) { $0.lowercased() }
    }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        await Trace.record(candidate) {
            try await queue(for: Traced(example["message"]?.text ?? "", name: "message"))
        }
    }

    static let name = ModelName(provider: "scripted", model: "task")
}

@Suite("The library, through its one module")
struct LibraryTests {
    private static let better = "Answer sales or billing."
    private static let optimizer = ModelName(provider: "scripted", model: "optimizer")

    /// Routes only once it is told the queues; as the optimizer, finds out that it is not.
    private let scripted = ScriptedModel { request in
        let prompt = request.messages.last?.content ?? ""
        if request.model == Self.optimizer {
            let reply: Value = [
                "reasoning": "The queues are missing.", "suggestion": ["instruction": .text(Self.better)],
            ]
            return Script.Reply(reply.json)
        }
        guard prompt.contains("sales or billing") else { return Script.Reply("To whom it may concern") }
        return Script.Reply(prompt.contains("invoice") ? "Billing" : "SALES")
    }

    /// `count` examples whose ids begin with `part`.
    private func examples(_ part: String, _ count: Int) -> [Example] {
        (0..<count).map { number in
            let isBilling = number.isMultiple(of: 2)
            return Example(
                id: "\(part)\(number)",
                fields: [
                    "message": .text("\(part) \(number): \(isBilling ? "My invoice is wrong." : "What does it cost?")"),
                    "expected": isBilling ? "billing" : "sales",
                ])
        }
    }

    @Test("a catalog made of the environment finds its models without asking any")
    func environment() throws {
        let folder = try Program()
        defer { folder.remove() }
        let known = ModelCatalog(environment: [
            "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPTRACE_CACHE_HOME": folder.folder.path,
        ])
        for provider in ["openai", "local"] {
            #expect(throws: Never.self) { try known.model(ModelName(provider: provider, model: "default")) }
        }
        #expect { try known.model(ModelName(provider: "anthropic", model: "m")) } throws: {
            ModelError.Code.missingKey ~= $0
        }
        // What the process was started with, where nobody says otherwise.
        #expect { try ModelCatalog().model(ModelName(provider: "nobody", model: "m")) } throws: {
            ModelError.Code.unknownProvider ~= $0
        }
    }

    @Test("records a workflow, takes feedback, and keeps both")
    func records() async throws {
        let folder = try Program()
        defer { folder.remove() }
        let store = try TraceStore(path: folder.folder.appending(path: "traces.sqlite").path)

        let triage = Triage(model: ChatModel(Triage.name, from: scripted))
        let trace = await Trace.record {
            try await triage.queue(for: Traced("Where is my invoice?", name: "message"))
        }
        let output = try #require(trace.result)
        #expect(output.value == "to whom it may concern")
        let call = try #require(trace.calls.first)
        #expect(call.model == Triage.name.description && call.usage.calls == 1)
        #expect(trace[call.node].inputs.map(\.name) == ["prompt", "temperature"])
        let judged = try trace.feedback("expected billing", on: output.id, scores: ["accuracy": 0])

        let explained = try judged.subgraph(from: [output.id]).all.map { judged[$0].name }
        #expect(explained.contains("instruction:0") && explained.contains("message:0"), "\(explained)")
        let number = try store.save(judged, workflow: "triage")
        let kept = try store.trace(id: number)
        #expect(kept.feedback == judged.feedback)
        #expect(kept.nodes.map(\.value) == judged.nodes.map(\.value))
    }

    @Test("optimizes it with a scripted model, stores the run, and repeats it from its replies alone")
    func optimizes() async throws {
        let folder = try Program()
        defer { folder.remove() }
        let store = try TraceStore(path: folder.folder.appending(path: "traces.sqlite").path)
        let splits = OptimizationLoop.Splits(
            train: examples("train", 8), validation: examples("validation", 10), holdout: examples("holdout", 20))

        func run(_ mode: CacheMode) async throws -> RunConclusion {
            let ledger = Ledger(Budget(calls: 200))
            let model = MeteredModel(
                CachedModel(scripted, cache: store.completions, mode: mode), ledger: ledger)
            let triage = Triage(model: ChatModel(Triage.name, from: model))
            let metric = ExactMatch(name: "accuracy")
            let loop = OptimizationLoop(
                evaluator: Evaluator(subject: triage, metrics: [metric], objective: Objective(metric)), splits: splits,
                plan: OptimizationPlan(steps: 2, minibatch: 4, siblings: 1, seed: 1, perfectScore: 1),
                gate: Gate(metric), purpose: "Route a message to a queue.", model: model, modelName: Self.optimizer,
                ledger: ledger, journal: store.journal())
            let optimizer = try OptimizerRegistry.standard.optimizer("optoprime", options: ["memory": 2])
            return try await loop.run(
                optimizer,
                as: RunRecord(
                    name: "triage-1", workflow: "triage", optimizer: "optoprime", seed: 1, settings: [:],
                    parameters: triage.parameters))
        }

        let conclusion = try await run(.use)
        #expect(conclusion.status == .finished)
        #expect(conclusion.best["instruction"] == .text(Self.better))
        let verdict = try #require(conclusion.verdict)
        #expect(verdict.decision == .promote)
        #expect(verdict.incumbentMean == 0 && verdict.winnerMean == 1)
        #expect(conclusion.paid.calls > 0)

        let stored = try store.run(named: "triage-1")
        #expect(stored.status == .finished)
        #expect(stored.verdict == verdict)
        #expect(try store.winner(of: stored.id)?.values == conclusion.best.values)
        let summary = try #require(try store.traces(TraceFilter(run: stored.id), limit: 1).first)
        let key = try #require(try store.trace(id: summary.id).calls.first?.completion)
        #expect(try store.completion(key: key) != nil, "the reply of every call can be found")

        let again = try await run(.only)
        #expect(again.paid.calls == 0)
        #expect(again.spend == conclusion.spend)
        #expect(again.best == conclusion.best)
        #expect(again.verdict == verdict)
    }
}
