import Testing
import TraceGraph

/// What a person meets who does not know the program yet.
@Suite("optrace: the first hour")
struct FirstHourTests {
    /// Says the mood of reviews, with a scripted model that is right about half of them.
    private static let yaml = """
        name: reviews
        inputs: { review: text }
        models: { task: "scripted:script.yaml" }
        parameters: { instruction: { kind: text, value: "good or bad?" } }
        steps:
          mood: { prompt: { system: $instruction, user: "{{review}}" } }
        output: $mood
        data: { file: reviews.jsonl, map: { review: review, expected: mood }, split: { train: 0.4, validation: 0.3, holdout: 0.3 } }
        metrics: { accuracy: { exact_match: $expected } }

        """

    private static let rows = (0..<20).map {
        #"{"review": "the \#($0)th, \#($0 % 2 == 0 ? "lovely" : "dreadful")", "mood": "\#($0 % 2 == 0 ? "good" : "bad")"}"#
    }

    private func program(
        _ yaml: String = Self.yaml, rows: [String] = Self.rows
    ) throws -> Program {
        let program = try Program()
        try program.write(yaml, to: "reviews.yaml")
        try program.write(rows.joined(separator: "\n") + "\n", to: "reviews.jsonl")
        try program.write("rules: [{ reply: good }]\n", to: "script.yaml")
        return program
    }

    @Test(
        "options that can mean nothing are refused before anything is looked for",
        arguments: [
            ["traces", "list", "--split", "foo"], ["traces", "delete", "--split", "foo", "--dry-run"],
            ["runs", "compare", "latest:c0", "latest:c1", "--split", "foo"], ["traces", "list", "--limit", "0"],
            ["traces", "list", "--limit=-3"], ["runs", "compare", "a", "b", "--limit", "0"],
            ["traces", "show", "1", "--waterfall", "--calls"],
            ["run", "reviews.yaml", "-i", "review=a", "-i", "review=b"],
        ])
    func refused(_ arguments: [String]) async throws {
        let program = try program()
        defer { program.remove() }
        let run = try await program.run(arguments)
        #expect(run.status == 64, "\(run.error)")
    }

    @Test("a split is named by every word that names it in data")
    func splitWords() async throws {
        let program = try program()
        defer { program.remove() }
        #expect(try await program.run("eval", "reviews.yaml").status == 0)
        let listed = try await program.run("traces", "list", "--split", "dev", "--json")
        #expect(listed.lines.count == 6)
        #expect(try await program.run("traces", "list", "--split", "train", "--json").lines.isEmpty)
    }

    @Test("a score of no examples is no score")
    func emptySplit() async throws {
        let program = try program(rows: [Self.rows[0]])
        defer { program.remove() }
        let run = try await program.run("eval", "reviews.yaml")
        #expect(run.status == 1)
        #expect(run.error.contains("the validation split is empty"))
    }

    @Test("eval shows which rows lost points, and such a row runs by its line")
    func lostPoints() async throws {
        let program = try program()
        defer { program.remove() }
        let run = try await program.run("eval", "reviews.yaml", "--split", "all", "--failures")
        #expect(run.output.contains("  line 2  0.000"), "\(run.output)")
        #expect(run.output.contains("review: the 1th, dreadful"))
        #expect(!run.output.contains("lovely"), "what lost nothing is shown")
        #expect(try await program.run("run", "reviews.yaml", "--example", "2").status == 0)
        let unknown = try await program.run("run", "reviews.yaml", "--example", "99")
        #expect(unknown.status == 64 && unknown.error.contains("by its id"))
    }

    @Test(
        "validate finds what only a run would have met",
        arguments: [
            ("scripted:script.yaml", "foo:bar", "there is no model provider `foo`"),
            ("scripted:script.yaml", "scripted:nowhere.yaml", "nowhere.yaml"),
            ("user: \"{{review}}\" } }", "user: \"{{review}}\" }, schema: { type: strin } }", "did you mean 'string'"),
            ("review: review,", "review: reviw,", "no row has a field 'reviw' (for review)"),
        ])
    func validated(_ old: String, _ new: String, _ message: String) async throws {
        #expect(Self.yaml.contains(old))
        let program = try program(Self.yaml.replacing(old, with: new))
        defer { program.remove() }
        let run = try await program.run("validate", "reviews.yaml")
        #expect(run.status == 1)
        #expect(run.error.contains(message), "\(run.error)")
        #expect(run.error.contains("error: 1 problem"), "one mistake is told once: \(run.error)")
    }

    @Test("a folder is said to be a folder")
    func folder() async throws {
        let program = try program()
        defer { program.remove() }
        #expect(try await program.run("validate", ".").error.contains("it is a folder"))
    }

    @Test("both mistakes of a gate are told at once")
    func gate() async throws {
        let program = try program(Self.yaml + "gate: { metric: acuracy, alpha: 5 }\n")
        defer { program.remove() }
        let run = try await program.run("validate", "reviews.yaml")
        #expect(run.error.contains("did you mean 'accuracy'") && run.error.contains("'alpha'"), "\(run.error)")
    }

    @Test("a failed run has an error and no output")
    func failedRun() async throws {
        let program = try program()
        defer { program.remove() }
        try program.write("rules: [{ error: bad_request }]\n", to: "script.yaml")
        let run = try await program.run("run", "reviews.yaml", "-i", "review=x", "--json")
        #expect(run.status == 1)
        let object = try Value(json: run.output)
        #expect(object["output"] == .null)
        #expect(object["error"]?["node"]?.text?.isEmpty == false)
        #expect(object["error"]?["message"]?.text?.isEmpty == false)
    }

    @Test("a run whose cap never reaches says what would, and ends with a line for programs")
    func capTooSmall() async throws {
        let program = try program()
        defer { program.remove() }
        let run = try await program.run("optimize", "reviews.yaml", "--max-calls", "3", "--json")
        #expect(run.status == 102)
        #expect(run.error.contains("--max-calls ") && !run.error.contains("--resume"), "\(run.error)")
        let last = try Value(json: String(run.lines.last ?? ""))
        #expect(last["event"] == "aborted" && last["reason"]?.text?.isEmpty == false)
    }

    @Test("a replay that runs nothing, or answers from the cache, says so")
    func replays() async throws {
        let program = try program()
        defer { program.remove() }
        _ = try await program.run("run", "reviews.yaml", "-i", "review=x")
        let replay = ["replay", "1", "--workflow", "reviews.yaml"]
        #expect(try await program.run(replay + ["--repetition", "3"]).output.contains("nothing ran"))
        let anew = try await program.run(replay + ["--anew", "mood:0"])
        #expect(anew.output.contains("came from the cache"), "\(anew.output)")
        let other = try await program.run(replay + ["--anew", "mood:0", "--repetition", "1"])
        #expect(!other.output.contains("came from the cache"))
        #expect(try await program.run(replay + ["--set", "mood:0=bad"]).output.contains("set: mood:0"))
    }

    @Test("promote writes once, is content the second time, and refuses a file that is not the run's")
    func promotions() async throws {
        let program = try program()
        defer { program.remove() }
        try program.write(
            """
            rules:
              - when: { system_contains: "in one word", user_contains: dreadful }
                reply: bad
              - when: { last_contains: "<variables>" }
                reply: '{"reasoning": "r", "suggestion": {"instruction": "Answer in one word: good or bad."}}'
              - when: { lacks: "the " }
                reply: '{"reasoning": "r", "suggestion": {"instruction": "Answer in one word: good or bad."}}'
              - when: { system_contains: "good or bad?" }
                reply: good
              - when: { system_contains: "in one word" }
                reply: good
              - reply: '{"reasoning": "r", "suggestion": {"instruction": "Answer in one word: good or bad."}}'

            """, to: "script.yaml")
        _ = try await program.run("optimize", "reviews.yaml", "--steps", "1")
        let first = try await program.run("promote", "latest", "--force")
        #expect(first.status == 0 && first.error.contains("wrote 1 file"), "\(first.output)\(first.error)")
        let second = try await program.run("promote", "latest", "--dry-run")
        #expect(second.output.contains("already has the values"), "\(second.output)\(second.error)")
        try program.write(Self.yaml.replacing("instruction", with: "words"), to: "other.yaml")
        let other = try await program.run("promote", "latest", "--force", "--workflow", "other.yaml")
        #expect(other.status == 1 && other.error.contains("'instruction'"), "\(other.output)\(other.error)")
    }

    @Test("doctor does not call a database fine that cannot be made")
    func doctor() async throws {
        let program = try program()
        defer { program.remove() }
        let run = try await program.run("doctor", "--database", "reviews.yaml/x.sqlite", "--json")
        #expect(run.status == 1)
        #expect(run.output.contains("cannot be made"))
    }
}
