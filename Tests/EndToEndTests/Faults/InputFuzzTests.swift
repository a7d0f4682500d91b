import Foundation
import TestFuzzing
import TestServer
import Testing
import TraceGraph

/// What reaches the real program from outside while it serves somebody, mutated.
@Suite("optrace under fuzzed messages", .timeLimit(.minutes(10)))
struct InputFuzzTests {
    private static let corpus = [
        #"{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "c", "version": "1"}}}"#,
        #"{"jsonrpc": "2.0", "method": "notifications/initialized"}"#,
        #"{"jsonrpc": "2.0", "id": "a", "method": "tools/list"}"#,
        #"{"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "list_runs", "arguments": {"limit": 3}}}"#,
        #"{"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "show_trace", "arguments": {"trace": 1}}}"#,
        #"{"jsonrpc": "2.0", "id": 4, "method": "tools/call", "params": {"name": "list_traces", "arguments": {"failed": true, "limit": 2}}}"#,
        #"{"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 3}}"#,
        #"{"jsonrpc": "2.0", "id": 5, "method": "ping"}"#, #"{"jsonrpc": "2.0", "id": 6, "result": {}}"#,
    ]

    private static let words = [
        "\"jsonrpc\"", "\"2.0\"", "\"id\"", "\"method\"", "\"params\"", "\"name\"", "\"arguments\"", "\"trace\"",
        "\"run\"",
        "\"limit\"", "\"tools/call\"", "\"list_runs\"", "\"show_run\"", "\"show_trace\"", "{", "}", "[", "]", ":", ",",
        "\"latest\"", "../../etc/passwd",
    ]

    @Test("an assistant's messages are answered or told to be wrong, each in one line")
    func assistant() async throws {
        let server = try TestServer.chat { .text($0.prompt) }
        defer { server.stop() }
        let ready = try EchoWorkflow.program(at: server.url)
        defer { ready.remove() }
        #expect(try await ready.run("eval", "echo.yaml", "--limit", "2").status == 0)
        var mutator = Mutator(corpus: Self.corpus, words: Self.words, seed: 41)
        var input: [UInt8] = []
        for _ in Fuzz.cases(1_000) { input += mutator.input().filter { $0 != 10 } + [10] }
        try Data(input).write(to: ready.folder.appending(path: "messages.txt"))
        let run = try await ready.shell("$optrace mcp --read-only <messages.txt >answers.txt 2>errors.txt; echo $?")
        let told = try ready.read("errors.txt")
        #expect(run.lines == ["0"], "\(told)")
        let answers = try ready.read("answers.txt").split(separator: "\n")
        #expect(answers.count > 50)
        for answer in answers {
            let value = try Value(json: String(answer))
            #expect(value["jsonrpc"] == "2.0" && (value["result"] != nil) != (value["error"] != nil), "\(answer)")
        }
    }
}
