import Foundation
import GRDB
import TestServer
import Testing
import TraceGraph

/// Programs of the protocol that crash and hang by chance, after they have asked models.
@Suite("optrace with programs that crash now and then", .timeLimit(.minutes(10)))
struct CrashingProgramTests {
    /// Says what the weather is, and comes to grief on some days unless the folder holds a file `healthy`.
    private static let child = """
        import json, os, time
        requests = os.fdopen(int(os.environ["OPTRACE_REQUESTS_FD"]), "rb")
        reports = os.fdopen(int(os.environ["OPTRACE_REPORTS_FD"]), "wb", buffering=0)
        def say(**message): reports.write(json.dumps(message).encode() + b"\\n")
        def ask(run, number, instruction, sentence):
            say(type="call", run=run, call=number, model="task", settings={"max_tokens": 8}, messages=[
                {"role": "system", "content": instruction}, {"role": "user", "content": sentence}])
            return json.loads(requests.readline())
        say(type="hello", protocol=1, concurrency=1, inputs=[{"name": "sentence", "kind": "text"}],
            parameters=[{"name": "instruction", "kind": "text", "value": "What do you make of this?"}])
        for line in requests:
            request = json.loads(line)
            run, sentence = request["run"], request["inputs"]["sentence"]
            instruction = request["parameters"]["instruction"]
            open("ran", "a").write(sentence + "\\n")
            reply = ask(run, 0, instruction, sentence)
            day = int(sentence.split()[1])
            if not os.path.exists("healthy"):
                if day % 20 == 8:
                    ask(run, 1, instruction, sentence)
                    os._exit(9)
                if day == 14: time.sleep(1000)
            say(type="node", run=run, node=0, kind="parameter", name="instruction", value=instruction)
            say(type="node", run=run, node=1, name="mood", value=reply["text"].strip().lower(),
                inputs={"instruction": 0}, calls=[0])
            say(type="output", run=run, node=1)

        """

    private func program(asking server: TestServer) throws -> Program {
        let program = try MoodWorkflow.program(asking: server)
        let yaml = MoodWorkflow.yaml.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.contains("tidy") && !$0.hasPrefix("  reply:") && !$0.hasPrefix("  mood:") }
            .joined(separator: "\n")
        try program.write(
            yaml.replacing("steps:\n", with: "program: { command: [python3, child.py], timeout: 3s, concurrency: 1 }\n")
                .replacing("output: $mood\n", with: ""), to: "mood.yaml")
        try program.write(Self.child, to: "child.py")
        return program
    }

    private func lines(_ ending: Program.Ending) throws -> [Value] {
        var lines = try ending.lines.map { try Value(json: String($0)) }
        guard var last = lines.popLast()?.object, var spend = last["spend"]?.object else { return lines }
        spend["seconds"] = nil
        last["spend"] = .object(spend)
        return lines + [.object(last)]
    }

    @Test("such failures are what they were when the run is made again, with the calls that were made before them")
    func again() async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        let program = try program(asking: server)
        defer { program.remove() }
        let first = try await program.run("optimize", "mood.yaml", "--json")
        let wanted = try lines(first)
        #expect(first.status == 0, "\(first.error)")
        let database = try DatabaseQueue(path: program.folder.appending(path: "cache/optrace.sqlite").path)
        for word in ["programCrashed", "programHung"] {
            let noted = try await database.read {
                try Int.fetchOne(
                    $0, sql: "SELECT count(*) FROM steps WHERE lost_calls LIKE ?", arguments: ["%\(word)%"])
            }
            #expect(noted ?? 0 > 0, "\(word)")
        }
        #expect(wanted.contains { $0["event"] == "failed" }, "\(first.output)")
        let asked = server.requests.count
        // From now on the program would do well on every day.
        try program.write("", to: "healthy")
        try program.write("", to: "ran")
        for arguments in [
            ["mood.yaml", "--cache", "only"], ["--resume", "latest"], ["mood.yaml", "--cache", "only"],
        ] {
            let again = try await program.run(["optimize", "--json"] + arguments)
            #expect(try lines(again) == wanted, "\(arguments) \(again.error)")
        }
        #expect(server.requests.count == asked)
        let ran = try program.read("ran")
        #expect(ran.contains("Day ") && !ran.contains("Day 8 ") && !ran.contains("Day 14 "), "\(ran)")
        // Another attempt may have more luck.
        let fresh = try await program.run("optimize", "mood.yaml", "--json")
        #expect(try lines(fresh) != wanted)
    }
}
