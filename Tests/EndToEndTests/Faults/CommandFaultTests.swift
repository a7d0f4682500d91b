import Foundation
import TestServer
import Testing
import TraceGraph

/// Programs that a workflow starts and that do not do their part.
@Suite("optrace with programs that misbehave", .timeLimit(.minutes(10)))
struct CommandFaultTests {
    private func run(_ command: String, input: String = "x", timeout: String = "60s") async throws -> Program.Ending {
        let program = try Program()
        defer { program.remove() }
        try program.write(
            """
            name: w
            inputs: { text: text }
            steps: { s: { command: \(command), stdin: $text, timeout: \(timeout) } }
            output: $s

            """, to: "w.yaml")
        try program.write(input, to: "input.txt")
        let ending = try await program.run("run", "w.yaml", "--input", "text=@input.txt")
        #expect(try await program.run("cache", "verify").status == 0)
        return ending
    }

    @Test("a program that a step has started ends with the run that is killed")
    func killed() async throws {
        let gone = TestSignal()
        let server = try TestServer { _ in .silence(clientClosed: gone) }
        defer { server.stop() }
        let program = try Program()
        defer { program.remove() }
        try program.write(
            """
            name: held
            steps:
              s: { command: [python3, -c, "import urllib.request as r; r.urlopen('\(server.url)')"], timeout: 600s }
            output: $s
            """, to: "held.yaml")
        let ending = try await program.run(["run", "held.yaml"]) { running in
            await server.received(1)
            running.kill()
            await running.ends()
        }
        #expect(ending.status == -9, "\(ending.error)")
        await gone.wait()
    }

    @Test("one that does not read what it is given has its output all the same", arguments: [1, 3_000_000])
    func unread(_ count: Int) async throws {
        let ending = try await run("[sh, -c, \"exec <&-; echo done\"]", input: String(repeating: "x", count: count))
        #expect(ending.status == 0, "\(ending.status) \(ending.error)")
        #expect(ending.output.contains("done"))
    }

    @Test(
        "one that fails, dies, does not end, writes too much or is not there is a failed node that says so",
        arguments: [
            ("[sh, -c, exit 3]", "status 3"), ("[sh, -c, \"kill -9 $$\"]", "signal 9"),
            ("[sleep, \"100\"]", "longer than"), ("[/no/such/program]", "there is no program"),
            ("[sh, -c, \"yes\"]", "more than 16 MiB"), ("[/etc]", "there is no program"),
            ("[sh, -c, \"sleep 100 & sleep 100\"]", "longer than"),
            ("[sh, -c, \"trap '' TERM INT HUP; sleep 100\"]", "longer than"),
        ])
    func failing(_ command: String, _ saying: String) async throws {
        let ending = try await run(command, timeout: saying == "longer than" ? "1s" : "300s")
        #expect(ending.status == 1, "\(ending.status)")
        #expect(ending.error.contains("the workflow failed at s"), "\(ending.error)")
        #expect(ending.error.contains(saying), "\(ending.error)")
    }

    /// A child of the protocol that does as `script` says.
    private func host(_ script: String) async throws -> Program.Ending {
        let program = try Program()
        defer { program.remove() }
        try program.write(
            """
            name: w
            inputs: { text: text }
            program: { command: [python3, child.py], timeout: 20s }

            """, to: "w.yaml")
        try program.write(
            "import os, sys\nout = os.fdopen(int(os.environ['OPTRACE_REPORTS_FD']), 'wb')\n" + script, to: "child.py")
        let ending = try await program.run("run", "w.yaml", "--input", "text=x")
        #expect(try await program.run("cache", "verify").status == 0, "\(ending.error)")
        return ending
    }

    @Test(
        "a child of the protocol that talks nonsense, dies or says nothing is a failed node",
        arguments: [
            "print('hello')", "sys.exit(3)", "os.kill(os.getpid(), 9)", "out.write(b'hello\\n')",
            "out.write(b'{' * 100000 + b'\\n')", "out.write(b'[]\\nnull\\n{}\\n')",
            "out.write(bytes(range(256)) * 100)", "while True: out.write(b'x' * 1000000)", "raise SystemExit('no')",
            "this is no python", "out.close()", "os.closerange(0, 64); os._exit(0)",
            "out.write(b'{\"type\": \"hello\", \"protocol\": 99}\\n')",
            "out.write(b'{\"type\": \"hello\", \"protocol\": 1}\\n'); out.flush(); sys.stdin.read(); os._exit(9)",
            "out.write(b'{\"type\": \"hello\", \"protocol\": 1}\\nnoise\\n' * 100); out.flush()",
        ])
    func child(_ script: String) async throws {
        let ending = try await host(script + "\n")
        #expect(ending.status == 1, "\(ending.status) \(ending.output)")
        #expect(ending.error.contains("the workflow failed at "), "\(ending.error)")
    }
}
