import TraceGraph

/// How the assertions of all tests are scored.
struct PromptfooScoring {
    private enum Checks {
        case none
        /// A metric of Optrace's own, compared with one field; its options.
        case builtIn(String, options: String)
        /// Each test's own list, in Python.
        case listed
    }

    private let checks: Checks
    /// The rubric of all tests; nil where they differ.
    private let rubric: String?
    let hasRubric: Bool
    private let inputs: [String]
    private let expectedName: String
    private let assertionsName: String
    private let rubricName: String

    private static let noRubric = "Nothing in particular: any output is right."

    init(_ tests: [PromptfooTest], inputs: [String], _ source: inout PromptfooSource) {
        func free(_ name: String) -> String { inputs.contains(name) ? free(name + "_") : name }
        self.inputs = inputs
        expectedName = free("expected")
        assertionsName = free("assertions")
        rubricName = free("rubric")
        let rubrics = tests.map(Self.rubric)
        hasRubric = rubrics.contains { $0 != nil }
        let first = rubrics.first ?? nil
        rubric = rubrics.allSatisfy { $0 == first } ? first : nil
        let lacking = rubrics.count { $0 == nil }
        if hasRubric, lacking > 0 {
            source.remark(
                "\(lacking) of \(tests.count) tests have no rubric; the judge is told that any output is right there")
        }
        if tests.contains(where: { $0.assertions.contains { $0.isNegated && $0.recorded == nil } }) {
            source.remark("not- before a rubric: it became the words 'It is not so that …' in the rubric")
        }
        checks = Self.checks(tests)
        if case .none = checks, !hasRubric, !tests.isEmpty {
            source.remark("no assertion could be carried over; add 'metrics' to evaluate and optimize")
        }
        if tests.isEmpty { source.remark("there are no tests; add 'data' and 'metrics' to evaluate and optimize") }
    }

    private static func rubric(of test: PromptfooTest) -> String? {
        let texts = test.assertions.compactMap { assertion -> String? in
            guard case .rubric(let text) = assertion.check else { return nil }
            return assertion.isNegated ? "It is not so that: \(text)" : text
        }
        return texts.isEmpty ? nil : texts.joined(separator: "\n")
    }

    private static func checks(_ tests: [PromptfooTest]) -> Checks {
        let all = tests.map { $0.assertions.filter { $0.recorded != nil } }
        guard all.contains(where: { !$0.isEmpty }) else { return .none }
        let kinds = Set(
            all.map { list -> String in
                guard list.count == 1, case .text(let type, let value) = list[0].check, !list[0].isNegated,
                    value.list != nil || value.text?.isEmpty == false || value.number != nil
                else { return "listed" }
                return type
            })
        guard kinds.count == 1, let kind = kinds.first else { return .listed }
        switch kind {
        case "equals": return .builtIn("exact_match", options: "")
        case "contains", "contains-all": return .builtIn("contains", options: "")
        case "icontains", "icontains-all": return .builtIn("contains", options: ", ignore_case: true")
        case "contains-any": return .builtIn("contains", options: ", any: true")
        case "icontains-any": return .builtIn("contains", options: ", any: true, ignore_case: true")
        default: return .listed
        }
    }

    /// The metric in Python, where it takes one.
    var program: String? {
        if case .listed = checks { PromptfooChecks.source(reading: assertionsName) } else { nil }
    }

    /// What examples have beside the inputs.
    var fields: [String] {
        var fields: [String] = []
        switch checks {
        case .none: break
        case .builtIn: fields.append(expectedName)
        case .listed: fields.append(assertionsName)
        }
        if hasRubric, rubric == nil { fields.append(rubricName) }
        return fields
    }

    func values(of test: PromptfooTest) -> Fields {
        var values = Fields()
        let recorded = test.assertions.compactMap(\.recorded)
        switch checks {
        case .none: break
        case .builtIn: values[expectedName] = recorded.first?["value"]
        case .listed: values[assertionsName] = .list(recorded)
        }
        if hasRubric, rubric == nil { values[rubricName] = .text(Self.rubric(of: test) ?? Self.noRubric) }
        return values
    }

    /// `metrics`, `objective`, `optimize` and `gate`; nothing where nothing scores.
    ///
    /// - Parameter checks: The file with the metric in Python.
    func lines(checks file: String) -> [String] {
        var metrics: [(name: String, line: String)] = []
        switch checks {
        case .none: break
        case .builtIn(let kind, let options):
            let what = options.isEmpty ? "$\(expectedName)" : "{ expected: $\(expectedName)\(options) }"
            metrics.append(("accuracy", "\(kind): \(what)"))
        case .listed:
            let entry = PromptfooChecks.entry.replacing("assertions", with: assertionsName)
            metrics.append(
                (
                    "assertions",
                    "code: \(YAMLWriting.flow(.text("file://\(file)"))), entry: \(YAMLWriting.flow(.text(entry)))"
                ))
        }
        if hasRubric { metrics.append(("rubric", "judge: { \(judge) }")) }
        guard let first = metrics.first else { return [] }
        let share = 1 / Double(metrics.count)
        let aim =
            metrics.count == 1
            ? "maximize: \(first.name)"
            : "weights: { \(metrics.map { "\($0.name): \(share)" }.joined(separator: ", ")) }"
        return ["metrics:"] + metrics.map { "  \($0.name): { \($0.line) }" } + [
            "objective: { \(aim) }",
            "optimize: { optimizer: optoprime, steps: 4, minibatch: 4, budget: { calls: 1000, time: 20m } }",
            "gate: { metric: \(first.name), alpha: 0.05 }",
        ]
    }

    private var judge: String {
        if let rubric { return "rubric: \(YAMLWriting.flow(.text(rubric))), model: judge" }
        let shown = (inputs + [rubricName]).map { YAMLWriting.quoted($0) }.joined(separator: ", ")
        return "rubric: \"The output is as the field '\(rubricName)' asks.\", fields: [\(shown)], model: judge"
    }
}
