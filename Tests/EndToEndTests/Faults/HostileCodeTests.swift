import Foundation
import Synchronization
import TestServer
import Testing
import TraceGraph

/// Code that a model wrote and that means no good, through the real program: contained, and told to the optimizer.
@Suite("optrace with hostile code", .timeLimit(.minutes(10)))
struct HostileCodeTests {
    struct Attack: Sendable, CustomTestStringConvertible {
        let name: String
        /// The body of `tidy(reply)`; `FOLDER` is where the workflow lies and `PORT` where somebody listens.
        let body: [String]
        /// What the optimizer is shown of it.
        let feedback: String

        init(_ name: String, _ body: String..., feedback: String) {
            self.name = name
            self.body = body
            self.feedback = feedback
        }

        var testDescription: String { name }
    }

    static let attacks: [Attack] = [
        Attack(
            "network", "import socket", "socket.create_connection(('127.0.0.1', PORT), 2)", "return 'out'",
            feedback: "Error"),
        Attack("files to write", "open('FOLDER/stolen', 'w').write('x')", "return 'out'", feedback: "Error"),
        Attack("files to read", "return open('FOLDER/mood.yaml').read()", feedback: "FileNotFoundError"),
        Attack("the user's home", "import os", "return open(os.environ['REAL_HOME'])", feedback: "KeyError"),
        Attack(
            "environment", "import os", "return 'env ' + ' '.join(sorted(os.environ))", feedback: "env HOME LANG"),
        Attack(
            "other processes", "import os, signal", "os.kill(-1, signal.SIGKILL)", "return 'out'", feedback: "Error"),
        Attack("fork bomb", "import os", "while True: os.fork()", feedback: "Error"),
        Attack("memory bomb", "return 'x' * (8 << 30)", feedback: "MemoryError"),
        Attack("endless loop", "while True: pass", feedback: "longer than"),
        Attack("gigabytes of output", "while True: print('x' * 1000000)", feedback: "printed more than"),
        Attack(
            "noise in the protocol", "import os", "for n in range(9): os.write(4, b'noise' * 99 + bytes([10]))",
            "return 'out'", feedback: "channel"),
        Attack("the end of its process", "import os", "os._exit(3)", feedback: "status 3"),
        Attack("the end of its process by a signal", "import os", "os.kill(os.getpid(), 11)", feedback: "signal 11"),
    ]

    /// A run of two steps whose model proposes `attack` in both.
    private func run(
        _ attack: Attack, in program: Program
    ) async throws -> (ending: Program.Ending, questions: [String], wasReached: Bool) {
        let elsewhere = try TestServer { _ in TestResponse() }
        defer { elsewhere.stop() }
        let body = attack.body.map {
            $0.replacing("FOLDER", with: program.folder.path).replacing("PORT", with: "\(elsewhere.port)")
        }
        let source = "def tidy(reply: str) -> str:\\n" + body.map { "    \($0)\\n" }.joined()
        let asked = Questions()
        let server = try TestServer.chat { chat in
            if chat.prompt.hasPrefix("Day ") { return .text(chat.prompt.contains("bright") ? "sunny" : "rainy") }
            asked.add(chat.messages.map(\.content).joined(separator: "\n"))
            return .text(#"{"reasoning": "r", "suggestion": {"tidy": "\#(source)"}}"#)
        }
        defer { server.stop() }
        var ready = program
        try MoodWorkflow.install(in: program)
        // Wrong at first, so that there is something to mend; with little time, so that an endless loop is soon over.
        try program.write("def tidy(reply: str) -> str:\n    return reply.upper()\n", to: "tidy.py")
        if attack.name == "endless loop" {
            let step = "with: { reply: $reply }, timeout: 1s }"
            try program.write(MoodWorkflow.yaml.replacing("with: { reply: $reply } }", with: step), to: "mood.yaml")
        }
        ready.environment.merge([
            "OPTRACE_MODEL": "openai:small", "OPENAI_BASE_URL": "\(server.url)/v1", "OPENAI_API_KEY": EchoWorkflow.key,
        ]) { _, new in new }
        let run = try await ready.run("optimize", "mood.yaml", "--steps", "2", "--json")
        return (run, asked.all, elsewhere.connectionCount > 0)
    }

    @Test("is contained, becomes feedback, and the run goes on", .enabled(if: hasSandbox), arguments: attacks)
    func attacked(_ attack: Attack) async throws {
        let program = try Program()
        defer { program.remove() }
        let (run, asked, wasReached) = try await run(attack, in: program)
        #expect(run.status == 0, "\(run.error)")
        let last = try Value(json: String(run.lines.last ?? ""))
        #expect(last["event"] == "finished" && last["best"] == "c0", "\(last.json)")
        #expect(!wasReached)
        #expect(!FileManager.default.fileExists(atPath: program.folder.appending(path: "stolen").path))
        #expect(!asked.contains { $0.contains("objective: { maximize: accuracy }") }, "the file was not read")
        #expect(!asked.contains { $0.contains(EchoWorkflow.key) })
        let shown = try await program.run("traces", "list", "--candidate", "c1", "--json")
        #expect(shown.lines.count >= 5, "the minibatch was run: \(shown.output)")
        let id = try Value(json: String(shown.lines.first ?? ""))["trace"]?.integer ?? 0
        let trace = try await program.run("traces", "show", "\(id)")
        #expect(trace.output.contains(attack.feedback), "\(trace.output)")
        #expect(asked.count >= 2 && asked.last?.contains(attack.feedback) == true, "\(asked.last ?? "")")
        // Nothing of it is left, and nothing is broken.
        #expect(try await program.run("cache", "verify").status == 0)
    }

    @Test("is refused where there is no sandbox", arguments: attacks.prefix(3))
    func refused(_ attack: Attack) async throws {
        let program = try await Program().withoutSandbox()
        defer { program.remove() }
        let (run, _, wasReached) = try await run(attack, in: program)
        #expect(run.status == 0, "the instruction is still there to be optimized: \(run.error)")
        #expect(run.error.contains("tidy stays as it is"), "\(run.error)")
        #expect(!wasReached)
        #expect(!FileManager.default.fileExists(atPath: program.folder.appending(path: "stolen").path))
        let last = try Value(json: String(run.lines.last ?? ""))
        #expect(last["best"] == "c0", "\(last.json)")
    }

    private static let hasSandbox = ["/usr/bin/bwrap", "/usr/local/bin/bwrap", "/bin/bwrap"].contains {
        FileManager.default.isExecutableFile(atPath: $0)
    }
}

/// What a model was asked.
private final class Questions: Sendable {
    private let texts = Mutex<[String]>([])

    var all: [String] { texts.withLock { $0 } }

    func add(_ text: String) { texts.withLock { $0.append(text) } }
}
