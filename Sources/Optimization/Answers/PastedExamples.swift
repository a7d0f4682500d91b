/// Finds training examples that were copied into a text.
///
/// An example counts as pasted when at least half of its word 5-grams stand in the text and not in the text it replaces;
/// examples of three or four words when all their words stand there in a row.
struct PastedExamples {
    private let examples: [[String]]
    private static let size = 5
    private static let shortest = 3

    init(_ texts: some Sequence<String>) {
        examples = texts.map(Self.words).filter { $0.count >= Self.shortest }
    }

    /// How many of the examples stand in `text`.
    ///
    /// - Complexity: O(words of the text and of all examples).
    func count(in text: String, beyond old: String) -> Int {
        let new = Self.words(in: text)
        let known = Self.words(in: old)
        var grams: [Int: Set<ArraySlice<String>>] = [:]
        for size in Self.shortest...Self.size {
            grams[size] = Set(Self.grams(new, size)).subtracting(Self.grams(known, size))
        }
        return examples.count { words in
            let size = min(Self.size, words.count)
            let own = Self.grams(words, size)
            let pasted = own.count { grams[size]?.contains($0) == true }
            return pasted * 2 >= own.count && pasted > 0
        }
    }

    private static func words(in text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    private static func grams(_ words: [String], _ size: Int) -> [ArraySlice<String>] {
        words.count < size ? [] : (0...(words.count - size)).map { words[$0..<$0 + size] }
    }
}
