import Optrace

/// Plays the model that optimizers ask. It reads the question like any model: the present value of the text it is to
/// rewrite, and the hints that feedback brings; asked for a new text it answers with hints added, with the world's own
/// noise.
struct RuleReflector: LanguageModel {
    static let name = ModelName(provider: "scripted", model: "reflector")

    func reply(to request: ChatRequest) async throws -> ChatReply {
        let prompt = request.messages.map(\.content).joined(separator: "\n")
        let text: String
        switch request.format {
        case .schema("suggestion", let schema): text = revised(prompt, schema, request)
        case .schema("duel", _): text = duel(prompt)
        case .schema("flaw", _): text = flaw(prompt)
        default: text = critique(prompt)
        }
        return ChatReply(text: text, usage: Usage(calls: 1, promptTokens: prompt.utf8.count / 4, completionTokens: 8))
    }

    private func revised(_ prompt: String, _ schema: Value, _ request: ChatRequest) -> String {
        let names = schema["properties"]?["suggestion"]?["properties"]?.object?.names ?? []
        var suggestion = Fields()
        for name in names {
            let present = value(of: name, in: prompt)
            let key = "\(request.key)\(request.repetition)"
            suggestion[name] = .text(RuleWorld.reflected(present, hints(for: name, in: prompt), key: key))
        }
        return Value.object(["reasoning": "hints were missing", "suggestion": .object(suggestion)]).json
    }

    /// The side with more solved tasks, and the hints of the other.
    private func duel(_ prompt: String) -> String {
        let parts = prompt.components(separatedBy: "# Outputs of ").dropFirst()
        guard parts.count == 2, let a = parts.first, let b = parts.last else { return "{}" }
        let (solvedA, solvedB) = (count(of: "solved", in: a), count(of: "solved", in: b))
        let winner = solvedA == solvedB ? "tie" : solvedA > solvedB ? "A" : "B"
        let feedback = hintLines(in: winner == "A" ? b : a).joined(separator: "\n")
        return Value.object(["feedback": .text(feedback), "preferred": .text(winner)]).json
    }

    private func flaw(_ prompt: String) -> String {
        guard let line = hintLines(in: prompt).first, let colon = line.firstIndex(of: ":") else {
            return #"{"flaw": "none", "step": "none", "hint": ""}"#
        }
        let hint = String(line[line.index(colon, offsetBy: 2)...])
        return Value.object(["step": .text(String(line[..<colon])), "flaw": .text(hint), "hint": .text(hint)]).json
    }

    private func critique(_ prompt: String) -> String { hintLines(in: prompt).joined(separator: "\n") }

    // MARK: Reading questions

    /// The last value that is shown as `(text) name = …`.
    private func value(of name: String, in prompt: String) -> String {
        let lines = prompt.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        let label = "(text) \(name) ="
        guard let place = lines.lastIndex(where: { $0.hasPrefix(label) }) else { return "begin" }
        let rest = lines[place].dropFirst(label.count).drop { $0 == " " }
        guard rest.isEmpty, place + 1 < lines.count else { return String(rest) }
        let fence = lines[place + 1]
        return lines[(place + 2)...].prefix { $0 != fence }.joined(separator: "\n")
    }

    private func hints(for name: String, in prompt: String) -> [String] {
        hintLines(in: prompt).filter { $0.hasPrefix("\(name)_step: ") }.map { String($0.dropFirst("\(name)_step: ".count)) }
    }

    /// `plan_step: p3`, the number of the run before it taken off.
    private func hintLines(in prompt: String) -> [String] {
        prompt.split(whereSeparator: \.isNewline).compactMap { line in
            var line = line.drop { $0 == " " || $0 == "-" }
            if line.first == "[", let end = line.firstIndex(of: "]") { line = line[line.index(after: end)...].drop { $0 == " " } }
            guard line.hasPrefix("plan_step: ") || line.hasPrefix("answer_step: "), let space = line.firstIndex(of: " ")
            else { return nil }
            let hint = line[line.index(after: space)...]
            guard let first = hint.first, "pax".contains(first), hint.count > 1, hint.dropFirst().allSatisfy(\.isNumber)
            else { return nil }
            return String(line)
        }
    }

    private func count(of word: String, in text: String) -> Int {
        text.split { !$0.isLetter }.count { $0 == word }
    }
}

extension String {
    fileprivate func components(separatedBy mark: String) -> [String] {
        var parts: [String] = []
        var rest = Substring(self)
        while let range = rest.firstRange(of: mark) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
