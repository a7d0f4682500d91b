import TraceGraph

/// What one assertion of a test asks of the output.
struct PromptfooAssertion: Hashable {
    enum Check: Hashable {
        /// What a text can be compared with, under the name that `assertions.py` knows it by.
        case text(String, Value)
        /// What only a model can tell.
        case rubric(String)
    }

    var check: Check
    var isNegated = false
    var weight = 1.0
    /// Of `levenshtein`.
    var threshold: Double?

    /// Those that text alone decides.
    static let textual: Set<String> = [
        "equals", "contains", "icontains", "starts-with", "contains-any", "contains-all", "icontains-any",
        "icontains-all", "regex", "is-json", "contains-json", "levenshtein", "word-count", "python",
    ]
    private static let rubrics: Set<String> = [
        "llm-rubric", "model-graded-closedqa", "g-eval", "factuality",
        "model-graded-factuality",
    ]

    /// The assertion, or those of a set.
    static func all(_ entry: Value, _ source: inout PromptfooSource) -> [PromptfooAssertion] {
        if let file = PromptfooSource.fileName(entry) {
            guard let value = source.value(of: file, for: "assert") else { return [] }
            return (value.list ?? [value]).flatMap { all($0, &source) }
        }
        guard var type = entry["type"]?.text else {
            source.remark("assert: an entry without 'type' is left out")
            return []
        }
        if type == "assert-set" {
            if entry["threshold"] != nil { source.remark("assert-set: each of its assertions counts by itself") }
            return (entry["assert"]?.list ?? []).flatMap { all($0, &source) }
        }
        let isNegated = type.hasPrefix("not-")
        if isNegated { type.removeFirst(4) }
        for name in ["transform", "contextTransform", "rubricPrompt", "provider", "config"] where entry[name] != nil {
            source.remark("assertion \(type): '\(name)' is not carried over")
        }
        guard let check = check(type, entry, &source) else { return [] }
        return [
            PromptfooAssertion(
                check: check, isNegated: isNegated, weight: max(0, entry["weight"]?.number ?? 1),
                threshold: entry["threshold"]?.number)
        ]
    }

    private static func check(_ type: String, _ entry: Value, _ source: inout PromptfooSource) -> Check? {
        var value = entry["value"] ?? .null
        if let file = PromptfooSource.fileName(value) {
            guard ["txt", "md", "json", "yaml", "yml"].contains(PromptfooSource.ending(file)) else {
                source.remark("assertion \(type): \(file) is code; make it a metric of its own ('code')")
                return nil
            }
            let isText = ["txt", "md"].contains(PromptfooSource.ending(file))
            let found = isText ? source.text(of: file, for: type).map(Value.text) : source.value(of: file, for: type)
            guard let found else { return nil }
            value = found
        }
        if rubrics.contains(type) {
            let text = (value.list?.map(\.plainText).joined(separator: "\n")) ?? value.plainText
            return .rubric(
                type.hasSuffix("factuality") ? "The output agrees with this, and contradicts none of it: \(text)" : text
            )
        }
        guard textual.contains(type) else {
            let advice = [
                "latency": "; add a metric 'latency', and a limit under objective.subject_to",
                "cost": "; add a metric 'cost', and a limit under objective.subject_to",
                "javascript": "; write it in Python as a metric ('code')", "similar": "; 'f1' and a judge come near it",
            ]
            source.remark("assertion \(type): there is none of the kind\(advice[type] ?? "")")
            return nil
        }
        switch type {
        case "is-json", "contains-json":
            if !value.isNull {
                source.remark("assertion \(type): its schema is not carried over; a step's 'schema' is checked")
            }
            return .text(type, .null)
        case "python":
            guard let code = value.text, !code.contains("context") else {
                source.remark(
                    "assertion python: one that reads 'context' is left out; make it a metric of its own ('code')")
                return nil
            }
            return .text(type, .text(code))
        case "contains-any", "contains-all", "icontains-any", "icontains-all":
            let list =
                value.list
                ?? value.plainText.split(separator: ",").map {
                    .text(String($0).trimmingSpaces)
                }
            return .text(type, .list(list))
        default: return .text(type, value)
        }
    }

    /// `contains: Paris`, `similar(0.8): x`, or just what the output equals: as a table has it.
    static func written(_ text: String) -> Value {
        let head = text.prefix { $0 != ":" }
        var type = String(head.prefix { $0 != "(" }).trimmingSpaces
        let rest = head.endIndex < text.endIndex ? String(text[text.index(after: head.endIndex)...]).trimmingSpaces : ""
        let threshold = head.firstIndex(of: "(").flatMap { open in
            Double(head[head.index(after: open)...].prefix { $0 != ")" })
        }
        if let other = ["fn": "javascript", "eval": "javascript", "grade": "llm-rubric"][type] { type = other }
        let bare = type.hasPrefix("not-") ? String(type.dropFirst(4)) : type
        let hasColon = head.endIndex < text.endIndex
        let others: Set<String> = [
            "javascript", "similar", "latency", "cost", "rouge-n", "bleu", "webhook", "is-xml",
            "is-sql", "contains-xml", "contains-sql", "perplexity", "answer-relevance", "context-recall",
        ]
        let isType = textual.contains(bare) || rubrics.contains(bare) || others.contains(bare)
        guard isType, hasColon || ["is-json", "contains-json"].contains(bare) else {
            return ["type": "equals", "value": .text(text)]
        }
        var fields: Fields = ["type": .text(type)]
        if !rest.isEmpty { fields["value"] = .text(rest) }
        if let threshold { fields["threshold"] = .number(threshold) }
        return .object(fields)
    }

    func filled(with vars: Fields) -> PromptfooAssertion {
        var filled = self
        switch check {
        case .text(let type, let value): filled.check = .text(type, PromptfooTest.filled(value, vars))
        case .rubric(let text): filled.check = .rubric(PromptfooTest.filled(.text(text), vars).plainText)
        }
        return filled
    }

    /// As `assertions.py` reads it; nil for a rubric.
    var recorded: Value? {
        guard case .text(let type, let value) = check else { return nil }
        var fields: Fields = ["type": .text(type)]
        if !value.isNull { fields["value"] = value }
        if isNegated { fields["not"] = true }
        if weight != 1 { fields["weight"] = .number(weight) }
        if let threshold { fields["threshold"] = .number(threshold) }
        return .object(fields)
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        var part = Substring(self)
        while part.first?.isWhitespace == true { part.removeFirst() }
        while part.last?.isWhitespace == true { part.removeLast() }
        return String(part)
    }
}
