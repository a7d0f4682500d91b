import Evaluation
import Testing
import TraceGraph

@Suite struct ComparisonMetricTests {
    private func score(_ metric: some ComparisonMetric, _ output: Value, expected: Value) throws -> Score {
        let example = Example(id: "e", fields: ["expected": expected])
        return try metric.score(MetricSubject(example: example, outcome: .output(output)))
    }

    @Test func exactMatchIsExact() throws {
        for (output, expected, value) in [
            ("a", "a", 1), ("a ", "a", 0), ("A", "a", 0), (1, 1.0, 1), ("5", 5, 1), ("5.0", 5, 1), ("05", 5, 0),
            ("true", true, 1), ([1, 2], [1, 2.0], 1), ([1, 2], [2, 1], 0),
            (["a": 1, "b": nil], ["b": nil, "a": 1], 1),
            (nil, "", 0), ("[1]", [1], 0),
        ] as [(Value, Value, Double)] {
            #expect(try score(ExactMatch(), output, expected: expected).value == value, "\(output) \(expected)")
        }
        #expect(try score(ExactMatch(), "Refund", expected: "refund").feedback.contains("only spacing, case"))
        #expect(try score(ExactMatch(), "It is refund.", expected: "refund").feedback.contains("other text around"))
        #expect(try score(ExactMatch(), "x", expected: "refund").feedback == "Expected \"refund\", got \"x\".")
    }

    @Test func normalizedMatchFoldsWhatDoesNotMatter() throws {
        for (output, expected, value) in [
            ("  The U.S. Army!\n", "us army", 1), ("it’s", "its", 1), ("-5", "5", 0), ("3.5", "35", 0), ("5.", "5", 1),
            ("well-known", "well known", 1), ("?", "!", 0), ("?", "?", 1), ("Ärger", "ärger", 1),
            ("(A)", "a", 1), ("The", "A", 0), ("v2.0", "v20", 0),
        ] as [(Value, Value, Double)] {
            #expect(try score(NormalizedMatch(), output, expected: expected).value == value, "\(output) \(expected)")
        }
    }

    @Test func containsLooksForOneOrAll() throws {
        #expect(try score(Contains(), "a refund, please", expected: "refund").value == 1)
        #expect(try score(Contains(), "Refund", expected: "refund").value == 0)
        #expect(try score(Contains(ignoringCase: true), "Refund", expected: "refund").value == 1)
        let half = try score(Contains(), "a b", expected: ["a", "c"])
        #expect(half.value == 0 && half.feedback.contains("\"c\"") && !half.feedback.contains("\"a\""))
        #expect(try score(Contains(anyIsEnough: true), "a b", expected: ["a", "c"]).value == 1)
        #expect(throws: MetricError.self) { try score(Contains(), "a", expected: "") }
    }

    @Test func patternsAreFoundOrMatchTheWhole() throws {
        let find = try PatternMatch(#"\d{4}"#)
        let whole = try PatternMatch(#"\d{4}"#, matchesWhole: true)
        #expect(try score(find, "in 2024.", expected: "").value == 1)
        #expect(try score(whole, "in 2024.", expected: "").value == 0)
        #expect(try score(whole, "2024", expected: "").value == 1)
        #expect(try score(PatternMatch(.expected), "abc", expected: "^a.c$").value == 1)
        #expect(throws: ComparisonError.self) { try PatternMatch("(") }
        #expect(throws: MetricError.self) { try score(PatternMatch(.expected), "a", expected: "[") }
    }

    @Test func numbersMatchWithinATolerance() throws {
        for (metric, output, expected, value) in [
            (NumericMatch(), 5, 5.0, 1), (NumericMatch(), " 5.0 ", 5, 1), (NumericMatch(), "1,234.5", "1234.5", 1),
            (NumericMatch(), "5 apples", 5, 0), (NumericMatch(), "−3e2", -300, 1), (NumericMatch(), "five", 5, 0),
            (NumericMatch(within: 0.1), 5.05, 5, 1), (NumericMatch(within: 0.01), 5.05, 5, 0),
            (NumericMatch(relative: 0.1), -109, -100, 1), (NumericMatch(relative: 0.1), 111, 100, 0),
            (NumericMatch(reading: .last), "3 + 4 = 7.", 7, 1), (NumericMatch(reading: .first), "7, not 8", 7, 1),
            (NumericMatch(reading: .last), "pages 3-5", 5, 1), (NumericMatch(reading: .first), "1,2345", 1, 1),
            (NumericMatch(reading: .last), "", 7, 0),
        ] as [(NumericMatch, Value, Value, Double)] {
            #expect(try score(metric, output, expected: expected).value == value, "\(output) \(expected)")
        }
        #expect(throws: MetricError.self) { try score(NumericMatch(), 5, expected: "many") }
    }

    @Test func jsonFieldsAreCountedAndNamed() throws {
        let expected: Value = [
            "name": "Ann", "age": 30, "address": ["city": "Ulm", "zip": "89073"], "tags": ["a", "b"],
        ]
        let metric = JSONFields()
        let right = try score(
            metric,
            """
            Sure!
            ```json
            {"age": 30.0, "name": "Ann", "tags": ["a", "b"], "address": {"zip": "89073", "city": "Ulm"}}
            ```
            Done.
            """, expected: expected)
        #expect(right.value == 1)
        let partly = try score(
            metric, ["name": "Bob", "address": ["city": "Ulm"], "tags": ["b", "a"], "x": 1], expected: expected)
        #expect(partly.value == 1.0 / 5)
        for part in ["name: expected \"Ann\", got \"Bob\"", "age: missing", "address.zip: missing", "tags: expected"] {
            #expect(partly.feedback.contains(part), "\(partly.feedback)")
        }
        #expect(!partly.feedback.contains("city"))
        #expect(try score(JSONFields(listsAsSets: true), ["tags": ["b", "a"]], expected: expected).value == 1.0 / 5)
        #expect(try score(JSONFields(only: ["age"]), ["age": 30], expected: expected).value == 1)
        #expect(try score(JSONFields(countsUnexpected: true), ["a": 1, "b": 2], expected: ["a": 1]).value == 0.5)
        #expect(try score(metric, "no JSON", expected: expected).value == 0)
        #expect(throws: MetricError.self) { try score(metric, ["a": 1], expected: "text") }
    }

    @Test func setsOfListsCountRepeats() throws {
        let metric = JSONFields(listsAsSets: true)
        #expect(try score(metric, ["l": [1, 1, 2]], expected: ["l": [2, 1, 1]]).value == 1)
        #expect(try score(metric, ["l": [1, 1, 2]], expected: ["l": [2, 2, 1]]).value == 0)
    }

    @Test func f1IsTheHarmonicMeanOverWords() throws {
        #expect(try score(TokenF1(), "The cat sat", expected: "a cat sat down").value == 2 * 2.0 / 5)
        #expect(try score(TokenF1(), "cat cat", expected: "cat").value == 2.0 / 3)
        #expect(try score(TokenF1(), "", expected: "").value == 1)
        #expect(try score(TokenF1(), "", expected: "cat").value == 0)
    }

    @Test func failuresScoreTheWorst() throws {
        let subject = MetricSubject(
            example: Example(id: "e", fields: ["expected": "x"]), outcome: .failure("(TimeoutError) too slow"))
        let score = try ExactMatch().score(subject)
        #expect(score.value == 0)
        #expect(score.feedback == "The workflow failed: (TimeoutError) too slow")
    }

    @Test func missingFieldsAreNamed() {
        let subject = MetricSubject(example: Example(id: "e9", fields: ["queue": "x"]), outcome: .output("x"))
        do {
            _ = try ExactMatch().score(subject)
            Issue.record("no error")
        } catch {
            #expect(MetricError.Code.missingField ~= error)
            #expect("\(error)" == "exact_match, example e9: the example has no field 'expected'; its fields are queue")
        }
    }

    @Test func wordsCanBeTheUsers() async throws {
        let metric = ExactMatch().worded { context in
            "Wanted \(context.subject.example["expected"]?.plainText ?? ""): \(context.value). \(context.explanation)"
        }
        let example = Example(id: "e", fields: ["expected": "x"])
        let worded = try await metric.score(MetricSubject(example: example, outcome: .output("y")))
        #expect(worded.feedback == "Wanted x: 0.0. Expected \"x\", got \"y\".")
        let failed = try await metric.score(MetricSubject(example: example, outcome: .failure("no")))
        #expect(failed.feedback == "The workflow failed: no")
        #expect(metric.name == "exact_match")
    }

    @Test func longValuesAreCutInFeedback() throws {
        let long = String(repeating: "x", count: 5_000)
        let feedback = try score(ExactMatch(), .text(long), expected: "y").feedback
        #expect(feedback.count < 500 && feedback.contains("characters left out"))
    }
}
