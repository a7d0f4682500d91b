import Foundation

/// What a request must be like for a rule of a script to answer it; all of it must hold.
public struct ScriptConditions: Sendable {
    /// Texts that the messages, joined by line breaks, contain.
    public var contains: [String] = []
    /// Texts that they do not contain.
    public var lacks: [String] = []
    /// Texts that the system messages contain.
    public var systemContains: [String] = []
    /// Texts that the user messages contain.
    public var userContains: [String] = []
    /// Texts that the last message contains.
    public var lastContains: [String] = []
    /// The model: all of its name, its name without provider, or what follows `#` in a script's path.
    public var models: [String] = []
    /// The pattern that must match somewhere in the messages joined by line breaks.
    public private(set) var pattern: String?
    private var expression: NSRegularExpression?

    public init() {}

    /// Sets the regular expression (ICU syntax; `^` and `$` match at line breaks).
    ///
    /// - Throws: ``ModelError/Code/script`` when it is not one.
    public mutating func match(_ pattern: String) throws(ModelError) {
        do {
            expression = try NSRegularExpression(pattern: pattern, options: [.anchorsMatchLines])
        } catch {
            throw ModelError(.script, "`\(pattern)` is not a regular expression", underlyingError: error)
        }
        self.pattern = pattern
    }

    /// What a request offers a rule's replies.
    struct Match {
        fileprivate let text: String
        fileprivate let result: NSTextCheckingResult?
    }

    /// Whether the conditions hold for `request`; nil when they do not.
    func match(_ request: ChatRequest) -> Match? {
        func joined(_ role: ChatMessage.Role?) -> String {
            request.messages.filter { role == nil || $0.role == role }.map(\.content).joined(separator: "\n")
        }
        if !models.isEmpty, !models.contains(where: { names($0, request.model) }) { return nil }
        let text = joined(nil)
        guard contains.allSatisfy(text.contains), !lacks.contains(where: text.contains) else { return nil }
        if !systemContains.isEmpty, !systemContains.allSatisfy(joined(.system).contains) { return nil }
        if !userContains.isEmpty, !userContains.allSatisfy(joined(.user).contains) { return nil }
        if !lastContains.isEmpty, !lastContains.allSatisfy((request.messages.last?.content ?? "").contains) {
            return nil
        }
        guard let expression else { return Match(text: text, result: nil) }
        let whole = NSRange(location: 0, length: text.utf16.count)
        guard let result = expression.firstMatch(in: text, range: whole) else { return nil }
        return Match(text: text, result: result)
    }

    private func names(_ name: String, _ model: ModelName) -> Bool {
        if name == model.description || name == model.model { return true }
        guard let sign = model.model.lastIndex(of: "#") else { return false }
        return model.model[model.model.index(after: sign)...] == name
    }
}

extension ScriptConditions.Match {
    /// `template` with the groups of the pattern's match filled in; as it is when there is no pattern.
    ///
    /// A group that took no part in the match, or that does not exist, is empty.
    func filled(_ template: String) -> String {
        guard let result, template.contains("$") else { return template }
        var text = ""
        var rest = template[...]
        while let sign = rest.firstIndex(of: "$") {
            text += rest[..<sign]
            rest = rest[rest.index(after: sign)...]
            if rest.first == "$" {
                text += "$"
                rest = rest.dropFirst()
            } else if rest.first == "{", let end = rest.firstIndex(of: "}") {
                text += group(named: String(rest[rest.index(after: rest.startIndex)..<end]), of: result)
                rest = rest[rest.index(after: end)...]
            } else if let digit = rest.first?.wholeNumberValue, rest.first?.isASCII == true {
                text += digit < result.numberOfRanges ? content(of: result.range(at: digit)) : ""
                rest = rest.dropFirst()
            } else {
                text += "$"
            }
        }
        return text + rest
    }

    private func group(named name: String, of result: NSTextCheckingResult) -> String {
        if let number = Int(name) { return number < result.numberOfRanges ? content(of: result.range(at: number)) : "" }
        return content(of: result.range(withName: name))
    }

    private func content(of range: NSRange) -> String {
        Range(range, in: text).map { String(text[$0]) } ?? ""
    }
}
