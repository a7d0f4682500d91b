import Foundation
import Optrace
import Synchronization
import TestServer
import Testing

@Suite("A workflow without metrics")
struct PreferenceTests {
    private static let yaml = """
        name: replies
        description: Answer the customer, and be polite.
        inputs: { sentence: text }
        models: { task: "${OPTRACE_MODEL}" }
        parameters:
          instruction: { kind: text, value: Answer this. }
        steps:
          reply: { prompt: { system: $instruction, user: "{{sentence}}" }, model: task, temperature: 0 }
        output: $reply
        data: { file: mood.jsonl, map: { sentence: sentence }, split: { train: 0.3, validation: 0.3, holdout: 0.4, seed: 5 } }
        optimize: { optimizer: prefpo, options: { labelled: false }, steps: 4, siblings: 1 }

        """

    /// Is curt until it is told to be polite; as a judge it likes that better, whichever stands first.
    private func server() throws -> TestServer {
        try TestServer.chat { chat in
            let prompt = chat.messages.last?.content ?? ""
            if prompt.hasPrefix("Day ") {
                let system = chat.messages.first?.content ?? ""
                return system.contains("politely") ? "Gladly. What a day!" : "So what."
            }
            if let judged = Self.judged(prompt) { return judged }
            let text = prompt.contains("Say the same task in another way") ? "Reply to this." : "Answer politely."
            return .text(#"{"reasoning": "r", "suggestion": {"instruction": "\#(text)"}}"#)
        }
    }

    /// The side with more politeness, whichever stands first; nil where it is not asked for that.
    private static func judged(_ prompt: String) -> TestChatReply? {
        for (mark, words) in [("Output B:", "reasons"), ("# Outputs of B", "feedback")] {
            guard let place = prompt.range(of: mark)?.lowerBound else { continue }
            func politeness(_ part: Substring) -> Int { part.components(separatedBy: "Gladly").count }
            let (a, b) = (politeness(prompt[..<place]), politeness(prompt[place...]))
            return .text(
                #"{"\#(words)": "Be polite.", "preferred": "\#(a == b ? "tie" : a > b ? "A" : "B")"}"#)
        }
        return nil
    }

    private func ready(_ server: TestServer) throws -> Program {
        var program = try Program()
        try program.write(Self.yaml, to: "replies.yaml")
        try program.write(MoodWorkflow.data, to: "mood.jsonl")
        program.environment = [
            "OPTRACE_MODEL": "openai:small", "OPENAI_API_KEY": "sk-marked-key-4711",
            "OPENAI_BASE_URL": "\(server.url)/v1",
        ]
        return program
    }

    @Test("is optimized by preference alone: search, choice and gate have no grader and see no label")
    func unlabelled() async throws {
        let server = try server()
        let program = try ready(server)
        defer { program.remove() }
        let run = try await program.run("optimize", "replies.yaml", "--json")
        #expect(run.status == 0, "\(run.error)")
        let last = try Value(json: String(run.lines.last ?? ""))
        #expect(last["verdict"] == "promote", "\(last.json)")
        #expect(last["parameters"]?["instruction"] == "Answer politely.")
        let verdict = try #require(
            try run.lines.map { try Value(json: String($0)) }.first { $0["event"] == "verdict" })
        #expect(verdict["metric"] == "preferred", "\(verdict.json)")
        #expect(verdict["incumbent_mean"]?.number == 0.5 && verdict["winner_mean"]?.number == 1, "\(verdict.json)")
        // The rows have labels, which nobody asked to be shown.
        #expect(server.requests.count > 60 && server.requests.allSatisfy { !$0.text.contains("rainy") })
        let credit = try await program.run("credit", "latest", "--json")
        #expect(credit.status == 0, "\(credit.error)")
        server.stop()
        let again = try await program.run("optimize", "replies.yaml", "--json", "--cache", "only")
        #expect(again.status == 0 && again.lines.dropLast() == run.lines.dropLast(), "\(again.error)")
    }

    @Test("that reads nothing is a task by itself: no data, every answer a sample of its own")
    func standalone() async throws {
        // Politeness is a matter of luck, so that samples differ; the model is asked the same each time.
        let asked = Counter()
        let server = try TestServer.chat { chat in
            let prompt = chat.messages.last?.content ?? ""
            if prompt.hasPrefix("Greet") {
                return .text(asked.next().isMultiple(of: prompt.contains("politely") ? 1 : 5) ? "Gladly." : "So what.")
            }
            return PreferenceTests.judged(prompt)
                ?? .text(
                    #"{"reasoning": "r", "suggestion": {"greeting": "Greet \#(prompt.contains("in another way") ? "me" : "politely")."}}"#
                )
        }
        let program = try ready(server)
        defer { program.remove() }
        try program.write(
            """
            name: greeting
            description: Greet somebody, and be polite.
            models: { task: "${OPTRACE_MODEL}", optimizer: "openai:large" }
            parameters: { greeting: { kind: text, value: Greet. } }
            steps: { reply: { prompt: $greeting, model: task, temperature: 1 } }
            output: $reply
            optimize: { optimizer: prefpo, options: { labelled: false }, steps: 4, siblings: 1 }

            """, to: "greeting.yaml")
        for mode in ["instruction", "standalone"] {
            let before = server.requests.count
            let run = try await program.run("optimize", "greeting.yaml", "--json", "--option", "mode=\(mode)")
            #expect(run.status == 0, "\(run.error)")
            let last = try Value(json: String(run.lines.last ?? ""))
            #expect(
                last["verdict"] == "promote" && last["parameters"]?["greeting"] == "Greet politely.", "\(last.json)")
            // Ever so often the very same was asked, and none of it was answered by what was answered before.
            if mode == "instruction" { #expect(server.requests.count - before > 60) }
            // Who judges and rewrites never answers for the model that the text is for, and with its settings.
            for request in server.requests {
                let chat = try JSONDecoder().decode(TestChat.self, from: Data(request.body))
                let isAnswer = chat.prompt.hasPrefix("Greet")
                #expect(chat.model == (isAnswer ? "small" : "large"), "\(chat.prompt)")
                if isAnswer { #expect(chat.temperature == 1) }
            }
        }
        let requests = server.requests.count
        server.stop()
        let again = try await program.run("optimize", "greeting.yaml", "--json", "--cache", "only")
        #expect(again.status == 0 && server.requests.count == requests, "\(again.error)")
    }

    @Test("cannot be optimized by scores, which is told before anything is asked")
    func scored() async throws {
        let server = try server()
        defer { server.stop() }
        let program = try ready(server)
        defer { program.remove() }
        for arguments in [["--optimizer", "optoprime"], ["--option", "labelled=true"]] {
            let run = try await program.run(["optimize", "replies.yaml"] + arguments)
            #expect(run.status == 1 && run.error.contains("replies.yaml has no metrics"), "\(run.error)")
        }
        #expect(server.requests.isEmpty)
    }
}

private final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
