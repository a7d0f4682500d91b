import Optrace
import TestServer
import Testing
import TraceGraph

/// What a run is going to take, told before it takes it.
@Suite("optrace optimize --dry-run")
struct ForecastTests {
    private func ready(_ server: TestServer, examples: Int = 60) throws -> Program {
        let program = try MoodWorkflow.program(asking: server)
        let rows = (0..<examples).map {
            #"{"sentence": "Day \#($0) was \#($0 % 2 == 0 ? "bright" : "wet").", "mood": "\#($0 % 2 == 0 ? "sunny" : "rainy")"}"#
        }
        try program.write(rows.joined(separator: "\n") + "\n", to: "mood.jsonl")
        try program.write("openai:small: { prompt: 2, completion: 8 }\n", to: "prices.yaml")
        return program
    }

    private static let priced = ["optimize", "mood.yaml", "--json", "--prices", "prices.yaml"]

    private func forecast(_ program: Program, _ options: [String] = []) async throws -> Value {
        let run = try await program.run(Self.priced + ["--dry-run"] + options)
        #expect(run.status == 0, "\(run.error)")
        return try Value(json: run.output)
    }

    /// Whether `amount` lies in what was forecast under `name`.
    private func holds(_ forecast: Value, _ name: String, _ amount: Double, slack: Double = 1) -> Bool {
        guard let least = forecast[name]?["least"]?.number, let most = forecast[name]?["most"]?.number else {
            return false
        }
        return least / slack <= amount && amount <= most * slack
    }

    @Test("asks nothing, and what the run then takes lies within what was said: calls, tokens, cost and time")
    func amounts() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let before = try await forecast(program)
        #expect(server.requests.isEmpty)
        #expect(before["basis"] == "guessed from the texts" && before["seconds"] == .null)
        let run = try await program.run(Self.priced)
        let spend = try #require(try Value(json: String(run.lines.last ?? ""))["spend"], "\(run.error)")
        let calls = try #require(spend["calls"]?.number)
        #expect(holds(before, "calls", calls), "\(before.json) \(spend.json)")
        // Now the tokens of an example are known, and how fast the model is.
        let asked = server.requests.count
        let after = try await forecast(program, ["--seed", "1"])
        #expect(after["basis"]?.text?.hasPrefix("from ") == true)
        let tokens = (spend["prompt_tokens"]?.number ?? 0) + (spend["completion_tokens"]?.number ?? 0)
        #expect(holds(after, "tokens", tokens, slack: 1.25), "\(after.json) \(spend.json)")
        #expect(holds(after, "cost", try #require(spend["cost"]?.number), slack: 1.25), "\(after.json) \(spend.json)")
        #expect(after["seconds"]?["most"]?.number ?? 0 > 0)
        #expect(server.requests.count == asked)
    }

    @Test("counts the runs of small changes of the texts where a score has to hold under them, and who says them anew")
    func robust() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        try program.write("Read the sentence.\nThink of it.\nWhat do you make of this?\n", to: "prompts/mood.md")
        let plainFile = MoodWorkflow.yaml.replacing("steps: 3", with: "steps: 1")
        try program.write(plainFile, to: "mood.yaml")
        let plain = try await forecast(program)
        try program.write(
            plainFile.replacing(
                "{ maximize: accuracy }", with: "{ maximize: accuracy, robust: { perturbations: 2, paraphrases: 1 } }"),
            to: "mood.yaml")
        let robust = try await forecast(program)
        #expect(robust["calls_per_example"] == 4 && plain["calls_per_example"] == 1)
        let run = try await program.run(Self.priced)
        let calls = try #require(
            try Value(json: String(run.lines.last ?? ""))["spend"]?["calls"]?.number, "\(run.error)")
        #expect(holds(robust, "calls", calls), "\(robust.json) \(calls)")
        #expect(calls > plain["calls"]?["most"]?.number ?? .infinity, "what the plain forecast says is far too little")
    }

    @Test("counts what a method runs on train examples by itself", arguments: ["calm", "gepa", "joint", "prefpo"])
    func workbench(method: String) async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let options = ["--optimizer", method, "--steps", "1"]
        let before = try await forecast(program, options)
        let run = try await program.run(Self.priced + options)
        let calls = try #require(
            try Value(json: String(run.lines.last ?? ""))["spend"]?["calls"]?.number, "\(run.error)")
        #expect(holds(before, "calls", calls), "\(before.json) \(calls)")
        let own = try OptimizerRegistry.standard.optimizer(method).workbenchRuns(train: 18)
        #expect(own > 0)
        if method == "gepa" {
            let most = try #require(before["calls"]?["most"]?.number)
            #expect(calls > most - Double(own), "without them the forecast is too little")
        }
    }

    @Test("of methods that take turns covers whichever has them")
    func turns() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        func calls(_ options: String...) async throws -> (least: Double, most: Double) {
            let told = try await forecast(program, ["--steps", "3"] + options)
            return (
                try #require(told["calls"]?["least"]?.number), try #require(told["calls"]?["most"]?.number)
            )
        }
        let (cheap, dear) = (try await calls("--optimizer", "opro"), try await calls("--optimizer", "calm"))
        #expect(cheap.most < dear.most)
        for methods in ["opro, calm", "calm, opro"] {
            let mix = try await calls("--optimizer", "portfolio", "--option", "methods=\(methods)")
            #expect(mix.most == dear.most && mix.least == min(cheap.least, dear.least), "\(methods): \(mix)")
        }
        // Texts go to optoprime: nothing gives feedback on a step before the result, which is what calm would count.
        let auto = try await calls("--optimizer", "auto")
        #expect(auto == (try await calls("--optimizer", "optoprime")) && auto.most < dear.most)
        let settled = try await calls("--optimizer", "auto", "--option", "texts=opro")
        #expect(settled.most == cheap.most)
    }

    @Test("says what the hold-out can decide, by the power table of paired tests, and warns when that is too little")
    func power() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let small = try ready(server)
        defer { small.remove() }
        let text = try await small.run("optimize", "mood.yaml", "--dry-run")
        for needed in ["80 % needs 616", "80 % needs 183", "80 % needs 94"] {
            #expect(text.output.contains(needed), "\(text.output)")
        }
        #expect(text.output.contains("the hold-out of 24 examples is too small to tell even a gain of 15 points"))
        // 616 examples of 1540: five points are found four times in five.
        let large = try ready(server, examples: 1_540)
        defer { large.remove() }
        let plan = try await forecast(large)
        #expect(plan["holdout"] == 616 && plan["warnings"] == [])
        let table = plan["power"]?.list ?? []
        #expect(table.map { $0["points"]?.integer } == [5, 10, 15])
        let power = table.compactMap { $0["power"]?.number }
        #expect(abs((power.first ?? 0) - 0.8) < 0.01 && power.dropFirst().allSatisfy { $0 > 0.98 }, "\(power)")
    }

    @Test("warns where the budget does not reach for a verdict, or cannot be kept")
    func budgets() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let calls = try await program.run("optimize", "mood.yaml", "--dry-run", "--max-calls", "40")
        #expect(calls.output.contains("the cap of 40 calls leaves no room"), "\(calls.output)")
        let cost = try await program.run(Self.priced.filter { $0 != "--json" } + ["--dry-run", "--max-cost", "0.0001"])
        #expect(cost.output.contains("may not reach for one step and a verdict"), "\(cost.output)")
        let unpriced = try await program.run("optimize", "mood.yaml", "--dry-run", "--max-cost", "1")
        #expect(
            unpriced.status == 1 && unpriced.error.contains("the price of openai:small is unknown"), "\(unpriced.error)"
        )
        #expect(server.requests.isEmpty)
    }
}
