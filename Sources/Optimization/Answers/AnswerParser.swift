public import LanguageModels
public import TraceGraph

/// Reads a model's reply: liberal in form, without ever guessing at a value.
///
/// Every dialect is read whichever was asked for, and values written the way the problem prints them. A reply is
/// "nothing to do" only when its whole text, or its suggestion, is the stop word. Never fails and never takes longer
/// than linear time, whatever the reply.
public struct AnswerParser: Sendable {
    /// What may be changed.
    public var variables: [ParameterDefinition]
    /// The dialect that was asked for, tried first.
    public var dialect: AnswerDialect

    public init(variables: [ParameterDefinition], dialect: AnswerDialect) {
        self.variables = variables
        self.dialect = dialect
    }

    /// Reads a reply; one that was cut off or declined holds no suggestions.
    public func answer(in reply: ChatReply) -> Answer {
        var answer = self.answer(in: reply.text)
        switch reply.finish {
        case .length:
            let begun = answer.suggestions.map { "'\($0.name)'" }.joined(separator: ", ")
            if !begun.isEmpty { answer.remarks.append("the cut reply had values for \(begun), not taken") }
            answer.isCut = true
            answer.suggestions = []
            answer.isNothingToDo = false
            answer.problems = ["the reply was cut off at its limit: answer more briefly"]
        case .refusal:
            answer.suggestions = []
            answer.isNothingToDo = false
            answer.problems = ["the model declined to answer"]
        case .stop, .other: break
        }
        return answer
    }

    /// Reads a reply that is whole.
    ///
    /// - Complexity: O(length of `text`).
    public func answer(in text: String) -> Answer {
        let text = Self.withoutThoughts(text)
        guard !text.isEmpty else { return Answer(problems: ["the reply is empty"]) }
        if AnswerDialect.isStopWord(text) { return Answer(isNothingToDo: true) }
        let readings = order(for: text).lazy.map { $0() }
        let first = readings.first { $0.isStop || $0.pairs.contains { self.variable(called: $0.name) != nil } }
        let reading = first ?? readings.first { !$0.isEmpty } ?? AnswerReading()
        return answer(from: reading)
    }

    private func order(for text: String) -> [() -> AnswerReading] {
        let names = variables.map(\.name)
        let json = { JSONReading.read(text) { self.variable(called: $0) != nil } }
        let tagged = { TagReading.read(text, names: names) }
        let assigned = { AssignmentReading.read(text, names: names) }
        let fenced = { () -> AnswerReading in
            guard self.variables.count == 1, self.variables[0].kind == .code else { return AnswerReading() }
            return FencedReading.read(text, of: self.variables[0])
        }
        if dialect == .fenced { return [fenced, json, tagged, assigned] }
        let prefersJSON = text.hasPrefix("{") || (dialect == .json && !text.hasPrefix("<"))
        return prefersJSON ? [json, tagged, assigned, fenced] : [tagged, json, assigned, fenced]
    }

    private func answer(from reading: AnswerReading) -> Answer {
        var answer = Answer(reasoning: reading.reasoning.trimmed, remarks: reading.remarks)
        var values: [String: Value] = [:]
        var order: [String] = []
        var stops = 0
        for (raw, value) in reading.pairs {
            guard !raw.trimmed.isEmpty else { continue }
            guard let variable = variable(called: raw) else {
                answer.remarks.append(unknown(raw))
                continue
            }
            if let text = value.text, AnswerDialect.isStopWord(text), !variable.constraint.options.contains(value) {
                stops += 1
                continue
            }
            if values.updateValue(Self.cleaned(value, for: variable), forKey: variable.name) == nil {
                order.append(variable.name)
            }
        }
        answer.suggestions = order.compactMap { name in values[name].map { Answer.Suggestion(name: name, value: $0) } }
        answer.isNothingToDo = answer.suggestions.isEmpty && (reading.isStop || stops > 0)
        if answer.suggestions.isEmpty, !answer.isNothingToDo {
            answer.problems = [complaint(about: reading, remarks: answer.remarks)]
        } else if reading.isTruncated {
            answer.remarks.append("the reply ends early; only values that are whole were taken")
        }
        return answer
    }

    private func complaint(about reading: AnswerReading, remarks: [String]) -> String {
        if reading.isTruncated { return "the reply ends before any value is whole" }
        if let unknown = remarks.first, !reading.pairs.isEmpty { return unknown }
        switch dialect {
        case .json: return "no suggestion could be read: expected one JSON object with \"reasoning\" and \"suggestion\""
        case .tagged: return "no suggestion could be read: expected <variable> with <name> and <value>"
        case .fenced: return "no source could be read: expected it whole between two lines of ```"
        }
    }

    // MARK: Names and values

    /// The variable a model means by `raw`: quotes, signs and a kind around the name are overlooked, and upper case
    /// where only one variable is meant.
    private func variable(called raw: String) -> ParameterDefinition? {
        if let exact = variables.first(where: { $0.name == raw }) { return exact }
        guard raw.utf8.count < 400 else { return nil }
        var name = Substring(raw.trimmed)
        if name.first == "(", let close = name.firstIndex(of: ")") { name = name[name.index(after: close)...] }
        let signs = "\"'`*$: "
        while let first = name.first, signs.contains(first) { name.removeFirst() }
        while let last = name.last, signs.contains(last) { name.removeLast() }
        if let exact = variables.first(where: { $0.name == name }) { return exact }
        let folded = name.lowercased()
        let similar = variables.filter { $0.name.lowercased() == folded }
        return similar.count == 1 ? similar[0] : nil
    }

    private func unknown(_ raw: String) -> String {
        let name = raw.shortened
        let near = NearName.of(name, among: variables.map(\.name)).map { "; did you mean '\($0)'?" } ?? ""
        return "there is no variable '\(name)'\(near)"
    }

    /// A value without what models put around it that is clearly no part of it: its own name and kind as the problem
    /// prints them, the fences around source code. Other texts stay as they are.
    private static func cleaned(_ value: Value, for variable: ParameterDefinition) -> Value {
        guard var text = value.text else { return value }
        let echo = "(\(variable.kindText)) \(variable.name) ="
        if text.trimmed.hasPrefix(echo) {
            text = withoutQuotes(String(text.trimmed.dropFirst(echo.count)).trimmed)
        } else {
            text = withoutQuotes(text)
        }
        if variable.kind == .code { text = withoutFences(text) }
        return .text(text)
    }

    /// A text between two lines of quotation marks, as the problem prints long values.
    private static func withoutQuotes(_ text: String) -> String {
        let body = text.trimmed
        let fence = body.prefix { $0 == "\"" }
        guard fence.count >= 3, body.count > 2 * fence.count, body.hasSuffix(fence) else { return text }
        let inner = body.dropFirst(fence.count).dropLast(fence.count)
        guard inner.first?.isNewline == true, inner.last?.isNewline == true else { return text }
        return String(inner).withoutFrame
    }

    private static func withoutFences(_ text: String) -> String {
        let body = text.trimmed
        guard body.hasPrefix("```"), body.hasSuffix("```"), let firstBreak = body.firstIndex(where: \.isNewline) else {
            return text
        }
        let inner = body[body.index(after: firstBreak)...].dropLast(3)
        return inner.contains("```") ? text : String(inner).withoutFrame
    }

    /// The reply behind a block of thoughts that some models write out before they answer.
    private static func withoutThoughts(_ text: String) -> String {
        let text = text.trimmed
        for tag in ["think", "thinking"] where text.hasPrefix("<\(tag)>") {
            guard let end = text.firstRange(of: "</\(tag)>") else { return text }
            return String(text[end.upperBound...]).trimmed
        }
        return text
    }
}
