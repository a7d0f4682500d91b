import Testing
import TraceGraph

@testable import Optimization

@Suite struct ValueTextTests {
    private let writer = ValueText(longestQuotes: 0)

    @Test func valuesHaveTheirPlace() {
        #expect(writer.line("x", "one line") == "x = one line")
        #expect(writer.line("x", "") == "x = \"\"")
        for text in ["two\nlines", " blank", "blank ", "\"quoted\"", "a\rb", "a\u{2028}b", "a\u{85}b", "\t"] {
            #expect(writer.line("x", text) == "x =\n\"\"\"\n\(text)\n\"\"\"")
        }
        #expect(ValueText(longestQuotes: 5).fence == "\"\"\"\"\"\"")
    }

    @Test func whatJSONHasNoWordForIsSaidInWords() {
        #expect(ValueText.text(of: .null) == "null")
        #expect(ValueText.text(of: .number(.nan)) == "nan")
        #expect(ValueText.text(of: .number(-.infinity)) == "-inf")
        #expect(ValueText.text(of: .bytes(Array(repeating: 0, count: 1234))) == "1,234 bytes that are no text")
        #expect(ValueText.text(of: ["a", 1]) == "[\"a\",1]")
    }

    @Test func namesThatLookLikeSomethingElseAreQuoted() {
        for name in ["ask", "a.b", "exact match", "größe"] { #expect(ValueText.name(name) == name) }
        for name in ["# Code", "a=b", "a: b", "f(x)", "a\nb", "", " a", "[1]", "a,b"] {
            #expect(ValueText.name(name) == Value.text(name).json)
        }
    }

    @Test func theLineThatFailedStays() {
        let source = (1...200).map { line in
            "\(line == 150 ? ">" : " ") \(String(repeating: " ", count: 3 - "\(line)".count))\(line) | statement \(line)"
        }
        let failure = (["(IndexError) list index out of range"] + source).joined(separator: "\n")
        for room in [400, 800, 2000] {
            let (text, leftOut) = ValueText.cut(failure, to: room, pointsAtLine: true)
            #expect(text.hasPrefix("(IndexError) list"))
            #expect(text.contains("\n> 150 | statement 150\n"))
            #expect(TextTokens.quarters(of: text) <= room)
            #expect(leftOut > 0)
            #expect(text.split(separator: "characters left out").count == 3)
        }
        #expect(!ValueText.cut(failure, to: 400).text.contains("> 150"))
    }
}
