import Testing
import Workflows

@Suite("Entry signature")
struct EntrySignatureTests {
    @Test("Name, parameters, types, defaults and result are read")
    func reading() throws {
        let signature = try EntrySignature(
            " score( reply: dict[str, list[int]], mode = \"a,)\", n: int = 3 ) -> float ")
        #expect(signature.name == "score")
        #expect(signature.parameters.map(\.name) == ["reply", "mode", "n"])
        #expect(signature.parameters.map(\.annotation) == ["dict[str, list[int]]", nil, "int"])
        #expect(signature.parameters.map(\.defaultValue) == [nil, "\"a,)\"", "3"])
        #expect(signature.result == "float")
    }

    @Test(
        "Writing and reading again gives the same signature",
        arguments: ["f()", "normalise(reply: str) -> str", "f(a, b: int = 1, c=[1, (2)]) -> dict[str, int]"])
    func roundTrip(_ text: String) throws {
        let signature = try EntrySignature(text)
        #expect(signature.description == text)
        #expect(try EntrySignature(signature.description) == signature)
    }

    @Test(
        "What cannot be read is refused with the text and what was expected",
        arguments: [
            ("", "name"), ("f", "'('"), ("f(", "parameter's name"), ("f(x", "')'"), ("f(x) ->", "result"),
            ("f(x) str", "'->'"), ("f(x, x)", "twice"), ("f(*x)", "its own name"), ("f(x, /)", "its own name"),
            ("def f(x)", "leave out 'def'"), ("f(a=1, b)", "needs a default"), ("f(x: list[)", "no ')'"),
            ("f(x='a)", "not closed"), ("1f(x)", "name"), ("f(x:)", "type of 'x'"), ("f(x) -> str:]", "']'"),
            ("f(x='\\", "not closed"),
        ])
    func refusals(_ text: String, _ expected: String) {
        #expect {
            try EntrySignature(text)
        } throws: { error in
            guard let error = error as? CodeError else { return false }
            return error.code == .badSignature && error.message.contains(expected)
                && error.message.contains("entry '\(text)'")
        }
    }
}
