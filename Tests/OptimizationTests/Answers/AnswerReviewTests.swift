import Testing
import TraceGraph

@testable import Optimization

@Suite struct AnswerReviewTests {
    private let instruction = ParameterDefinition("instruction", kind: .text, initial: "Route {{message}} to a queue.")
    private let shots = ParameterDefinition(
        "shots", kind: .integer, initial: 3, constraint: ParameterConstraint(range: 0...8))

    private func review(
        _ name: String, _ value: Value, tried: [[String: Value]] = [], examples: [String] = []
    ) async throws -> AnswerReview.Outcome {
        try await AnswerReview(
            variables: [instruction, shots], current: ["instruction": instruction.initial, "shots": 3], tried: tried,
            examples: examples
        ).review([Answer.Suggestion(name: name, value: value)])
    }

    @Test func goodValuesAreTakenAsTheyAre() async throws {
        for text in [
            "Answer with one queue for {{message}}.", "Please provide the queue of {{message}} as one word.",
            "Here's a message: {{message}}\nName its queue.", "Value: {{message}}",
            "You are a router.\n\n{{message}} \n",
        ] {
            let outcome = try await review("instruction", .text(text))
            #expect(outcome.changes == ["instruction": .text(text)], "\(text)")
            #expect(outcome.refusals.isEmpty)
        }
        #expect(try await review("shots", "7").changes == ["shots": 7])
    }

    @Test(arguments: [
        "Certainly! Please provide the message {{message}} you would like me to route.",
        "Sure, here is it: {{message}}", "Here is the improved instruction:\nRoute {{message}} to sales or tech.",
        "Improved instruction: Route {{message}}.", "I'm sorry, but I can't help with {{message}}.",
        "Please provide the message so that I can route it: {{message}}",
        "Route {{message}}.\n\nLet me know if you need more.", "Route it to a queue.", "", "   ",
        "Route {{ message }} well", "Rewrite instruction so that {{message}} goes to the right queue.",
        "Change the instruction so that {{message}} goes to the right queue.",
    ]) func whatIsNoValueIsRefusedInOneLine(_ text: String) async throws {
        let outcome = try await review("instruction", .text(text))
        #expect(outcome.changes.isEmpty)
        #expect(outcome.refusals.count == 1)
        #expect(outcome.refusals.first?.contains("\n") == false)
    }

    @Test("a value that copies the mark of what a question left out is refused: the rest of it is missing")
    func marksOfLeftOutText() async throws {
        let long = String(repeating: "Route {{message}} to one of many queues. ", count: 100)
        let cut = ValueText.cut(long, to: 800).text
        #expect(cut.contains(" characters left out …"))
        let outcome = try await review("instruction", .text(cut))
        #expect(outcome.changes.isEmpty)
        #expect(outcome.refusals.first?.contains("characters left out") == true)
        let meant = "Route {{message}}. Say how many characters left out … if you shorten it."
        #expect(try await review("instruction", .text(meant)).refusals.isEmpty)
        let code = ParameterDefinition("tidy", kind: .code, initial: "def tidy(a): return a")
        let source = try await AnswerReview(variables: [code], current: ["tidy": code.initial])
            .review([Answer.Suggestion(name: "tidy", value: .text("def tidy(a):\n… 1,362 characters left out …\n"))])
        #expect(source.changes.isEmpty && source.refusals.count == 1)
    }

    @Test func wrongTypesAreRefusedInOneLine() async throws {
        for value: Value in ["3.7", 3.7, "many", 9, true, ["a"], .null] {
            let outcome = try await review("shots", value)
            #expect(outcome.changes.isEmpty && outcome.refusals.count == 1, "\(value.json)")
            #expect(outcome.refusals.first?.hasPrefix("shots: ") == true)
        }
        #expect(try await review("instruction", 5).refusals == ["instruction: expected a text, got integer 5"])
    }

    @Test func unchangedAndTriedValuesAreRefused() async throws {
        let same = try await review("instruction", "Route  {{message}} to a queue.\n")
        #expect(same.refusals.first?.contains("already") == true)
        let tried: [[String: Value]] = [["instruction": "Sort {{message}}.", "shots": 3]]
        let again = try await review("instruction", "Sort {{message}}. ", tried: tried)
        #expect(again.changes.isEmpty)
        #expect(again.refusals.first?.contains("must differ") == true)
        // The same text with another number beside it is another assignment.
        let other = try await review(
            "instruction", "Sort {{message}}.", tried: [["instruction": "Sort {{message}}.", "shots": 4]])
        #expect(other.refusals.isEmpty)
    }

    @Test func pastedExamplesAreRefused() async throws {
        let examples = [
            "my parcel has not arrived since last week please help",
            "the invoice from march is wrong by ten euros",
            "how do I reset the password of my account",
        ]
        let one = "Route {{message}}. For instance: \(examples[0])"
        #expect(try await review("instruction", .text(one), examples: examples).refusals.isEmpty)
        let two = "Route {{message}}. \(examples[0]) -> shipping. \(examples[1]) -> billing."
        let outcome = try await review("instruction", .text(two), examples: examples)
        #expect(
            outcome.refusals == [
                "instruction: the text repeats 2 of the examples word for word: state the rule instead"
            ])
    }

    @Test func theWorkflowHasTheLastWord() async throws {
        let review = AnswerReview(
            variables: [shots], current: ["shots": 3],
            objection: { value, definition in
                value == 5 ? "\(definition.name) of five cannot run" : nil
            })
        let outcome = try await review.review([Answer.Suggestion(name: "shots", value: 5)])
        #expect(outcome.refusals == ["shots: shots of five cannot run"])
    }

    @Test func schemaNamesTheVariablesAndNothingElse() throws {
        let both = AnswerSchema.schema(for: [instruction, shots])
        let suggestion = both["properties"]?["suggestion"]
        #expect(suggestion?["properties"]?.object?.names == ["instruction", "shots"])
        #expect(suggestion?["additionalProperties"] == false)
        #expect(suggestion?["properties"]?["shots"]?["minimum"] == 0)
        #expect(suggestion?["properties"]?["shots"]?["maximum"] == 8)
        #expect(suggestion?["properties"]?["shots"]?["type"] == ["integer", "null"])
        #expect(both["properties"]?.object?.names == ["reasoning", "suggestion"])
        let one = AnswerSchema.schema(for: [shots])
        #expect(one["properties"]?["suggestion"]?["properties"]?["shots"]?["type"] == "integer")
    }
}
