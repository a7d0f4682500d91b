import Foundation
import LanguageModels
import Synchronization
import Testing

/// Runs against a stand-in for llama-server: a real child process with the same arguments and routes.
@Suite struct LocalProviderTests {
    let folder: TemporaryFolder
    let model: String
    let environment: [String: String]

    init() throws {
        folder = try TemporaryFolder()
        model = try folder.write("tiny.gguf", "weights")
        try folder.write("bin/llama-server", Self.standIn)
        environment = [
            "OPTRACE_CACHE_HOME": folder.path + "/cache", "PATH": folder.path + "/bin",
            "OPTRACE_LOCAL_THREADS": "1", "OPTRACE_LOCAL_SLOTS": "2", "OPTRACE_LOCAL_CONTEXT": "100",
        ]
    }

    static let standIn = """
        #!/usr/bin/env python3
        import http.server, json, os, sys
        options = dict(zip(sys.argv[1:-1:2], sys.argv[2::2]))
        if open(options["--model"]).read() == "broken":
            print("loading", flush=True)
            sys.exit("this file is no model")
        class Answer(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def send(self, value):
                body = json.dumps(value).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def do_GET(self):
                self.send({"status": "ok"})
            def do_POST(self):
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                prompt = request["messages"][-1]["content"]
                if prompt == "die":
                    os._exit(1)
                text = f'{prompt} {os.getpid()} {options["--ctx-size"]} {request["cache_prompt"]}'
                self.send({"model": "tiny", "choices": [{"index": 0, "finish_reason": "stop",
                    "message": {"role": "assistant", "content": text}}],
                    "usage": {"prompt_tokens": 1, "completion_tokens": 1}})
            def log_message(self, *ignored): pass
        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 128
        Server(("127.0.0.1", int(options["--port"])), Answer).serve_forever()
        """

    func models() throws -> LocalModels {
        try LocalModels(environment: environment, transport: CurlTransport())
    }

    func ask(_ models: LocalModels, _ text: String) async throws -> [String] {
        let reply = try await LocalProvider(models).reply(to: request(text, model: "local:" + model))
        return reply.text.split(separator: " ").map(String.init)
    }

    /// Whether a process of that number runs (one that has ended and waits to be collected does not).
    func runs(_ pid: String) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
        return !stat.contains(") Z")
    }

    @Test func theFirstCallStartsTheServerAndClosingEndsIt() async throws {
        let models = try models()
        #expect(await models.list().allSatisfy { $0.servers.isEmpty && !$0.isPresent })
        let provider = LocalProvider(models)
        let model = model
        let pids = try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try await provider.reply(to: request("hello \(number)", model: "local:" + model)).text
                }
            }
            return try await group.reduce(into: Set<Substring>()) { $0.insert($1.split(separator: " ")[2]) }
        }
        #expect(pids.count == 1)
        let words = try await ask(models, "hello")
        #expect(words[0] == "hello" && words[2] == "200" && words[3] == "True")
        let listing = try #require(await models.list().last)
        #expect(listing.path == model && listing.isPresent)
        #expect(listing.servers.map { String($0.pid) } == [words[1]])
        await models.close()
        #expect(!runs(words[1]))
        #expect(await models.servers.running().isEmpty)
    }

    @Test func processesShareAServer() async throws {
        let first = try models()
        let second = try models()
        let pid = try await ask(first, "hello")[1]
        #expect(try await ask(second, "hello")[1] == pid)
        await second.close()
        #expect(runs(pid))
        await first.close()
        #expect(try await ask(second, "hello")[1] != pid)
        await second.close()
    }

    @Test func aServerThatEndedIsStartedAnew() async throws {
        let models = try models()
        let pid = try await ask(models, "hello")[1]
        await fails(with: .localServer) { _ = try await ask(models, "die") }
        #expect(!runs(pid))
        let next = try await ask(models, "hello")[1]
        #expect(next != pid)
        await models.close()
    }

    @Test func aServerThatStaysIsStoppedByName() async throws {
        let models = try models()
        let server = try await models.serve(model)
        #expect(server.owner == nil)
        #expect(try await models.serve(model) == server)
        let other = try self.models()
        #expect(try await ask(other, "hello")[1] == String(server.pid))
        await other.close()
        #expect(runs(String(server.pid)))
        #expect(try await models.stop(model) == [server])
        #expect(!runs(String(server.pid)))
        #expect(try await models.stop().isEmpty)
    }

    @Test func aServerThatCannotStartSaysWhatItsLogSays() async throws {
        _ = try folder.write("tiny.gguf", "broken")
        let models = try models()
        let error = await #expect(throws: ModelError.self) { try await ask(models, "hello") }
        #expect(error?.code == .localServer)
        #expect(error?.message.contains("loading | this file is no model") == true, "\(error?.message ?? "")")
    }

    @Test func aRepeatableServerIsAskedWithoutItsPromptCache() async throws {
        let environment = environment.merging(["OPTRACE_LOCAL_CACHE_PROMPT": "0"]) { $1 }
        let models = try LocalModels(environment: environment, transport: CurlTransport())
        #expect(try await ask(models, "hello")[3] == "False")
        await models.close()
    }

    @Test func aMissingFileIsNotDownloadedFromNowhere() async throws {
        let models = try models()
        await fails(with: .download) {
            _ = try await LocalProvider(models).reply(to: request("x", model: "local:/nowhere/x.gguf"))
        }
        await fails(with: .unknownModel) {
            _ = try await LocalProvider(models).reply(to: request("x", model: "local:7b"))
        }
    }
}
