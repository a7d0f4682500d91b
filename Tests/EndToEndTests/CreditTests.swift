import TestServer
import Testing
import TraceGraph

@Suite("optrace credit, and the smallest change")
struct CreditTests {
    @Test("says what the winner's change is worth and which node was at fault, keeps it, and asks for nothing twice")
    func credit() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try MoodWorkflow.program(asking: server)
        defer { program.remove() }
        let optimization = try await program.run("optimize", "mood.yaml")
        try #require(optimization.status == 0, "\(optimization.error)")
        let asked = server.requests.count

        let credit = try await program.run("credit", "latest", "--json")
        try #require(credit.status == 0, "\(credit.error)")
        let document = try Value(json: credit.output)
        let ablation = try #require(document["ablation"]?.list)
        #expect(ablation.map { $0["name"] } == ["instruction"])
        #expect(ablation[0]["effect"] == 1.0 && ablation[0]["tested"] == true && ablation[0]["n"] == 18)
        let interchange = try #require(document["interchange"]?.list)
        #expect(interchange.first?["name"] == "reply_prompt", "the instruction goes into the prompt: \(interchange)")
        #expect(interchange.first { $0["name"] == "reply" }?["effect"] == 1.0)
        #expect(interchange.first { $0["name"] == "mood" }?["own"] == 0.0)
        #expect(server.requests.count == asked, "both candidates were run on these examples before")

        let table = try await program.run("credit", "--cache", "only", "--pairs", "2", "--limit", "5")
        #expect(table.status == 0, "\(table.error)")
        #expect(table.output.contains("lost without the change"), "\(table.output)")
        #expect(table.output.contains("instruction"))
        #expect(table.error.contains("0 requests made"))

        let smallest = try await program.run("promote", "--smallest", "--dry-run")
        #expect(smallest.status == 0, "\(smallest.error)")
        #expect(smallest.error.contains("1 of 1 edit kept"), "\(smallest.error)")
        #expect(smallest.output.contains(MoodWorkflow.better))
        let unknown = try await program.run("credit", "nothing")
        #expect(unknown.status == 1 && unknown.error.contains("there is no run called 'nothing'"))
    }

    @Test("promote --smallest writes the lines that matter and leaves the others out")
    func smallest() async throws {
        let server = try TestServer.chat { chat in
            let system = chat.messages.first { $0.role == "system" }?.content ?? ""
            if !chat.prompt.hasPrefix("Day ") {
                let instruction =
                    "Be kind to everyone, whatever they say.\\nAnswer with one word: sunny or rainy.\\nSmile."
                return .text(#"{"reasoning": "Labels.", "suggestion": {"instruction": "\#(instruction)"}}"#)
            }
            guard system.contains("sunny or rainy") else { return "What a day!" }
            return .text(chat.prompt.contains("bright") ? "sunny" : "rainy")
        }
        defer { server.stop() }
        let program = try MoodWorkflow.program(asking: server)
        defer { program.remove() }
        let optimization = try await program.run("optimize", "mood.yaml")
        try #require(optimization.status == 0, "\(optimization.error)")
        let promotion = try await program.run("promote", "--smallest")
        #expect(promotion.status == 0, "\(promotion.error)")
        #expect(promotion.error.contains("score 1.000 → 1.000"), "\(promotion.error)")
        let written = try program.read("prompts/mood.md")
        #expect(written.contains("sunny or rainy"))
        #expect(written.count < 70 && !written.contains("Smile"), "\(written)")
    }
}
