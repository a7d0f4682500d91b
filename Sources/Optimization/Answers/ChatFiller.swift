/// Tells what a chat model says around an answer from the answer itself.
///
/// Only openings and endings that no instruction, description or template has are listed; an instruction may well say
/// "please provide a label", and may not begin with "Certainly!".
enum ChatFiller {
    private static let openings = [
        "certainly!", "certainly,", "certainly.", "sure!", "sure,", "sure thing", "of course!", "of course,",
        "absolutely!", "absolutely,", "i'm sorry", "i am sorry", "i apologize", "sorry,", "as an ai", "i cannot ",
        "i can't ", "i'd be happy", "i would be happy", "i'm happy to", "i am happy to", "i'd be glad", "i'm ready",
        "i understand", "thank you for", "thanks for", "great question", "no problem", "okay, ", "ok, ", "got it",
        "could you please provide", "could you please share", "it seems like you", "it looks like you", "it seems you",
        "how can i help", "how may i help", "to improve the instruction", "to improve the prompt",
        "the feedback shows", "the feedback is bad",
    ]

    /// What makes a request for input of "Please provide the review …", which may also begin an instruction.
    private static let requests = [
        "you'd like", "you would like", "you want me", "so i can", "so that i can", "i need", "i'll ", "i will ",
        "assist you", "help you",
    ]

    private static let endings = [
        "let me know if", "feel free to ask", "i hope this helps", "hope this helps", "how can i assist",
        "how can i help you", "if you have any questions", "if you have any further questions",
    ]

    private static let slots: Set<String> = [
        "...", "…", "string", "new value", "the new value", "the whole new value", "the whole new text",
        "the whole new source", "your new instruction", "your new instruction here", "new instruction",
        "new instruction here", "improved instruction", "value", "n/a", "none", "null", "todo", "tbd", "text",
    ]

    /// Why `text` cannot be meant as a value, in one line; nil when it can.
    static func objection(to text: String, of variable: String) -> String? {
        let start = String(text.prefix(400)).trimmed.lowercased().replacing("’", with: "'")
        let bare = start.trimming("<>[](){}\"'`* .")
        if slots.contains(bare) || bare == variable.lowercased() {
            return "the text is a stand-in, not a value"
        }
        if let opening = openings.first(where: { start.hasPrefix($0) }) {
            return "the text begins with '\(opening.trimmed)', which is addressed to a person: give the value alone"
        }
        if ["please provide", "please share", "please give"].contains(where: { start.hasPrefix($0) }),
            requests.contains(where: { start.contains($0) })
        {
            return "the text asks a person for input: give the value alone"
        }
        if let order = editorialOrder(start, of: variable) {
            return "the text begins with '\(order)', which speaks about the value: give the value alone"
        }
        if let label = label(start) {
            return "the text begins with '\(label)': give the value alone, without a line that announces it"
        }
        let end = String(text.suffix(200)).lowercased().replacing("’", with: "'")
        if let ending = endings.first(where: { end.contains($0) }), isAfterLastBreak(ending, in: end) {
            return "the text ends with '\(ending)', which is addressed to a person: give the value alone"
        }
        return nil
    }

    /// `Change the instruction to …`, `The new prompt should …` and the like: a remark about the value, not the value.
    private static func editorialOrder(_ start: String, of variable: String) -> String? {
        let words = start.split(whereSeparator: \.isWhitespace).prefix(4).map { $0.filter { $0.isLetter || $0 == "_" } }
        let verbs: Set<String> = ["change", "update", "rewrite", "modify", "revise", "replace", "improve", "rephrase"]
        let kinds: Set<String> = ["instruction", "instructions", "prompt", "variable", "value", variable.lowercased()]
        let news: Set<String> = ["new", "improved", "revised", "updated"]
        if words.count >= 3, verbs.contains(words[0]), words[1] == "the", kinds.contains(words[2]) {
            return words.prefix(3).joined(separator: " ")
        }
        let texts: Set<String> = ["instruction", "instructions", "prompt"]
        if words.count >= 3, verbs.contains(words[0]),
            texts.contains(words[1]) || (words[1] == variable.lowercased() && words[2] == "so")
        {
            return words.prefix(2).joined(separator: " ")
        }
        if words.count >= 4, words[0] == "the", news.contains(words[1]), kinds.contains(words[2]),
            ["should", "is", "must", "reads"].contains(words[3])
        {
            return words.joined(separator: " ")
        }
        return nil
    }

    /// `improved instruction:` or `here is the new prompt:` and the like at the very beginning.
    private static func label(_ start: String) -> String? {
        guard let colon = start.firstIndex(of: ":"), start[..<colon].count <= 100 else { return nil }
        let words = start[..<colon].split { !$0.isLetter && $0 != "'" }
        let kinds: Set<Substring> = ["instruction", "instructions", "prompt", "version", "value", "text", "variable"]
        if start.hasPrefix("here's ") || start.hasPrefix("here is ") || start.hasPrefix("here are ") {
            return words.contains(where: { kinds.contains($0) }) ? String(start[...colon]) : nil
        }
        guard let last = words.last, (2...6).contains(words.count) else { return nil }
        let news: Set<Substring> = [
            "improved", "new", "revised", "updated", "rewritten", "better", "modified", "suggested", "optimized",
            "final", "refined",
        ]
        guard kinds.contains(last), words.contains(where: { news.contains($0) }) else { return nil }
        return String(start[...colon])
    }

    /// Whether the ending stands in the last paragraph, and so closes the text.
    private static func isAfterLastBreak(_ ending: String, in end: String) -> Bool {
        let body = end.trimmed
        guard let paragraph = body.split(whereSeparator: \.isNewline).last else { return false }
        return paragraph.contains(ending)
    }
}

extension String {
    /// Without any of `signs` at both ends.
    func trimming(_ signs: String) -> String {
        var text = Substring(self)
        while let first = text.first, signs.contains(first) { text.removeFirst() }
        while let last = text.last, signs.contains(last) { text.removeLast() }
        return String(text)
    }
}
