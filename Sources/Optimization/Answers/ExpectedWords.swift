public import Evaluation
public import TraceGraph

/// The few words that outputs are expected to be, held against the outputs a workflow gives and the texts that steer it.
///
/// Measured on small models: a text that names one of the words draws every output to it, and without any of them no
/// output is one of them; see `docs/design`.
public struct ExpectedWords: Sendable, Hashable {
    /// The words, in a fixed order.
    public let words: [String]
    /// Fewer than half of the outputs seen are one of the words.
    public let areMissing: Bool

    /// - Parameters:
    ///   - expectations: What right looks like.
    ///   - outputs: What the workflow gave; nil where it failed.
    /// - Returns: Nil when what is expected is not one of a few words.
    public init?(_ expectations: ExpectationSummary?, outputs: [Value?]) {
        guard case .labels(let set) = expectations?.form else { return nil }
        let words = set.labels.map(\.plainText.trimmed).filter { !$0.isEmpty }.sorted()
        guard words.count > 1 else { return nil }
        self.words = words
        let valid = outputs.count { output in output.flatMap { Self.word($0, among: words) } != nil }
        areMissing = valid * 2 < outputs.count
    }

    /// Which of the words `output` is, upper case overlooked; nil for none.
    func word(_ output: Value) -> String? { Self.word(output, among: words) }

    private static func word(_ output: Value, among words: [String]) -> String? {
        let given = output.plainText.trimmed.lowercased()
        return words.first { $0.lowercased() == given }
    }

    /// Those of the words that stand in `text` as words of their own, upper case overlooked.
    public func named(in text: String) -> [String] {
        let found = Set(places(in: text).map(\.word))
        return words.filter { found.contains($0) }
    }

    /// Why `text` would mislead a small model, in one line; nil when it would not.
    ///
    /// - Returns: Nil when all words are named, or none while the outputs are such words all the same.
    public func objection(to text: String) -> String? {
        let named = named(in: text)
        if named.count == words.count || (named.isEmpty && !areMissing) { return nil }
        return "the text names \(named.count) of the \(words.count) expected outputs: it must list all of them"
    }

    /// What is known to be wrong with the present values, and what mends it; nil where nothing is. Said as a finding with
    /// its consequence, it is followed far more often than asked for among other wishes.
    ///
    /// - Parameter listed: The words in the order they are to be listed; sorted unless given.
    public func finding(for current: [String: Value], listed: [String]? = nil) -> String? {
        let namesSome = current.values.contains { $0.text.map { !named(in: $0).isEmpty } ?? false }
        guard areMissing || namesSome else { return nil }
        let finding =
            areMissing
            ? "The outputs were wrong because the present value does not say which outputs are possible. The new value "
                + "lists all \(words.count) of them"
            : "The new value lists all \(words.count) possible outputs"
        let list = (listed ?? words).joined(separator: ", ")
        return "\(finding) (\(list)) and says to answer with exactly one of these, and nothing else."
    }

    /// `text` with the words in another order, where it lists them all in a row with nothing but signs, `and` and `or`
    /// between them; nil where it does not.
    public func reordered(_ text: String, by random: inout SeededGenerator) -> String? {
        guard let row = row(in: text) else { return nil }
        let spelled = row.map { String(text[$0]) }
        var order = Array(spelled.indices)
        random.shuffle(&order)
        // No order is worth nothing; the next one round is always another.
        if order == Array(spelled.indices) { order = Array(order.dropFirst()) + order.prefix(1) }
        var result = ""
        var position = text.startIndex
        for (place, range) in row.enumerated() {
            result += text[position..<range.lowerBound]
            result += spelled[order[place]]
            position = range.upperBound
        }
        return result + text[position...]
    }

    // MARK: Places

    private func row(in text: String) -> [Range<String.Index>]? {
        let places = places(in: text)
        guard places.count >= words.count else { return nil }
        for start in 0...(places.count - words.count) {
            let window = places[start..<start + words.count]
            guard Set(window.map(\.word)).count == words.count else { continue }
            let isRow = zip(window, window.dropFirst()).allSatisfy { a, b in
                Self.separates(text[a.range.upperBound..<b.range.lowerBound])
            }
            if isRow { return window.map(\.range) }
        }
        return nil
    }

    private static func separates(_ gap: Substring) -> Bool {
        guard gap.count <= 16 else { return false }
        let words = gap.split { !$0.isLetter && !$0.isNumber }
        return words.isEmpty || words == ["and"] || words == ["or"]
    }

    /// Where the words stand, in the order of the text; a longer word goes before a shorter one inside it.
    private func places(in text: String) -> [(word: String, range: Range<String.Index>)] {
        var places: [(word: String, range: Range<String.Index>)] = []
        for word in words.sorted(by: { ($1.count, $0) < ($0.count, $1) }) {
            for range in Self.ranges(of: word, in: text) where !places.contains(where: { $0.range.overlaps(range) }) {
                places.append((word, range))
            }
        }
        return places.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    private static func ranges(of word: String, in text: String) -> [Range<String.Index>] {
        let letters = Array(word.lowercased())
        let characters = Array(text)
        let indices = Array(text.indices) + [text.endIndex]
        guard letters.count <= characters.count else { return [] }
        let folded = characters.map { $0.lowercased() }
        let wanted = letters.map(String.init)
        let isWordy = { (character: Character) in character.isLetter || character.isNumber }
        return (0...(characters.count - letters.count)).compactMap { start in
            let end = start + letters.count
            guard folded[start..<end].elementsEqual(wanted) else { return nil }
            if start > 0, isWordy(characters[start - 1]) { return nil }
            if end < characters.count, isWordy(characters[end]) { return nil }
            return indices[start]..<indices[end]
        }
    }
}
