import Foundation
import TestServer
import Testing
import TraceGraph

@Suite("optrace when calls fail")
struct FailingCallsTests {
    private static let sentence = "Unsupported value: 'top_k' does not support 0 with this model."
    private static let refusal = TestChatReply.response(
        .json(#"{"error":{"message":"\#(sentence) Key: sk-marked-key-4711","param":"top_k"}}"#, status: 400))

    private func ready(_ server: TestServer) throws -> Program {
        var program = try Program()
        try MoodWorkflow.install(in: program)
        program.environment = [
            "OPTRACE_MODEL": "openai:small", "OPENAI_BASE_URL": "\(server.url)/v1",
            "OPENAI_API_KEY": "sk-marked-key-4711",
        ]
        return program
    }

    @Test("eval tells what the provider said when every example failed, and exits with 1")
    func everyExample() async throws {
        let server = try TestServer.chat { _ in Self.refusal }
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let run = try await program.run("eval", "mood.yaml", "--threshold", "0.5")
        #expect(run.status == 1)
        #expect(run.error.contains("18 of 18 executions failed: "), "\(run.error)")
        #expect(run.error.contains(Self.sentence))
        #expect(!run.output.contains("accuracy"))
        let json = try await program.run("eval", "mood.yaml", "--json")
        #expect(json.status == 1)
        let whole = try Value(json: String(json.lines.last ?? ""))
        #expect(whole["failed"] == 18 && whole["examples"] == 18)
        #expect(whole["failure"]?.text?.contains(Self.sentence) == true)
        for text in [run.error, run.output, json.error, json.output] { #expect(!text.contains("sk-marked-key-4711")) }
    }

    @Test("eval tells failures apart from wrong outputs")
    func someExamples() async throws {
        let server = try TestServer.chat { chat in
            chat.prompt.contains("bright") ? Self.refusal : .text("who knows")
        }
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let run = try await program.run("eval", "mood.yaml", "--split", "all", "--failures")
        #expect(run.status == 0, "\(run.error)")
        #expect(run.error.contains("30 of 60 executions failed: "), "\(run.error)")
        #expect(run.output.contains("accuracy"))
        #expect(run.lines.count { $0.contains("failed  trace") } == 30)
        #expect(run.lines.count { $0.contains("0.000  trace") } == 30)
        #expect(try await program.run("eval", "mood.yaml", "--threshold", "0.5").status == 100)
    }

    @Test("optimize ends with 1 and the provider's sentence when the whole baseline failed at the model")
    func wholeBaseline() async throws {
        let server = try TestServer.chat { _ in Self.refusal }
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let run = try await program.run("optimize", "mood.yaml", "--json")
        #expect(run.status == 1)
        #expect(run.error.contains("every one of the 18 validation examples failed at the model"), "\(run.error)")
        #expect(run.error.contains(Self.sentence))
        #expect(server.requests.count == 18, "the optimizer was asked for nothing")
        let failed = try run.lines.map { try Value(json: String($0)) }.first { $0["event"] == "failed" }
        #expect(failed?["failures"] == 18 && failed?["split"] == "validation")
        #expect(!(run.error + run.output).contains("sk-marked-key-4711"))
        let trace = try await program.run("traces", "show", "1")
        #expect(trace.output.contains("Unsupported value"), "\(trace.output)")
    }

    @Test("outputs that are merely wrong end in a verdict, and count as no failures")
    func merelyWrong() async throws {
        let server = try TestServer.chat { chat in
            guard !chat.prompt.hasPrefix("Day ") else { return "who knows" }
            return Self.refusal
        }
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let run = try await program.run("optimize", "mood.yaml", "--steps", "1")
        #expect(run.status == 0, "\(run.error)")
        #expect(run.output.contains("KEEP"))
        #expect(!run.error.contains("failed"), "\(run.error)")
        // What kept the optimizer from answering is told in the provider's words.
        #expect(run.error.contains(Self.sentence))
    }

    @Test("a model that takes no temperature is asked without one")
    func temperature() async throws {
        let server = try TestServer.chat { chat in
            guard chat.temperature == nil else {
                return .response(
                    .json(
                        #"{"error":{"message":"Unsupported value: 'temperature' does not support 0.","param":"temperature"}}"#,
                        status: 400))
            }
            return .text(chat.prompt.contains("bright") ? "sunny" : "rainy")
        }
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let run = try await program.run("eval", "mood.yaml", "--json", "--concurrency", "1")
        #expect(run.status == 0, "\(run.error)")
        let whole = try Value(json: String(run.lines.last ?? ""))
        #expect(whole["score"]?.number == 1 && whole["failed"] == 0, "\(whole.json)")
        #expect(server.requests.count == 19)
    }

    @Test("run without its inputs is a mistake in the arguments, and leaves no trace")
    func noInput() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        let run = try await program.run("run", "mood.yaml")
        #expect(run.status == 64)
        #expect(run.error.contains("--input sentence=VALUE"), "\(run.error)")
        #expect(try await program.run("traces", "list", "--json").output.isEmpty)
    }
}
