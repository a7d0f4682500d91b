import LanguageModels
import Testing

@Suite struct ScriptTests {
    @Test func rulesReadTheSameFromYAMLAndJSONL() async throws {
        let yaml = try Script(
            yaml: """
                - when: { contains: red, lacks: blue }
                  reply: it is red
                - when: { matches: '(\\d+) of (?<all>\\d+)' }
                  reply: $1 in ${all} costs $$5
                - reply: [one, two]
                  then: cycle
                """)
        let jsonl = try Script(
            jsonl: #"""
                {"when": {"contains": "red", "lacks": "blue"}, "reply": "it is red"}
                {"when": {"matches": "(\\d+) of (?<all>\\d+)"}, "reply": "$1 in ${all} costs $$5"}

                {"reply": ["one", "two"], "then": "cycle"}
                """#)
        for script in [yaml, jsonl] {
            let model = ScriptedModel(script)
            func answer(_ text: String) async throws -> String { try await model.reply(to: request(text)).text }
            #expect(try await answer("a red rose") == "it is red")
            #expect(try await answer("red and blue, 3 of 10") == "3 in 10 costs $5")
            #expect(try await answer("x") == "one")
            #expect(try await answer("y") == "two")
            #expect(try await answer("z") == "one")
            #expect(try await answer("y") == "two")
        }
    }

    @Test(arguments: [
        "- yes, a text\n- 42\n- [not a reply]", "replies: ['yes, a text', 42, [not a reply]]",
    ])
    func plainRepliesComeInOrder(yaml: String) async throws {
        let model = ScriptedModel(try Script(yaml: yaml))
        #expect(try await model.reply(to: request("1")).text == "yes, a text")
        #expect(try await model.reply(to: request("2")).text == "42")
        #expect(try await model.reply(to: request("1")).text == "yes, a text")
        #expect(try await model.reply(to: request("3")).text == "[\"not a reply\"]")
    }

    @Test func objectsAreWhatAModelThatAnswersInJSONSays() async throws {
        let model = ScriptedModel(try Script(yaml: "- reply: { reasoning: because, answer: 3 }"))
        #expect(try await model.reply(to: request("1")).text == #"{"reasoning":"because","answer":3}"#)
    }

    @Test(arguments: [
        ("- when: { contain: x }\n  reply: y", "script:1: unknown condition `contain`"),
        ("- reply: a\n- reply: b\n  when: { matches: '(' }", "script:3: `(` is not a regular expression"),
        ("- reply: a\n- when: { contains: x }", "script:2: the rule has neither `reply` nor `error`"),
        ("- reply: a\n- reply: b\n  finish: maybe", "script:3: `finish` must be"),
        ("- error: bad_luck", "`error` must be one of"),
        ("- reply: []", "script:1: the list of replies is empty"),
        ("- reply: a\n  then: stop", "`then` must be"),
        ("rules:\n  - reply: a\n    tone: kind", "script:3: unknown field `tone`"),
        ("", "script:1: the script is empty"),
        ("just text", "script:1: expected a list"),
        ("a: [", "not YAML"),
        ("- reply: a\n  usage: { prompt_tokens: many }", "script:2: `prompt_tokens` must be"),
    ])
    func mistakesAreNamedWithTheirLine(yaml: String, message: String) {
        let error = #expect(throws: ModelError.self) { try Script(yaml: yaml) }
        #expect(error?.code == .script)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func aBrokenLineOfJSONLIsNamed() {
        let error = #expect(throws: ModelError.self) { try Script(jsonl: "\"a\"\n\n{\"reply\": ", name: "r.jsonl") }
        #expect(error?.message.hasPrefix("r.jsonl:3: this line is not JSON") == true)
    }

    @Test func aMissingFileIsNamed() {
        let error = #expect(throws: ModelError.self) { try Script(file: "/nowhere/replies.yaml") }
        #expect(error?.code == .script && error?.message.contains("/nowhere/replies.yaml") == true)
    }
}
