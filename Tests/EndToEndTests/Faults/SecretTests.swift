import Foundation
import TestServer
import Testing
import TraceGraph

/// Runs everything with marked keys and searches every byte that was written.
@Suite("Secrets", .timeLimit(.minutes(10)))
struct SecretTests {
    /// Part of every key and password here.
    static let mark = "MARKED4711"
    static let openAI = "sk-proj-\(mark)a1B2c3D4e5F6g7H8"
    static let anthropic = "sk-ant-\(mark)z9Y8x7W6v5U4"
    static let ollama = "oll-\(mark)-q1w2e3r4"

    private static let yaml =
        MoodWorkflow.yaml
        .replacing(
            "  mood: { code: $tidy",
            with: "  shell: { command: [sh, -c, \"env\"], stdin: $sentence, timeout: 120s }\n  mood: { code: $tidy"
        )
        .replacing(
            "output: $mood", with: "  spy: { code: $look, with: { reply: $shell } }\noutput: $mood"
        )
        .replacing(
            "steps:\n",
            with:
                "  look: { kind: code, language: python, entry: \"look(reply: str) -> str\", value: file://look.py }\nsteps:\n"
        )

    /// Code that looks for keys wherever it can.
    private static let look = """
        import glob, os

        def look(reply: str) -> str:
            found = [repr(dict(os.environ))]
            for path in glob.glob("/proc/*/environ") + glob.glob("/proc/*/cmdline") + glob.glob("/tmp/*")[:50]:
                try:
                    found.append(open(path, errors="replace").read(20000))
                except OSError:
                    pass
            return "".join(found)[:100000]

        """

    /// Everything that can be written of a trace and of a run. `traces` come before imports read them.
    private static let exports =
        ["html", "svg", "dot", "mmd", "chrome.json", "pb", "json", "jsonl", "csv", "md", "xml"].map {
            ["traces", "export", "2", "-o", "out/t.\($0)"]
        } + ["html", "json", "jsonl", "csv", "md", "xml"].map { ["runs", "export", "latest", "-o", "out/r.\($0)"] }

    /// What an assistant asks.
    private static let assistant = """
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18"}}
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "list_runs", "arguments": {}}}
        {"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {"name": "show_trace", "arguments": {"trace": 1}}}

        """

    /// Shows the pages of a trace and of a run as a browser would get them.
    private static let viewing = """
        for subject in 1 latest; do
            $optrace view $subject --no-open >link 2>view.txt & server=$!
            while ! [ -s link ] && kill -0 $server; do :; done
            python3 -c 'import sys, urllib.request as u
        o = u.build_opener(u.HTTPCookieProcessor())
        print(o.open(sys.argv[1]).read().decode())' "$(head -1 link)"
            kill -TERM $server; wait $server; : >link
        done
        """

    private func ready(_ url: String) throws -> Program {
        var program = try Program()
        try MoodWorkflow.install(in: program)
        try program.write(Self.yaml, to: "mood.yaml")
        try program.write(Self.look, to: "look.py")
        program.environment = [
            "OPTRACE_MODEL": "openai:small", "OPENAI_BASE_URL": url, "OPENAI_API_KEY": Self.openAI,
            "ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": Self.anthropic, "OLLAMA_HOST": url,
            "OLLAMA_API_KEY": Self.ollama, "OPTRACE_RETRIES": "1", "OPTRACE_RETRY_DELAY": "0.002s",
            "OPTRACE_TIMEOUT": "120s",
            // Whatever is left in the user's home and in the folder for passing files is searched too.
            "HOME": program.folder.appending(path: "home").path, "TMPDIR": program.folder.appending(path: "tmp").path,
        ]
        for name in ["home", "tmp"] { try program.write("here\n", to: "\(name)/.keep") }
        return program
    }

    /// What holds a mark: the streams of `runs` and every file below the folder, what is deleted but not yet overwritten
    /// in the database included.
    private func leaks(_ runs: [(name: String, ending: Program.Ending)], _ program: Program) throws -> [String] {
        let marks = [Self.mark, Data(Self.openAI.utf8).base64EncodedString()].map { Array($0.utf8) }
        func isMarked(_ bytes: [UInt8]) -> Bool { marks.contains { bytes.firstRange(of: $0) != nil } }
        var found: [String] = []
        for (name, ending) in runs {
            if isMarked(Array(ending.output.utf8)) { found.append("output of \(name)") }
            if isMarked(Array(ending.error.utf8)) { found.append("errors of \(name)") }
        }
        var count = 0
        let files = FileManager.default.enumerator(at: program.folder, includingPropertiesForKeys: [.isRegularFileKey])
        for case let url as URL in files ?? .init() {
            guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
            count += 1
            if isMarked([UInt8](try Data(contentsOf: url))) { found.append(url.lastPathComponent) }
        }
        #expect(count > 5, "the search found the files")
        return found
    }

    @Test("no key is in anything that is written while all goes well")
    func everything() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try ready("\(server.url)/v1")
        defer { program.remove() }
        var runs: [(name: String, ending: Program.Ending)] = []
        for arguments in [
            ["init", "started"], ["optimize", "mood.yaml", "--json", "--steps", "1", "--seed", "2"],
            ["traces", "export", "2", "-o", "out/t.tgj"], ["traces", "export", "2", "-o", "out/t.otlp.json"],
            ["validate", "mood.yaml"], ["validate", "mood.yaml", "--json"],
            ["run", "mood.yaml", "--input", "sentence=Day 1 was bright.", "--json"],
            ["eval", "mood.yaml", "--failures"],
            ["eval", "mood.yaml", "--json", "--cache", "off"], ["optimize", "mood.yaml", "--dry-run"],
            ["optimize", "mood.yaml", "--json", "--steps", "2"], ["optimize", "--resume", "latest"], ["runs", "list"],
            ["runs", "show", "latest", "--json"], ["traces", "list", "--json"], ["traces", "show", "1", "--calls"],
            ["traces", "show", "2", "--json"], ["traces", "diff", "1", "2"], ["promote", "latest", "--dry-run"],
            ["replay", "1"], ["replay", "1", "--set", "reply=sunny", "--json"],
            ["credit", "--pairs", "1", "--limit", "2"],
            ["runs", "compare", "latest", "latest"], ["promote", "latest"], ["cache", "stats"], ["cache", "verify"],
            ["doctor"], ["model", "list"], ["import", "tgj", "out/t.tgj"], ["import", "otlp", "out/t.otlp.json"],
            ["mcp", "--read-only"],
        ] + Self.exports {
            let ending = try await program.run(arguments, input: arguments[0] == "mcp" ? Self.assistant : "")
            #expect(ending.status == 0 || ending.status == 1, "\(arguments): \(ending.status) \(ending.error)")
            runs.append((arguments.joined(separator: " "), ending))
        }
        runs.append(("view", try await program.shell(Self.viewing)))
        #expect(runs.last?.ending.output.contains("<html") == true, "\(runs.last?.ending.error ?? "")")
        #expect(runs.contains { $0.name.hasPrefix("mcp") && $0.ending.output.contains("PATH=") }, "it told of a trace")
        #expect(server.requests.contains { $0["Authorization"] == "Bearer \(Self.openAI)" }, "the key was sent")
        let trace = try await program.run("traces", "show", "1")
        #expect(trace.output.contains("PATH="), "the command did look at its environment")
        let found = try leaks(runs, program)
        #expect(found.isEmpty, "\(found)")
    }

    @Test("nor when a provider repeats it in every way", arguments: ["openai", "anthropic", "ollama"])
    func repeated(_ provider: String) async throws {
        let server = try TestServer { request in
            let key = request["Authorization"] ?? request["x-api-key"] ?? ""
            let bare = key.split(separator: " ").last.map(String.init) ?? key
            let bodies = [
                #"{"error":{"message":"Incorrect API key provided: \#(bare).","type":"x","code":"\#(bare)","param":"\#(bare)"}}"#,
                #"{"error":"\#(key)"}"#, #"{"message":"key=\#(bare)&x"}"#, #"{"detail":"\#(bare.dropLast(4))****"}"#,
                "<html>\(bare)</html>", bare, #"{"\#(bare)": 1}"#, #"{"choices":[{"message":{"\#(bare)":1}}]}"#,
            ]
            let number = abs(request.text.hashValue)
            let status = [400, 401, 404, 422, 429, 500, 503, 200, 307][number % 9]
            return .json(
                bodies[number / 9 % bodies.count], status: status,
                fields: ["Location": "http://me:\(bare)@127.0.0.1:1/\(bare)?key=\(bare)", "X-Request-Id": bare])
        }
        defer { server.stop() }
        let program = try ready(provider == "openai" ? "\(server.url)/v1" : server.url)
        defer { program.remove() }
        var runs: [(name: String, ending: Program.Ending)] = []
        for number in 0..<12 {
            let arguments = [
                "run", "mood.yaml", "--input", "sentence=Day \(number) was \(number * 31).", "--model",
                "task=\(provider):small",
            ]
            runs.append(("run \(number)", try await program.run(arguments)))
        }
        runs.append(("eval", try await program.run("eval", "mood.yaml", "--model", "task=\(provider):small")))
        runs.append(("traces", try await program.run("traces", "show", "1", "--calls")))
        #expect(runs.contains { $0.ending.status == 1 })
        let found = try leaks(runs, program)
        #expect(found.isEmpty, "\(found) \(runs.map(\.ending.error))")
    }

    @Test("nor what stands in an address or a proxy")
    func addresses() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        var program = try ready("\(server.url.replacing("//", with: "//me:pass\(Self.mark)@"))/v1?key=\(Self.mark)")
        defer { program.remove() }
        var runs: [(name: String, ending: Program.Ending)] = []
        runs.append(("eval", try await program.run("eval", "mood.yaml", "--limit", "3")))
        runs.append(("doctor", try await program.run("doctor")))
        server.stop()
        runs.append(("stopped", try await program.run("eval", "mood.yaml", "--cache", "off", "--limit", "3")))
        program.environment["OPENAI_BASE_URL"] = "http://models.invalid/\(1)"
        program.environment["http_proxy"] = "http://me:\(Self.mark)@127.0.0.1:1"
        runs.append(("proxy", try await program.run("eval", "mood.yaml", "--cache", "off", "--limit", "3")))
        #expect(runs.last?.ending.status == 1)
        let found = try leaks(runs, program)
        #expect(found.isEmpty, "\(found)")
    }
}
