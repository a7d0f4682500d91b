import LanguageModels
import TestFuzzing
import Testing
import TraceGraph

@testable import Optimization

/// What models answer an optimizer, mutated: values of known variables, or a problem; never a crash or a hang.
@Suite("Fuzzed answers of models", .timeLimit(Fuzz.patience)) struct AnswerFuzzTests {
    static let variables = [
        ParameterDefinition("instruction", kind: .text, initial: "Route it."),
        ParameterDefinition("shots", kind: .integer, initial: 3),
        ParameterDefinition("heat", kind: .number, initial: 0.5),
        ParameterDefinition("strict", kind: .flag, initial: true),
        ParameterDefinition("normalise", kind: .code, initial: "def f(): pass"),
        ParameterDefinition("examples", kind: .examples, initial: []),
    ]

    static let corpus = [
        #"{"reasoning": "Labels are missing.", "suggestion": {"instruction": "Answer A or B.", "shots": 4}}"#,
        "Sure!\n```json\n{\"suggestion\": {\"normalise\": \"def f():\\n    return 1\", \"heat\": .5,}}\n```\nHope it helps {really}.",
        "<reasoning>r</reasoning>\n<variable>\n<name>instruction</name>\n<value>\nSay <b>A</b> & \"B\".\n</value>\n</variable>",
        "<instruction>Answer A.</instruction><shots>5</shots><strict>no</strict>",
        "<think>hm { < </think>instruction = \"Answer A.\"\nshots: 7\n\"\"\"\n",
        #"{"suggestion": {"examples": [{"input": {"m": "x"}, "output": "y"}], "strict": false, "instruction": """three"""}}"#,
        "It is wrong.\n```python\ndef normalise(reply):\n    return \"a\"\n```\nand\n````\nx\n````", "TERMINATE", "[]",
        "{}", "",
    ]
    static let words = [
        "{", "}", "[", "]", "<", ">", "</", "/>", "```", "```json", "\"\"\"", "<think>", "</think>", "<value>",
        "</value>",
        "<variable name=\"", "<name>", "suggestion", "reasoning", "instruction", "shots", "TERMINATE", " = ", ": ", ",",
        "//", "&lt;",
        "<![CDATA[", "]]>", "<!--", "-->",
    ]

    @Test("in every dialect", arguments: AnswerDialect.allCases) func answers(_ dialect: AnswerDialect) {
        let isFenced = dialect == .fenced
        let parser = AnswerParser(
            variables: isFenced ? Self.variables.filter { $0.kind == .code } : Self.variables, dialect: dialect)
        let kinds = Dictionary(uniqueKeysWithValues: Self.variables.map { ($0.name, $0) })
        Fuzz.run("answers", 4_000, Mutator(corpus: Self.corpus, words: Self.words, seed: 8)) { bytes, mutator in
            let text = String(decoding: bytes, as: UTF8.self)
            let answer = parser.answer(in: text)
            #expect(Set(answer.suggestions.map(\.name)).count == answer.suggestions.count, "one value for a name")
            for suggestion in answer.suggestions { #expect(kinds[suggestion.name] != nil) }
            #expect(parser.answer(in: text).suggestions == answer.suggestions)
            var reply = ChatReply(text: text)
            reply.finish = mutator.below(2) == 0 ? .length : .refusal
            #expect(parser.answer(in: reply).suggestions.isEmpty, "what was cut off never becomes a value")
        }
    }

    @Test(
        "tens of thousands of brackets, quotes or tags are no harder than other texts",
        arguments: [
            "{", "[", "\"", "<", "<value>", "{\"a\":", "```", "\"\"\"", "<variable><name>x</name>", "<think>", "</",
            "{\"suggestion\": {", "a = ",
            "\\", "&", "{\"instruction\": \"x\", ",
        ]) func repeats(_ part: String)
    {
        let parser = AnswerParser(variables: Self.variables, dialect: .json)
        for count in [1_000, 60_000] {
            _ = parser.answer(in: String(repeating: part, count: count))
            _ = parser.answer(
                in: "{\"suggestion\": {\"instruction\": \"" + String(repeating: part, count: count) + "\"}}")
        }
    }
}
