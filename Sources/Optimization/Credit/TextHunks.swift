/// How one text became another, as pieces that can be taken over one by one.
///
/// Pieces are lines; where neither text is more than two lines, sentences. A stretch that was rewritten falls into one hunk a
/// piece: the first old piece against the first new one, and so on, what is left over by itself.
struct TextHunks {
    struct Hunk: Hashable {
        /// What it takes away; nil for what is only added.
        let old: String?
        /// What it puts there; nil for what is only taken away.
        let new: String?
    }

    private enum Part {
        case kept(String)
        case hunk(Int)
    }

    let hunks: [Hunk]
    private let parts: [Part]
    private let separator: String

    /// - Complexity: O(n m) in the pieces of both texts, of which no more than 2,000 a text are told apart: longer ones are
    ///   one stretch.
    init(from old: String, to new: String) {
        let (separator, old, new) = Self.pieces(old, new)
        var hunks: [Hunk] = []
        var parts: [Part] = []
        var gone: [String] = []
        var come: [String] = []
        func close() {
            for place in 0..<max(gone.count, come.count) {
                parts.append(.hunk(hunks.count))
                hunks.append(
                    Hunk(
                        old: place < gone.count ? gone[place] : nil, new: place < come.count ? come[place] : nil))
            }
            (gone, come) = ([], [])
        }
        for step in Self.steps(old, new) {
            switch step {
            case .kept(let piece):
                close()
                parts.append(.kept(piece))
            case .gone(let piece): gone.append(piece)
            case .come(let piece): come.append(piece)
            }
        }
        close()
        self.hunks = hunks
        self.parts = parts
        self.separator = separator
    }

    /// The text with the hunks at `chosen` taken over; the old one for none, the new one for all.
    func text(with chosen: Set<Int>) -> String {
        parts.compactMap { part in
            switch part {
            case .kept(let piece): piece
            case .hunk(let place): chosen.contains(place) ? hunks[place].new : hunks[place].old
            }
        }.joined(separator: separator)
    }

    private enum Step {
        case kept(String), gone(String), come(String)
    }

    private static func pieces(_ old: String, _ new: String) -> (separator: String, old: [String], new: [String]) {
        let lines = (split(old, "\n"), split(new, "\n"))
        guard max(lines.0.count, lines.1.count) <= 2 else { return ("\n", lines.0, lines.1) }
        let sentences = (sentences(of: old), sentences(of: new))
        return (" ", sentences.0, sentences.1)
    }

    private static func split(_ text: String, _ separator: Character) -> [String] {
        text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }

    /// Words between spaces, put together again up to where a sentence ends.
    private static func sentences(of text: String) -> [String] {
        var sentences: [String] = []
        var words: [String] = []
        for word in split(text, " ") {
            words.append(word)
            guard let end = word.last, ".!?\n".contains(end) else { continue }
            sentences.append(words.joined(separator: " "))
            words = []
        }
        return words.isEmpty ? sentences : sentences + [words.joined(separator: " ")]
    }

    /// A longest common subsequence of pieces, with what is gone before what has come.
    private static func steps(_ old: [String], _ new: [String]) -> [Step] {
        guard old.count <= 2000, new.count <= 2000 else {
            return old.map(Step.gone) + new.map(Step.come)
        }
        var lengths = [[Int32]](repeating: [Int32](repeating: 0, count: new.count + 1), count: old.count + 1)
        for a in old.indices.reversed() {
            for b in new.indices.reversed() {
                lengths[a][b] =
                    old[a] == new[b] ? lengths[a + 1][b + 1] + 1 : max(lengths[a + 1][b], lengths[a][b + 1])
            }
        }
        var steps: [Step] = []
        var (a, b) = (0, 0)
        while a < old.count || b < new.count {
            if a < old.count, b < new.count, old[a] == new[b] {
                steps.append(.kept(old[a]))
                a += 1
                b += 1
            } else if a < old.count, b == new.count || lengths[a + 1][b] >= lengths[a][b + 1] {
                steps.append(.gone(old[a]))
                a += 1
            } else {
                steps.append(.come(new[b]))
                b += 1
            }
        }
        return steps
    }
}
