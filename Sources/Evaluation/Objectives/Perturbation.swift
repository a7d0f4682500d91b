public import TraceGraph

/// Small changes of a candidate that should make no difference: a line of a text left out, demonstrations in another
/// order.
public enum Perturbation {
    /// Up to `count` different perturbations of `candidate`, the same for the same candidate. They keep its id: they are
    /// it, as far as a run is concerned.
    ///
    /// A line that holds a placeholder the text has to keep stays. Fewer come back where there is little to change.
    ///
    /// - Complexity: O(length of the values) each.
    public static func all(of candidate: Candidate, _ parameters: ParameterSpace, count: Int) -> [Candidate] {
        var random = SeededGenerator(seed: 0).stream(Value.object(Fields(sorted(candidate))).canonicalJSON)
        var seen: Set<[String: Value]> = [candidate.values]
        var made: [Candidate] = []
        for _ in 0..<(8 * count) where made.count < count {
            guard let values = changed(candidate, parameters, &random), seen.insert(values).inserted else { continue }
            made.append(
                Candidate(id: candidate.id, values: values, parents: candidate.parents, origin: candidate.origin))
        }
        return made
    }

    private static func sorted(_ candidate: Candidate) -> [(String, Value)] {
        candidate.values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private static func changed(
        _ candidate: Candidate, _ parameters: ParameterSpace, _ random: inout SeededGenerator
    ) -> [String: Value]? {
        let usable = parameters.definitions.filter { [.text, .examples].contains($0.kind) }
        guard let definition = random.pick(from: usable) else { return nil }
        let value = candidate[definition.name] ?? definition.initial
        var values = candidate.values
        if let list = value.list {
            values[definition.name] = .list(random.shuffled(list))
        } else if let text = value.text {
            values[definition.name] = .text(shortened(text, keeping: definition.constraint.keep, &random))
        }
        return values
    }

    /// `text` without one of its lines, or of its sentences where it is a single line.
    private static func shortened(_ text: String, keeping kept: [String], _ random: inout SeededGenerator) -> String {
        var parts = pieces(text, after: \.isNewline)
        if parts.count < 3 { parts = pieces(text, after: { ".!?".contains($0) }) }
        let droppable = parts.indices.filter { place in
            parts[place].contains { !$0.isWhitespace } && !kept.contains { parts[place].contains($0) }
        }
        guard droppable.count > 1, let place = random.pick(from: droppable) else { return text }
        parts.remove(at: place)
        return parts.joined()
    }

    private static func pieces(_ text: String, after ends: (Character) -> Bool) -> [String] {
        var pieces = [""]
        for character in text {
            pieces[pieces.count - 1].append(character)
            if ends(character) { pieces.append("") }
        }
        return pieces.filter { !$0.isEmpty }
    }
}
