import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Optimization

@Suite struct AnswerParserTests {
    private let variables = [
        ParameterDefinition("instruction", kind: .text, initial: "Route it."),
        ParameterDefinition("shots", kind: .integer, initial: 3),
        ParameterDefinition("normalise", kind: .code, initial: "def f(): pass"),
    ]

    private func read(_ text: String, _ dialect: AnswerDialect = .json) -> Answer {
        AnswerParser(variables: variables, dialect: dialect).answer(in: text)
    }

    private func values(_ text: String, _ dialect: AnswerDialect = .json) -> [String: Value] {
        Dictionary(uniqueKeysWithValues: read(text, dialect).suggestions.map { ($0.name, $0.value) })
    }

    // MARK: JSON

    @Test func readsAnObjectWithProseAndFencesAroundIt() {
        let object =
            #"{"reasoning": "Labels are missing.", "suggestion": {"instruction": "Answer A or B.", "shots": 4}}"#
        for text in [
            object, "Sure! Here it is:\n```json\n\(object)\n```\nHope it helps {really}.", "```\n\(object)\n```",
        ] {
            let answer = read(text)
            #expect(answer.suggestions.map(\.name) == ["instruction", "shots"])
            #expect(answer.suggestions.map(\.value) == ["Answer A or B.", 4])
            #expect(answer.reasoning == "Labels are missing.")
            #expect(answer.problems.isEmpty)
        }
    }

    @Test func fencesInsideStringsDoNotEndTheJSON() {
        let text = #"{"reasoning": "r", "suggestion": {"instruction": "Use\n```json\n{\"a\": 1}\n```\nonly."}}"#
        #expect(values(text)["instruction"] == "Use\n```json\n{\"a\": 1}\n```\nonly.")
        #expect(values("```json\n\(text)\n```")["instruction"] == "Use\n```json\n{\"a\": 1}\n```\nonly.")
    }

    @Test func mendsCommasLineBreaksAndTails() {
        #expect(values("{\"reasoning\": \"r\"\n \"suggestion\": {\"instruction\": \"A\",}}") == ["instruction": "A"])
        #expect(values("{\"suggestion\": {\"instruction\": \"one\ntwo\"}}") == ["instruction": "one\ntwo"])
        #expect(
            values(#"{"suggestion": {"instruction": "whole", "shots": 4, "normalise": "def f"#) == [
                "instruction": "whole", "shots": 4,
            ])
        #expect(values(#"{"suggestion": {"instruction": "whole"#).isEmpty)
        #expect(values(#"{"suggestion": {"shots": 1"#).isEmpty)
        #expect(
            values("{\"suggestion\": {\"instruction\": \"\"\"\nSay \"hi\".\n\"\"\"}}") == ["instruction": "Say \"hi\"."]
        )
    }

    @Test func readsOtherShapesOfTheSuggestion() {
        #expect(
            values(#"{"suggestion": [{"name": "instruction", "value": "A"}, {"name": "shots", "value": "5"}]}"#) == [
                "instruction": "A", "shots": "5",
            ])
        #expect(values(#"{"reasoning": "r", "instruction": "A"}"#) == ["instruction": "A"])
        #expect(values(#"{"suggestion": {"name": "instruction", "value": "A"}}"#) == ["instruction": "A"])
        #expect(
            values(#"{"suggestion": {"(text) instruction": "A", "Shots": 2}}"#) == ["instruction": "A", "shots": 2])
        #expect(
            values(#"{"suggestion": {"instruction": {"type": "text", "value": "A"}, "shots": null}}"#) == [
                "instruction": "A"
            ])
    }

    @Test func theLastDuplicateWins() {
        #expect(
            values(#"{"suggestion": {"instruction": "draft"}} then {"suggestion": {"instruction": "final"}}"#) == [
                "instruction": "final"
            ])
        #expect(
            values(#"{"suggestion": {"instruction": "draft", "instruction": "final"}}"#) == ["instruction": "final"])
        let tagged = "<variable><name>instruction</name><value>draft</value></variable>"
        #expect(values(tagged + tagged.replacing("draft", with: "final"), .tagged) == ["instruction": "final"])
    }

    @Test func unknownNamesAreReportedWithANearOne() {
        let answer = read(#"{"suggestion": {"instrction": "A", "shots": 4}}"#)
        #expect(answer.suggestions.map(\.name) == ["shots"])
        #expect(answer.remarks.contains { $0.contains("'instrction'") && $0.contains("'instruction'") })
        let nothing = read(#"{"suggestion": {"instrction": "A"}}"#)
        #expect(nothing.suggestions.isEmpty)
        #expect(nothing.problems.first?.contains("did you mean 'instruction'") == true)
    }

    // MARK: Stop word

    @Test func onlyAWholeReplyOrSuggestionIsNothingToDo() {
        for text in [
            "NO_CHANGE", "  `NO_CHANGE`.\n", #"{"reasoning": "all right", "suggestion": "NO_CHANGE"}"#,
            "<reasoning>all right</reasoning>\nNO_CHANGE", "<suggestion>NO_CHANGE</suggestion>",
            "<variable><name>instruction</name><value>NO_CHANGE</value></variable>",
        ] {
            #expect(read(text, .tagged).isNothingToDo, "\(text)")
            #expect(read(text, .json).isNothingToDo, "\(text)")
        }
        let inside = read(#"{"reasoning": "NO_CHANGE would be wrong", "suggestion": {"shots": 2}}"#)
        #expect(!inside.isNothingToDo)
        #expect(inside.suggestions.count == 1)
        let after = read("<variable><name>instruction</name><value>Better.</value></variable>\nNO_CHANGE", .tagged)
        #expect(!after.isNothingToDo)
        #expect(after.suggestions.map(\.value) == ["Better."])
        #expect(!read("I think NO_CHANGE is needed here.").isNothingToDo)
    }

    // MARK: Tags

    @Test(arguments: [
        "<variable><name>instruction</name><value>Say A.</value></variable>",
        "<reasoning>use <value>x</value> and </reasoning><variable><name>instruction</name><value>Say A.</value></variable>",
        "<Variable>\n<Name> \"instruction\" </Name>\n<Value>\nSay A.\n</Value>\n</Variable>",
        "<variable name=\"instruction\">Say A.</variable>",
        "<variable name='instruction'><value>Say A.</value></variable>",
        "<variable name=instruction>\nSay A.\n</variable>",
        "<variable name=\"instruction\" value=\"Say A.\"/>",
        "<variable type=\"text\"><name>instruction</name><value type=\"text\">Say A.</value></variable>",
        "<variable><value>Say A.</value><name>instruction</name></variable>",
        "<name>instruction</name><value>Say A.</value>",
        "<variables><variable><name>instruction</name><value>Say A.</value></variable></variables>",
        "<instruction>Say A.</instruction>",
        "<instruction><value>Say A.</value></instruction>",
        "<variable><name>(text) instruction</name><value>Say A.</value></variable>",
        "<variable><name>instruction</name><value>(text) instruction = Say A.</value></variable>",
        "<variable><name>instruction</name><value>Say A.</variable>",
        "<think>maybe <variable><name>instruction</name><value>no</value></variable></think><instruction>Say A.</instruction>",
        "(text) instruction = Say A.",
        "Here is it:\n\n**instruction**: Say A.",
        "(text) instruction =\n\"\"\"\nSay A.\n\"\"\"\nI hope this helps.",
        "instruction:\n```\nSay A.\n```\nDone.",
    ]) func readsVariantsOfTheTaggedForm(_ text: String) {
        #expect(values(text, .tagged) == ["instruction": "Say A."])
        #expect(values(text, .json) == ["instruction": "Say A."])
    }

    @Test func onlyTopLevelTagsCount() {
        let inner = "Answer as <variable><name>shots</name><value>9</value></variable> please"
        let text = "<variable><name>instruction</name><value>\(inner)</value></variable>"
        #expect(values(text, .tagged) == ["instruction": .text(inner)])
    }

    @Test func unbalancedTagsInsideAValueAreText() {
        for inner in [
            "Put it into <value> tags.", "End with </value> always.", "Write <name> first.", "<reasoning> goes first.",
        ] {
            let text =
                "<variable><name>instruction</name><value>\(inner)</value></variable>\n<variable><name>shots</name><value>2</value></variable>"
            #expect(values(text, .tagged) == ["instruction": .text(inner), "shots": "2"], "\(inner)")
        }
    }

    @Test func emptyNamesAreDroppedAndEmptyValuesKept() {
        let text =
            "<variable><name> </name><value>x</value></variable><variable><name>instruction</name><value></value></variable>"
        #expect(values(text, .tagged) == ["instruction": ""])
    }

    @Test func textsAreVerbatim() {
        let value = "  two spaces\n\n- a\t*b* <b>c</b> \\n &amp; é 字 🙂  "
        #expect(
            values("<variable><name>instruction</name><value>\(value)</value></variable>", .tagged) == [
                "instruction": .text(value)
            ])
        let json: Value = ["suggestion": ["instruction": .text(value)]]
        #expect(values(json.json) == ["instruction": .text(value)])
    }

    @Test func fencesAroundCodeAreNoPartOfIt() {
        let source = "def f():\n    return 1"
        let json: Value = ["suggestion": ["normalise": .text("```python\n\(source)\n```")]]
        #expect(values(json.json) == ["normalise": .text(source)])
    }

    @Test func aValueWithUnclearEndIsNotTaken() {
        #expect(read("instruction = Say A.\n\nAlso consider B.\n\nAnd C.").suggestions.isEmpty)
        #expect(read("<variable><name>instruction</name><value>Say", .tagged).suggestions.isEmpty)
        #expect(read("<instruction>Say", .tagged).suggestions.isEmpty)
    }

    // MARK: Cut replies

    @Test func aCutReplyNeverBecomesAValue() {
        let parser = AnswerParser(variables: variables, dialect: .json)
        let texts = [
            #"{"reasoning": "r", "suggestion": {"instruction": "Whole value.", "shots": 3}}"#,
            #"{"reasoning": "r", "suggestion": {"instruction": "Whole value.", "shots": 3"#, "NO_CHANGE",
            "<variable><name>instruction</name><value>Whole.</value></variable><variable>",
        ]
        for text in texts {
            let answer = parser.answer(in: ChatReply(text: text, finish: .length))
            #expect(answer.isCut)
            #expect(answer.suggestions.isEmpty && !answer.isNothingToDo)
            #expect(answer.problems.count == 1)
        }
    }

    // MARK: Anything at all

    @Test func noInputCrashesTheParser() {
        let pieces = [
            "{", "}", "[", "]", "\"", "\\", ":", ",", "<variable>", "</variable>", "<name>", "</name>", "<value>",
            "</value>",
            "<reasoning>", "</reasoning>", "<think>", "</think>", "<instruction>", "</instruction>", "instruction",
            "shots",
            " = ", "\n", "\r\n", "```", "\"\"\"", "NO_CHANGE", "\\u12", "é", "🙂", "<", ">", "/", "<variable name=", "'",
            " ",
            "{\"suggestion\":", "{\"instruction\":", "true", "-1.", "\u{0}", "(text) ", "<value", "\u{301}", "null",
        ]
        var random = SeededGenerator(seed: 42)
        for _ in 0..<3000 {
            let text = (0..<random.index(below: 24)).map { _ in pieces[random.index(below: pieces.count)] }.joined()
            for dialect in AnswerDialect.allCases {
                let answer = read(text, dialect)
                // Whatever was read: names are known, each once, and a reply without a suggestion says why.
                #expect(Set(answer.suggestions.map(\.name)).count == answer.suggestions.count)
                #expect(answer.suggestions.allSatisfy { item in variables.contains { $0.name == item.name } })
                #expect(!answer.suggestions.isEmpty || answer.isNothingToDo || !answer.problems.isEmpty)
            }
        }
    }

    @Test(arguments: [
        "{", "[", "{\"a\":", "{\"", "{{", "<variable>", "<variable><name>a</name><value><value>x", "<value>",
        "</value>",
        "<variable><name>instruction</name><value>", "<reasoning>", "\"\"\"", "instruction = a\n", "instruction = ",
        "```\n",
        "<variable name=\"", "<", "{\"suggestion\":[", "\\", "{\"a\": 1} ", "</value></variable>", "<think>",
    ]) func longRepetitionsEnd(_ piece: String) {
        let text = String(repeating: piece, count: 100_000 / piece.utf8.count)
        for dialect in AnswerDialect.allCases { _ = read(text, dialect) }
    }
}
