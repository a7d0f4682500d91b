import Testing
import TraceGraph

@testable import Workflows

@Suite("Template")
struct TemplateTests {
    private func render(_ source: String, _ values: Fields = [:]) throws -> String {
        try Template(source).rendered(with: values)
    }

    @Test("a text without places is itself", arguments: ["", "a", "{", "}}", "{ {x} }", "a\n\n b \\n", "{\"a\": {\"b\": 1}}"])
    func plain(_ text: String) throws {
        #expect(try render(text) == text)
        #expect(try Template(text).names.isEmpty)
    }

    @Test("what is put in is never read again")
    func verbatim() throws {
        let nasty: Value = "{{b}} {{#b}} \\{{ ${X}"
        #expect(try render("<{{a}}>", ["a": nasty, "b": "no"]) == "<{{b}} {{#b}} \\{{ ${X}>")
    }

    @Test("fields, kinds of values and blanks inside tags")
    func values() throws {
        let values: Fields = ["a": ["b": ["c": 7]], "n": .null, "l": [1, "x"], "f": true, "d": 1.5]
        #expect(try render("{{ a.b.c }}|{{n}}|{{l}}|{{f}}|{{d}}|{{a.b}}", values) == "7||[1,\"x\"]|true|1.5|{\"c\":7}")
    }

    @Test("sections stand once for each element, with its fields before the outer names")
    func lists() throws {
        let values: Fields = ["shots": [["q": "1", "a": "2"], ["q": "3", "a": "4"]], "q": "outer", "x": "!"]
        #expect(try render("{{#shots}}{{q}}={{a}}{{x}} {{/shots}}{{q}}", values) == "1=2! 3=4! outer")
        #expect(try render("{{#l}}<{{.}}>{{/l}}", ["l": ["a", 2]]) == "<a><2>")
        #expect(try render("{{#o}}{{a}}{{/o}}", ["o": ["a": "in"]]) == "in")
    }

    private static let truths: [(Value, Bool)] = [
        (nil, false), (false, false), ("", false), ([], false), (Value.object([:]), false), (true, true), ("a", true),
        (0, true), ([0], true), (["a": 1], true),
    ]

    @Test("a section stands or its inverse, never both", arguments: truths)
    func truth(_ value: Value, stands: Bool) throws {
        #expect(try render("{{#v}}y{{/v}}{{^v}}n{{/v}}", ["v": value]) == (stands ? "y" : "n"))
    }

    @Test("section tags on lines of their own take the lines with them")
    func standalone() throws {
        let template = "Examples:\n{{#shots}}\n- {{q}}\n{{/shots}}\nEnd"
        #expect(try render(template, ["shots": [["q": "a"], ["q": "b"]]]) == "Examples:\n- a\n- b\nEnd")
        #expect(try render(template, ["shots": []]) == "Examples:\nEnd")
        #expect(try render("{{#a}} x {{/a}}\n", ["a": true]) == " x \n")
        #expect(try render("  {{#a}}  \n  x\n  {{/a}}", ["a": true]) == "  x\n")
    }

    @Test("a backslash keeps braces as they are")
    func escapes() throws {
        #expect(try render("\\{{a}} {{a}} \\n \\", ["a": "1"]) == "{{a}} 1 \\n \\")
    }

    @Test(
        "errors say where",
        arguments: [
            ("a\n {{x", 2, 6, "expected '}}'"), ("{{}}", 1, 1, "expected a name"), ("{{\"a\": 1}}", 1, 1, "expected a name"),
            ("x{{#a}}", 1, 2, "not closed"), ("{{/a}}", 1, 1, "never opened"), ("{{#a}}\n{{/b}}", 2, 1, "expected {{/a}}"),
            ("{{a b}}", 1, 5, "expected '}}'"), ("{{a.}}", 1, 1, "expected a name"),
        ])
    func malformed(_ source: String, line: Int, column: Int, part: String) {
        #expect {
            try Template(source)
        } throws: { error in
            guard let error = error as? TemplateError else { return false }
            return error.code == .malformed && error.line == line && error.column == column && error.message.contains(part)
        }
    }

    @Test("an unknown name is an error that tells what is available, and guesses")
    func unknownNames() throws {
        let template = try Template("Say {{mesage}}")
        let error = try #require(template.unknownName(among: ["message", "shots"]))
        #expect(error.message == "uses {{mesage}}, did you mean 'message'?; available: message, shots")
        #expect(throws: error) { try template.rendered(with: ["message": "a", "shots": []]) }
        #expect(throws: TemplateError.self) { try render("{{a.b}}", ["a": ["c": 1]]) }
        #expect(throws: TemplateError.self) { try render("{{.}}", [:]) }
        #expect(try Template("{{#shots}}{{anything}}{{/shots}}").unknownName(among: ["shots"]) == nil)
        #expect(try Template("{{^shots}}{{anything}}{{/shots}}").unknownName(among: ["shots"])?.column == 11)
    }

    @Test("names come in order of first use, once")
    func names() throws {
        #expect(try Template("{{b}}{{#a}}{{c.d}}{{b}}{{/a}}{{e}}").names == ["b", "a", "c", "e"])
    }

    @Test("whatever is written either is a template or is refused with a place inside the text", arguments: 0..<300)
    func arbitrary(_ seed: Int) {
        let pieces = ["{{", "}}", "#", "/", "^", "a", "b", ".", " ", "\n", "\\", "{", "é", "👩‍👧", "\r\n", "\"", "{{#a}}", "{{/a}}"]
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        var source = ""
        for _ in 0..<(seed % 40) {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            source += pieces[Int((state >> 33) % UInt64(pieces.count))]
        }
        do {
            let template = try Template(source)
            let values: Fields = ["a": [["b": "{{x}}"], ["a": true]], "b": "t"]
            if template.unknownName(among: ["a", "b"]) == nil { _ = try? template.rendered(with: values) }
            if !source.contains("{{") { #expect(template.names.isEmpty) }
        } catch {
            let lines = source.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(error.line >= 1 && error.line <= lines.count)
            #expect(error.column >= 1 && error.column <= lines[error.line - 1].count + 1)
        }
    }

    @Test("deep nesting is refused, long texts are read")
    func sizes() throws {
        let deep = String(repeating: "{{#a}}", count: 100) + String(repeating: "{{/a}}", count: 100)
        #expect(throws: TemplateError.self) { try Template(deep) }
        let long = String(repeating: "x {{a}}\n", count: 50_000)
        #expect(try render(long, ["a": "1"]).utf8.count == 4 * 50_000)
    }
}
