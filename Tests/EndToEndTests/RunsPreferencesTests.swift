import Foundation
import Optrace
import TestServer
import Testing

@Suite("Preferences of runs")
struct RunsPreferencesTests {
    /// The task model of the mood workflow, and one that finds the flaw of a run.
    private func server() throws -> TestServer {
        try TestServer.chat { chat in
            let system = chat.messages.first { $0.role == "system" }?.content ?? ""
            guard chat.prompt.hasPrefix("Day ") else {
                return .text(
                    #"{"step": "reply", "flaw": "wrong form", "hint": "Answer with one word: sunny or rainy."}"#)
            }
            guard system.contains("sunny or rainy") else { return "What a day that must have been!" }
            return .text(chat.prompt.contains("bright") ? " Sunny\n" : "RAINY")
        }
    }

    @Test(
        "what a hint changed for the better is kept and written as prompt, chosen and rejected, the same when resumed")
    func written() async throws {
        let server = try server()
        defer { server.stop() }
        var program = try Program()
        defer { program.remove() }
        try MoodWorkflow.install(in: program)
        program.environment = [
            "OPTRACE_MODEL": "openai:small", "OPENAI_API_KEY": "sk-marked-key-4711",
            "OPENAI_BASE_URL": "\(server.url)/v1",
        ]
        let run = try await program.run("optimize", "mood.yaml", "--optimizer", "calm", "--steps", "2", "--json")
        #expect(run.status == 0, "\(run.error)")
        let last = try Value(json: String(run.lines.last ?? ""))
        #expect(last["parameters"]?["instruction"]?.text?.contains("sunny or rainy") == true, "\(last.json)")
        // Asking for the form helps neither of two runs; six questions, each with a run with the hint and one without, of
        // which two were made before.
        let report = try #require(run.lines.first { $0.contains("hints tried helped") && $0.contains("hold-out") })
        for part in [
            "6 of 8 hints tried helped, mean lift +0.75, 3.3 calls a repair",
            "6 runs made right, 6 of them without a flaw",
            "1 of 1 rules proposed were kept", "tokens of their texts +", "accuracy on the hold-out +1",
        ] {
            #expect(report.contains(part), "\(report)")
        }

        let written = try await program.run("runs", "preferences")
        #expect(written.status == 0, "\(written.error)")
        let pairs = try written.lines.map { try Value(json: String($0)) }
        #expect(!pairs.isEmpty)
        for pair in pairs {
            #expect(pair["node"] == "reply" && pair["lift"]?.number == 1)
            #expect(pair["rejected"] == "What a day that must have been!")
            #expect(
                ["sunny", "rainy"].contains(
                    pair["chosen"]?.text?.lowercased().trimmingCharacters(in: .whitespacesAndNewlines)))
            #expect(pair["prompt"]?.text?.contains("Day ") == true)
            #expect(pair["hint"] == "Answer with one word: sunny or rainy.")
        }
        let file = try await program.run("runs", "preferences", "latest", "-o", "pairs.jsonl")
        #expect(file.status == 0 && file.error.contains("pairs.jsonl"))
        #expect(try program.read("pairs.jsonl") == written.output)

        let other = try await program.run("optimize", "mood.yaml", "--steps", "1", "--json")
        #expect(other.status == 0, "\(other.error)")
        let none = try await program.run("runs", "preferences")
        #expect(none.status == 0 && none.output.isEmpty && none.error.contains("no preferences"))
    }
}
