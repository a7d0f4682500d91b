import Evaluation
import Testing
import TraceGraph

@Suite struct ExpectationSummaryTests {
    private func text(_ values: [Value]) -> String? { ExpectationSummary(of: values)?.text() }

    @Test func formsAreRecognised() {
        #expect(
            text(["b", "a", "a", "b", "a"])
                == "Expected outputs (5 training examples): exactly one of \"a\" (3), \"b\" (2).")
        #expect(text(["3", "11", "-2"])?.hasSuffix("whole numbers from -2 to 11.") == true)
        #expect(text([0.5, 1, 7.25])?.hasSuffix(": numbers from 0.5 to 7.25.") == true)
        #expect(
            text(["2024-05-01", "1999-12-31", "2020-01-01"])?.hasSuffix(
                "texts of 10 characters, all of the form 9999-99-99, such as \"2024-05-01\".") == true)
        #expect(text(["one", "a longer text", "words"])?.hasSuffix("texts of 3 to 13 characters.") == true)
        #expect(text([[1], [1, 2], []])?.hasSuffix("JSON lists of 0 to 2 elements.") == true)
        #expect(text(["x", 1, "y", [2]])?.hasSuffix("of several kinds: integer, list, text.") == true)
        #expect(text([]) == nil)
    }

    @Test func objectsShowTheirFields() {
        let values: [Value] = [
            ["kind": "in", "n": 1], "{\"kind\": \"out\", \"n\": 2.5, \"note\": \"x\"}", ["kind": "in", "n": 3],
            ["kind": "out", "n": 4],
        ]
        #expect(
            text(values)?.hasSuffix(
                "JSON objects with the fields kind (text: one of \"in\", \"out\"), n (integer or number), "
                    + "note (text, not always there).") == true)
    }

    @Test func contrastsAreWrongAndDifferent() {
        let contrasts = [
            Contrast(expected: "a", output: "a"), Contrast(expected: "a", output: "b"),
            Contrast(expected: "a", output: "c"), Contrast(expected: "b", output: "b!"),
            Contrast(expected: "c", output: "b!"), Contrast(expected: "d", output: "x"),
        ]
        #expect(Contrast.chosen(from: contrasts).map(\.expected) == ["a", "b", "d"])
        #expect(Contrast.chosen(from: Array(contrasts.prefix(3))).map(\.output) == ["b", "c"])
        let summary = ExpectationSummary(of: ["a", "a"])?.text(contrasting: contrasts)
        #expect(summary?.split(separator: "\n").dropFirst().first == "- expected \"a\", got \"b\"")
    }
}
