import Foundation
import TestServer
import Testing
import TraceGraph

/// What the gate and the objectives say of the numbers of a whole run.
@Suite("Numbers of a run")
struct NumbersTests {
    private func ready(_ server: TestServer) throws -> Program { try OptimizeTests().ready(server) }

    @Test(
        "a second run on the same hold-out is told of the first, and held against less; a repetition is no second look")
    func looks() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let first = try await program.run("optimize", "mood.yaml", "--json")
        #expect(first.status == 0 && !first.output.contains("earlier run"), "\(first.error)")
        let second = try await program.run("optimize", "mood.yaml", "--seed", "9")
        #expect(second.output.contains("PROMOTE"), "\(second.error)")
        #expect(second.output.contains("alarm: 1 earlier run was tested on examples of this hold-out (mood-"))
        #expect(second.output.contains("held against 0.0076 of the alpha of 0.05"))
        let again = try await program.run("optimize", "mood.yaml", "--json", "--cache", "only")
        #expect(again.lines.dropLast() == first.lines.dropLast(), "what came later did not exist for the first run")

        let name = "mood.yaml"
        try program.write(
            program.read(name).replacing("alpha: 0.05 }", with: "alpha: 0.05, looks: 1 }"), to: name)
        let spent = try await program.run("optimize", name, "--seed", "10", "--require-promotion")
        #expect(spent.status == 101 && spent.output.contains("INCONCLUSIVE"), "\(spent.error)")
        #expect(spent.output.contains("nothing is left, so nothing can be promoted"))
    }

    @Test("what eval scored of a hold-out is told too")
    func evaluated() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        #expect(try await program.run("eval", "mood.yaml", "--split", "holdout", "--limit", "5").status == 0)
        let run = try await program.run("optimize", "mood.yaml")
        #expect(run.output.contains("5 of the 24 hold-out examples were scored by eval before"), "\(run.output)")
    }

    @Test("repeats ask anew, are told, and are repeated without a request")
    func repeats() async throws {
        let server = try MoodWorkflow.server()
        let program = try ready(server)
        defer { program.remove() }
        let once = try await program.run("optimize", "mood.yaml", "--json")
        let requests = server.requests.count
        #expect(once.status == 0, "\(once.error)")
        let twice = try await program.run("optimize", "mood.yaml", "--json", "--repeats", "2")
        #expect(twice.status == 0 && server.requests.count > 3 * requests / 2, "\(twice.error)")
        #expect(twice.error.contains("each example is run 2 times"))
        server.stop()
        let again = try await program.run("optimize", "mood.yaml", "--json", "--repeats", "2", "--cache", "only")
        #expect(again.status == 0 && again.lines.dropLast() == twice.lines.dropLast(), "\(again.error)")
        let shown = try await program.run("runs", "show", "latest")
        #expect(shown.output.contains("% of the variance of a single run is chance"))
        let wrong = try await program.run("optimize", "mood.yaml", "--repeats", "often")
        #expect(wrong.status == 64 && wrong.error.contains("auto or a whole number from 1 to 100"))
    }

    @Test("executions that are as good as lost are given up between steps, and the verdict says so")
    func givingUp() async throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(CodeWorkflow.stepsYAML, to: "steps.yaml")
        try program.write(CodeWorkflow.stepsData, to: "steps.jsonl")
        let run = try await program.run("optimize", "steps.yaml")
        #expect(run.output.contains("PROMOTE"), "\(run.error)\n\(run.output)")
        #expect(run.output.contains("were given up between steps, as good as lost"))
        #expect(run.error.contains("executions given up"))
        let traces = try await program.run("traces", "list", "--json", "--limit", "1000")
        let given = traces.lines.filter { $0.contains(#""outcome":"failed""#) }
        #expect(!given.isEmpty && !given.contains { $0.contains(#""split":"holdout""#) })
        let whole = try program.read("steps.yaml").replacing(", give_up: 0.85", with: "")
        try program.write(whole, to: "whole.yaml")
        let without = try await program.run("optimize", "whole.yaml")
        #expect(without.output.contains("PROMOTE") && !without.output.contains("given up"))
    }

    @Test("the gate tests what is optimized: what the worst come to, or a sum; and the mean where that is asked for")
    func tested() async throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(CodeWorkflow.riskYAML, to: "risk.yaml")
        try program.write(CodeWorkflow.stepsData, to: "steps.jsonl")
        let risky = try await program.run("optimize", "risk.yaml")
        #expect(risky.output.contains("PROMOTE"), "\(risky.error)\n\(risky.output)")
        #expect(
            risky.output.contains("hold-out mean of the worst 20 % of quality: 0.4")
                && risky.output.contains("swap test"))
        #expect(risky.output.contains("mean of all: 0.8"))
        let shown = try await program.run("runs", "show", "latest")
        #expect(shown.output.contains("mean of the worst 20 % of quality"), "\(shown.output)")
        let again = try await program.run("optimize", "risk.yaml", "--json", "--cache", "only")
        let scores = try #require(try Value(json: String(again.lines.last ?? ""))["scores"])
        let (before, after) = (try #require(scores["incumbent"]?.number), try #require(scores["winner"]?.number))
        #expect(scores["measure"] == "mean of the worst 20 %" && before < 0.6 && abs(after - 0.8) < 1e-9)
        #expect(abs(try #require(scores["difference"]?.number) - (after - before)) < 1e-9)

        let mean = try program.read("risk.yaml") + "gate: { metric: quality, risk: mean, looks: endless }\n"
        try program.write(mean, to: "mean.yaml")
        let plain = try await program.run("optimize", "mean.yaml")
        #expect(!plain.output.contains("PROMOTE") && plain.output.contains("hold-out quality: 0.8"), "\(plain.output)")

        let sum = try program.read("risk.yaml").replacing(
            "{ maximize: quality, risk: { worst: 0.2 } }", with: "{ weights: { quality: 1, calm: 1 } }")
        try program.write(sum, to: "sum.yaml")
        let weighted = try await program.run("optimize", "sum.yaml")
        #expect(weighted.output.contains("PROMOTE"), "\(weighted.error)\n\(weighted.output)")
        #expect(weighted.output.contains("hold-out objective: 1.5"), "\(weighted.output)")
    }

    @Test("a run with several aims ends with its front, which can be asked for again")
    func fronts() async throws {
        let program = try Program()
        defer { program.remove() }
        try program.write(CodeWorkflow.frontYAML, to: "front.yaml")
        try program.write(CodeWorkflow.stepsData, to: "steps.jsonl")
        let run = try await program.run("optimize", "front.yaml", "--json")
        #expect(run.status == 0, "\(run.error)")
        let last = try Value(json: String(run.lines.last ?? ""))
        let members = try #require(last["front"]?["members"]?.list)
        #expect(members.count >= 3, "no number beats another in both aims")
        for member in members {
            let means = ["up", "down"].compactMap { member["means"]?[$0]?.number }
            #expect(means.count == 2 && means.reduce(0, +) == 4)
        }
        #expect((last["front"]?["hypervolume"]?.number ?? 0) > 0)
        let shown = try Value(json: try await program.run("runs", "show", "latest", "--json").output)
        #expect(shown["front"] == last["front"])
        let text = try await program.run("runs", "show", "latest")
        #expect(text.output.contains("candidates on the front, hypervolume"), "\(text.output)")
    }
}
