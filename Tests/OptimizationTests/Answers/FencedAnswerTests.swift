import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Optimization

/// Source code between fences, which small models write better than inside JSON.
@Suite struct FencedAnswerTests {
    private static let repair = ParameterDefinition(
        "repair", kind: .code, initial: "def repair(reply):\n    return {}",
        constraint: ParameterConstraint(language: "python", entry: "repair(reply: str) -> dict"))

    private let source = """
        import json


        def repair(reply: str) -> dict:
            \"""The "first" {...} of a reply.\"""
            return json.loads(reply.strip().replace('\\\\', "/"))
        """

    private func read(_ text: String, _ dialect: AnswerDialect = .fenced) -> Answer {
        AnswerParser(variables: [Self.repair], dialect: dialect).answer(in: text)
    }

    @Test("source is taken as it stands, quotes and braces and all, with the words before it as the reason")
    func verbatim() {
        for fence in ["```python", "``` python", "  ```py", "````", "```"] {
            let end = fence.filter { $0 == "`" }
            let answer = read("It reads to the first brace.\n\n\(fence)\n\(source)\n\(end)\nThat mends it.")
            #expect(answer.suggestions == [Answer.Suggestion(name: "repair", value: .text(source))], "\(fence)")
            #expect(answer.reasoning == "It reads to the first brace.")
            #expect(answer.problems.isEmpty)
        }
    }

    @Test("of several blocks the last that defines the function counts, else the last")
    func several() {
        let use = "```python\nprint(repair(\"{}\"))\n```"
        let old = "```python\ndef repair(reply): return {}\n```"
        let new = "```python\n\(source)\n```"
        for text in ["\(new)\nUse it so:\n\(use)", "\(old)\nis wrong. Better:\n\(new)\n\(use)", "\(use)\n\(new)"] {
            #expect(read(text).suggestions.map(\.value) == [.text(source)], "\(text)")
        }
        #expect(read("```\na = 1\n```\nor\n```\nb = 2\n```").suggestions.map(\.value) == ["b = 2"])
    }

    @Test("a block without an end is not taken, nor is anything of a reply that was cut off")
    func cut() {
        let begun = "It is wrong.\n```python\n\(source)"
        #expect(read(begun).suggestions.isEmpty)
        #expect(read(begun).problems.count == 1)
        var reply = ChatReply(text: begun + "\n```")
        reply.finish = .length
        let answer = AnswerParser(variables: [Self.repair], dialect: .fenced).answer(in: reply)
        #expect(answer.suggestions.isEmpty && answer.isCut)
    }

    @Test("the other forms are read where this one was asked for, and this one where they were")
    func otherForms() throws {
        let fields: Value = ["reasoning": "r", "suggestion": ["repair": .text(source)]]
        let replies = [
            fields.json, "```json\n\(fields.json)\n```", "``` json\n\(fields.json)\n```", "```\n\(fields.json)\n```",
            "```python\n\(source)\n```",
            "<variable><name>repair</name><value>\(source)</value></variable>",
        ]
        for dialect in AnswerDialect.allCases {
            for text in replies {
                #expect(read(text, dialect).suggestions.map(\.value) == [.text(source)], "\(dialect): \(text)")
            }
        }
        let nothing = read("The function should parse nested objects.")
        #expect(nothing.suggestions.isEmpty)
        #expect(nothing.problems.first?.contains("```") == true)
    }

    @Test("where several values or a text are asked about, a block is no value")
    func onlyForCode() {
        let text = ParameterDefinition("instruction", kind: .text, initial: "Route it.")
        for variables in [[text], [text, Self.repair]] {
            let answer = AnswerParser(variables: variables, dialect: .json).answer(in: "```\nRoute well.\n```")
            #expect(answer.suggestions.isEmpty)
        }
    }

    @Test("whatever stands in a block comes out of it")
    func law() {
        let pieces = [
            "def ", "repair(", "{", "}", "\"", "'", "\\", "\n", " ", "``", "`", "<value>", "é", "return", "\t",
        ]
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            var source = (0..<random.index(below: 30)).map { _ in pieces[random.index(below: pieces.count)] }.joined()
            source = "x\(source)x"
            let longest = source.split { $0 != "`" }.map(\.count).max() ?? 0
            let fence = String(repeating: "`", count: max(3, longest + 1))
            #expect(read("\(fence)\n\(source)\n\(fence)").suggestions.map(\.value) == [.text(source)])
        }
    }

    @Test("a small model is asked for code alone between fences, a large one and several values in JSON")
    func whoIsAsked() async throws {
        let block = "It loses the quotes.\n```python\n\(source)\n```"
        for (model, isFenced) in [("local:1.5b", true), ("openai:large", false)] {
            let scripted = Scripted(texts: [block])
            let context = Fixtures.context(
                [Self.repair], evaluations: [try await Fixtures.evaluation("m", as: "x", expected: "y")],
                model: scripted, modelName: model)
            var optimizer = OptoPrime()
            let proposals = try await optimizer.propose(context)
            #expect(proposals.map(\.changes) == [["repair": .text(source)]])
            let request = try #require(scripted.requests.first)
            #expect((request.format == .text) == isFenced)
            #expect(request.messages.last?.content.hasSuffix("```python\n```") == isFenced)
        }
        #expect(AnswerDialect.fitting([Fixtures.instruction, Self.repair], isSmall: true) == .json)
        #expect(AnswerDialect.fitting([Fixtures.instruction], isSmall: true) == .json)
    }
}
