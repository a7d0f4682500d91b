import TraceGraph

/// The places of a text that a template fills in: `{{message}}`, `{message}`.
struct Placeholders: Sendable, Hashable {
    /// As they are written.
    let all: Set<String>

    init(in text: String) {
        var found: Set<String> = []
        var rest = Substring(text)
        while let start = rest.firstIndex(of: "{") {
            rest = rest[start...]
            let opening = rest.hasPrefix("{{") ? "{{" : "{"
            let closing = opening == "{{" ? "}}" : "}"
            let inner = rest.dropFirst(opening.count).prefix { Self.mayStand($0) }
            let after = rest.dropFirst(opening.count + inner.count)
            let name = inner.filter { !$0.isWhitespace }
            if after.hasPrefix(closing), let first = name.first, first.isLetter || first == "_" {
                found.insert(opening + name + closing)
                rest = after.dropFirst(closing.count)
            } else {
                rest = rest.dropFirst()
            }
        }
        all = found
    }

    private static func mayStand(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "_-. ".contains(character)
    }

    /// What `candidate` lost or renamed of the seed's placeholders, a sentence a parameter.
    static func losses(
        of candidate: [String: Value], from seed: Candidate, _ parameters: ParameterSpace
    ) -> [String] {
        parameters.definitions.filter { $0.kind == .text }.compactMap { definition in
            let before = Placeholders(in: (seed[definition.name] ?? definition.initial).plainText).all
            guard !before.isEmpty, let value = candidate[definition.name] else { return nil }
            let after = Placeholders(in: value.plainText).all
            let lost = before.subtracting(after).sorted().joined(separator: ", ")
            guard !lost.isEmpty else { return nil }
            let new = after.subtracting(before).sorted().joined(separator: ", ")
            return "\(definition.name) lost \(lost)" + (new.isEmpty ? "" : " and has \(new) instead")
        }
    }
}
