import Testing
import TraceGraph

@Suite("ParameterDefinition: checking")
struct ParameterCheckingTests {
    func definition(_ kind: ParameterKind, _ constraint: ParameterConstraint = .none) -> ParameterDefinition {
        ParameterDefinition("p", kind: kind, initial: .null, constraint: constraint)
    }

    @Test("what loses nothing is converted")
    func converted() throws {
        #expect(try definition(.integer).checked("7") == .integer(7))
        #expect(try definition(.integer).checked(7.0) == .integer(7))
        #expect(try definition(.number).checked(" 0.5 ") == .number(0.5))
        #expect(try definition(.number).checked(3) == .number(3))
        #expect(try definition(.flag).checked("True") == .flag(true))
        #expect(try definition(.choice, .init(options: ["a", 2])).checked("2") == .integer(2))
        #expect(try definition(.examples).checked("[{\"a\":1}]") == .list([["a": 1]]))
    }

    @Test("a text is kept to the last space")
    func verbatim() throws {
        let text: Value = "  two lines\n\n with space at the end  \n"
        #expect(try definition(.text).checked(text) == text)
    }

    @Test(
        "what is doubtful is refused",
        arguments: [
            (ParameterKind.integer, "3.7" as Value), (.integer, 3.7), (.integer, true), (.integer, "seven"),
            (.number, "fast"), (.number, true), (.number, .null), (.number, "nan"), (.number, "inf"), (.flag, "no"),
            (.flag, 1), (.flag, "yes"), (.text, 7), (.text, ""), (.text, " \n"), (.text, .list(["a"])),
            (.examples, "none"),
            (.examples, .list([1])), (.code, .object(["a": 1])),
        ])
    func refused(kind: ParameterKind, value: Value) {
        #expect(throws: ParameterError.self) { try definition(kind).checked(value) }
    }

    @Test("ranges, options, placeholders and limits hold")
    func constraints() throws {
        #expect(throws: ParameterError.self) { try definition(.number, .init(range: 0...1)).checked(1.0001) }
        #expect(try definition(.number, .init(range: 0...1)).checked(1) == .number(1))
        #expect(throws: ParameterError.self) { try definition(.integer, .init(range: 1...4)).checked("0") }
        #expect(throws: ParameterError.self) { try definition(.choice, .init(options: ["a", "b"])).checked("c") }
        #expect(throws: ParameterError.self) { try definition(.text, .init(keep: ["{{x}}"])).checked("no holes") }
        #expect(throws: ParameterError.self) { try definition(.text, .init(maximumLength: 3)).checked("four") }
        #expect(throws: ParameterError.self) {
            try definition(.examples, .init(maximumCount: 1)).checked(.list([["a": 1], ["a": 2]]))
        }
    }

    @Test("a reason is one short line, even for a very long value")
    func reasons() {
        let error = #expect(throws: ParameterError.self) {
            try definition(.number).checked(.text(String(repeating: "word\n", count: 10_000)))
        }
        #expect((error?.reason.count ?? 0) < 120)
        #expect(error?.reason.contains("\n") == false)
    }
}

@Suite("A parameter's rule")
struct ParameterRuleTests {
    private struct Prompts {
        @Parameter("bound", constraint: "keep {message}, {tone}") var bound = "{tone}: {message}"
        @Parameter("free", constraint: "keep it short") var free = "Answer."
    }

    @Test("holds placeholders that it says to keep, and is a note otherwise")
    func keeps() throws {
        let space = ParameterSpace(of: Prompts())
        let bound = try #require(space["bound"])
        #expect(bound.constraint.keep == ["{message}", "{tone}"] && bound.constraint.note == nil)
        #expect(throws: ParameterError.self) { try bound.checked(.text("only {tone}")) }
        #expect(try bound.checked(.text("{message} in {tone}")) == .text("{message} in {tone}"))
        let free = try #require(space["free"])
        #expect(free.constraint.keep.isEmpty && free.constraint.note == "keep it short")
    }
}
