import Foundation
import GRDB
import TestServer
import Testing
import TraceGraph

@Suite("optrace with a judge")
struct JudgeTests {
    /// The mood workflow with a judge beside its metric.
    func ready(_ server: TestServer) throws -> Program {
        var program = try Program()
        try MoodWorkflow.install(in: program)
        let rubric = "  fit: { judge: { rubric: \"Is it a word for weather?\", model: task } }\nobjective:"
        try program.write(MoodWorkflow.yaml.replacing("objective:", with: rubric), to: "mood.yaml")
        program.environment = [
            "OPTRACE_MODEL": "openai:small", "OPENAI_BASE_URL": "\(server.url)/v1",
            "OPENAI_API_KEY": "sk-marked-key-4711",
        ]
        return program
    }

    /// Answers like the mood workflow's model, and judges: without a verdict for every day that begins with a 1.
    func server() throws -> TestServer {
        try TestServer.chat { chat in
            let system = chat.messages.first { $0.role == "system" }?.content ?? ""
            if chat.messages.contains(where: { $0.content.hasPrefix("Rubric:") }) {
                if chat.messages.contains(where: { $0.content.contains("Day 1") }) { return "I would rather not say" }
                return .text(#"{"reasons": "r", "verdict": "\#(chat.prompt.contains("sunny") ? "yes" : "no")"}"#)
            }
            if !chat.prompt.hasPrefix("Day ") {
                let changes = #"{"instruction": "\#(MoodWorkflow.better)"}"#
                return .text(#"{"reasoning": "The labels are missing.", "suggestion": \#(changes)}"#)
            }
            guard system.contains("sunny or rainy") else { return "What a day that must have been!" }
            return .text(chat.prompt.contains("bright") ? " Sunny\n" : "RAINY")
        }
    }

    @Test("keeps every reply of the judge through `cache clear` and `cache prune`, so that the run can be replayed")
    func replays() async throws {
        let server = try server()
        let program = try ready(server)
        defer { program.remove() }
        let first = try await program.run("optimize", "mood.yaml", "--json")
        #expect(first.status == 0, "\(first.error)")
        server.stop()
        let cleared = try await program.run("cache", "clear")
        #expect(cleared.output.hasPrefix("removed 0 replies"), "\(cleared.output)")
        #expect(cleared.output.contains("stay") && cleared.output.contains("--force"))
        _ = try await program.run("cache", "prune", "--max-size", "0")
        let second = try await program.run("optimize", "mood.yaml", "--json", "--cache", "only")
        #expect(second.status == 0, "\(second.error)")
        #expect(first.lines.dropLast() == second.lines.dropLast())
    }

    @Test("accounts for the judge's calls in SQL and in eval, and shows what it was asked")
    func spend() async throws {
        let server = try server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let eval = try await program.run("eval", "mood.yaml", "--json")
        let evaluated = try Value(json: String(eval.lines.last ?? ""))
        #expect(evaluated["calls"] == .integer(server.requests.count), "\(eval.output)")

        let run = try await program.run("optimize", "mood.yaml", "--json")
        #expect(run.status == 0, "\(run.error)")
        let path = program.folder.appending(path: "cache/optrace.sqlite").path
        let (counts, judged) = try await DatabaseQueue(path: path).read { database in
            let counts = try Row.fetchOne(
                database,
                sql: """
                    SELECT (SELECT calls FROM runs) AS counted, count(DISTINCT completion) AS requests,
                        sum(purpose = 'scoring') AS scoring
                    FROM spend_view WHERE run IS NOT NULL
                    """
            ).map { [$0["counted"] as Int, $0["requests"] as Int, $0["scoring"] as Int] }
            let judged = try Row.fetchAll(
                database, sql: "SELECT prompt, reply FROM scoring_view WHERE example IS NOT NULL"
            ).map { (prompt: $0["prompt"] as String, reply: $0["reply"] as String) }
            return (counts ?? [], judged)
        }
        #expect(counts.first == counts.dropFirst().first, "\(counts)")
        #expect((counts.last ?? 0) > 0)
        #expect(judged.allSatisfy { $0.prompt.contains("Is it a word for weather?") && !$0.reply.isEmpty })
        #expect(judged.contains { $0.reply == "I would rather not say" })
    }
}
