/// A text without what rarely matters: case, spacing, punctuation and the articles a, an, the.
///
/// As SQuAD's scorer does it, with two differences: a sign or a decimal point that belongs to a number stays (−5 is not 5
/// and 3.5 not 35), and so do articles when there is no other word, because `A` is an answer too.
public struct TextFolding: Sendable, Hashable {
    /// The words that are left.
    public let words: [String]

    /// - Parameter keepsArticles: Whether articles stay beside other words too.
    /// - Complexity: O(length of `text`).
    public init(_ text: String, keepsArticles: Bool = false) {
        var words: [String] = []
        var word = ""
        let characters = Array(text.lowercased())
        for (place, character) in characters.enumerated() {
            if Self.isLetterOrDigit(character) {
                word.append(character)
            } else if Self.belongsToNumber(at: place, of: characters) {
                word.append(character == "\u{2212}" ? "-" : character)
            } else if !Self.disappears(character) {
                Self.finish(&word, into: &words)
            }
        }
        Self.finish(&word, into: &words)
        let others = words.filter { !Self.articles.contains($0) }
        self.words = keepsArticles || others.isEmpty ? words : others
    }

    /// The words with single spaces between them.
    public var text: String { words.joined(separator: " ") }

    /// Whether the words of `other` follow each other somewhere in this text; false when `other` has none.
    public func contains(_ other: TextFolding) -> Bool {
        let part = other.words
        guard !part.isEmpty, part.count <= words.count else { return false }
        return (0...(words.count - part.count)).contains { start in
            words[start..<start + part.count].elementsEqual(part)
        }
    }

    private static let articles: Set<String> = ["a", "an", "the"]

    private static func finish(_ word: inout String, into words: inout [String]) {
        if !word.isEmpty { words.append(word) }
        word = ""
    }

    private static func isLetterOrDigit(_ character: Character) -> Bool {
        character.isLetter || character.isNumber
    }

    /// Apostrophes and full stops vanish (`it's`, `U.S.`); all other punctuation separates words.
    private static func disappears(_ character: Character) -> Bool {
        character == "'" || character == "\u{2019}" || character == "."
    }

    private static func belongsToNumber(at place: Int, of characters: [Character]) -> Bool {
        guard place + 1 < characters.count, characters[place + 1].isNumber else { return false }
        let before = place == 0 ? nil : characters[place - 1]
        switch characters[place] {
        case "-", "\u{2212}": return before.map { !isLetterOrDigit($0) } ?? true
        case ".": return before.map { $0.isNumber || !isLetterOrDigit($0) && $0 != "." } ?? true
        default: return false
        }
    }
}
