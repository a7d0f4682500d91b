import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Optimization

/// What is told of a rewrite, and which of it refuses one when that is asked for.
@Suite("PrefPO's reports and filters") struct PrefPOFilterTests {
    /// Proposes `text`, and answers what checks ask with `checks`, by the form asked for.
    private func told(
        _ options: PrefPOOptions, text: String = "Route the message to its queue.", checks: [String: String] = [:]
    ) async throws -> (isTaken: Bool, notes: [OptimizerNote], prompts: [String: [String]]) {
        let asked = AskedByForm()
        let model = Answering { request in
            guard case .schema(let form, _) = request.format else { return "" }
            asked.add(request.messages.map(\.content).joined(separator: "\n"), to: form)
            return checks[form]
                ?? Value.object(["reasoning": "r", "suggestion": ["instruction": .text(text)]]).json
        }
        let notes = Notes()
        var prefpo = PrefPO(options: options)
        let context = Fixtures.context(
            [Fixtures.instruction], model: model, objective: "Route in under 200 words.", notes: notes)
        let proposals = try await prefpo.propose(context)
        #expect(proposals.isEmpty == (prefpo.memory.pool.count == 1))
        return (!proposals.isEmpty, notes.all, asked.prompts)
    }

    @Test("length, repetition and similarity are measured of every rewrite")
    func measured() async throws {
        let text = PromptHygiene(
            of: "Say it in one word now. Say it in one word now.", seed: "Say it in one word now.")
        // Twelve words have eight runs of five, of which the last two are the first two again.
        #expect(abs(text.repetition - 2.0 / 8) < 1e-9)
        #expect(abs(text.lengthRatio - 47.0 / 23) < 1e-9)
        #expect(text.similarity > 0.4 && text.similarity < 0.6)
        #expect(PromptHygiene(of: "abc", seed: "abc").similarity == 1)
        #expect(PromptHygiene.repetition(of: "too short") == 0)
        let told = try await told(PrefPOOptions())
        #expect(told.isTaken && told.prompts["hacking"] == nil && told.prompts["grades"] == nil)
        #expect(
            told.notes.contains {
                $0.text == "instruction: length ×1.72, repetition 0, similarity to the first 0.58"
            }, "\(told.notes.map(\.text))")
    }

    @Test(
        "a text beyond a limit is refused, with the reason",
        arguments: [
            (PrefPOOptions(longest: 2), "instruction is longer than 2 times the first"),
            (PrefPOOptions(repetition: 0.1), "instruction repeats itself"),
            (PrefPOOptions(similarity: 0.5), "instruction keeps too little of the first: 0.5 is asked for"),
        ])
    func limits(_ options: PrefPOOptions, _ reason: String) async throws {
        let long = String(repeating: "Route the message with care. ", count: 9)
        let told = try await told(options, text: long)
        #expect(!told.isTaken && told.notes.contains { $0.kind == .refused && $0.text == reason })
        #expect(try await self.told(PrefPOOptions(), text: long).isTaken)
    }

    @Test(
        "a stricter limit than the criteria refuses with the line, where the check is asked for; no answer is no clean bill",
        arguments: [
            ("yes", false, #"instruction sets stricter limits than the criteria: "Use at most 150 words.""#),
            ("Yes, it does", false, #"instruction sets stricter limits than the criteria: "Use at most 150 words.""#),
            ("no", true, "instruction: no stricter limits than the criteria were found"),
            ("perhaps", false, "instruction could not be checked for stricter limits than the criteria"),
        ])
    func hacking(_ stricter: String, _ isTaken: Bool, _ note: String) async throws {
        let checks = ["hacking": #"{"line": "Use at most 150 words.", "stricter": "\#(stricter)"}"#]
        let told = try await told(PrefPOOptions(checksHacking: true), checks: checks)
        #expect(told.isTaken == isTaken && told.notes.contains { $0.text == note }, "\(told.notes.map(\.text))")
        #expect(told.prompts["hacking"]?.allSatisfy { $0.contains("Route in under 200 words.") } == true)
        let unchecked = try await self.told(PrefPOOptions(), checks: checks)
        #expect(unchecked.isTaken && unchecked.prompts["hacking"] == nil)
        let filler = try await self.told(PrefPOOptions(checksHacking: true), checks: ["hacking": "Certainly!"])
        #expect(!filler.isTaken && filler.notes.contains { $0.text.contains("could not be checked") })
    }

    @Test("grades are told on three axes and together, and too few refuse where that is asked for")
    func grades() async throws {
        let checks = ["grades": #"{"readability": 2, "specification": 1, "maintainability": 7}"#]
        for (least, isTaken) in [(0, true), (5, true), (6, false)] {
            let told = try await told(PrefPOOptions(grades: least == 0, leastGrade: least), checks: checks)
            #expect(told.isTaken == isTaken)
            #expect(
                told.notes.contains {
                    $0.text == "instruction: readability 2, specification 1, maintainability 2; 5 of 6"
                })
            #expect(told.notes.contains { $0.text == "instruction is graded below 6 of 6" } == !isTaken)
        }
        let partly = ["grades": #"{"readability": 2, "maintainability": 2}"#]
        for (least, isTaken) in [(0, true), (3, false)] {
            let told = try await told(PrefPOOptions(grades: true, leastGrade: least), checks: partly)
            #expect(told.isTaken == isTaken, "what was not graded is no grade")
        }
        #expect(try await told(PrefPOOptions(leastGrade: 1), checks: ["grades": "Sure!"]).isTaken == false)
        #expect(try await told(PrefPOOptions(grades: true), checks: ["grades": "Sure!"]).isTaken)
    }

    @Test(
        "limits are told to whoever writes; a refusal is answered once more with the reason, and nothing is written twice"
    )
    func refusals() async throws {
        let asked = AskedByForm()
        let long = String(repeating: "Route the message with care. ", count: 9)
        let model = Answering { request in
            guard case .schema(let form, _) = request.format else { return "be brief" }
            let prompt = request.messages.map(\.content).joined(separator: "\n")
            asked.add(prompt, to: form)
            let text =
                prompt.contains("A text was refused") ? "Route it well, \(asked.prompts[form]?.count ?? 0)." : long
            return Value.object(["reasoning": "r", "suggestion": ["instruction": .text(text)]]).json
        }
        var prefpo = PrefPO(options: PrefPOOptions(longest: 2))
        let notes = Notes()
        let context = Fixtures.context([Fixtures.instruction], model: model, notes: notes)
        let first = try await prefpo.propose(context)
        let prompts = asked.prompts["suggestion"] ?? []
        #expect(first.map(\.changes) == [["instruction": "Route it well, 2."]])
        #expect(prompts.allSatisfy { $0.contains("instruction at most 36 characters") })
        #expect(
            prompts.count == 2
                && prompts[1].contains("A text was refused: instruction is longer than 2 times the first."))
        #expect(try PrefPO(prefpo.options, state: prefpo.state).memory.refused == [["instruction": .text(long)]])
        // The same text once more is known to be refused, and no filter looks at it again.
        let measured = notes.all.count { $0.text.contains("length ×") }
        var again = try PrefPO(prefpo.options, state: prefpo.state)
        again.memory.pool.removeLast()
        _ = try await again.propose(context)
        #expect(notes.all.count { $0.text.contains("length ×") } == measured)
        #expect(notes.all.contains { $0.kind == .refused && $0.text.contains("was tried before") })
        var free = PrefPO()
        _ = try await free.propose(context)
        #expect(asked.prompts["suggestion"]?.last?.contains("characters") == false)
    }

    @Test("the forecast counts the checks of every text that a rewrite may change")
    func forecast() {
        var options = PrefPOOptions()
        func calls(_ texts: Int) -> Int {
            let definitions = (0..<texts).map { ParameterDefinition("text\($0)", kind: .text, initial: "Do it.") }
            return PrefPO(options: options).outlook(for: ParameterSpace(definitions), train: 9, siblings: 1)
                .reduce(0) { $0 + $1.modelCalls }
        }
        options.checksHacking = false
        #expect(calls(1) == calls(3))
        options.checksHacking = true
        let (one, two, three) = (calls(1), calls(2), calls(3))
        #expect(two > one && three - two == two - one, "\(one), \(two), \(three)")
    }
}
