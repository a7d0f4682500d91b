/// What changed between two texts, word by word.
///
/// A word is a run of letters and digits, a run of white space, or one other sign; scripts that write no spaces are
/// compared sign by sign. Words that stay only as the white space between two changes count as changed, so that a
/// rewritten phrase reads as one.
///
/// - Complexity: O(n log n) in the length of both texts.
public struct WordDiff: Sendable, Hashable {
    /// A stretch of text that both have, or only one.
    public enum Piece: Sendable, Hashable {
        case kept(String)
        case removed(String)
        case added(String)
        /// A kept stretch that is left out; only in ``shortened(context:)``.
        case omitted(words: Int)
    }

    /// In reading order; where something was replaced, what was removed comes before what was added.
    public let pieces: [Piece]
    /// The part of both texts, white space aside, that was kept: 1 for equal texts, 0 when nothing is shared.
    public let likeness: Double

    public init(from old: String, to new: String) {
        let (mine, yours) = (Self.words(of: old), Self.words(of: new))
        var numbers: [Substring: Int] = [:]
        func number(_ word: Substring) -> Int {
            if let known = numbers[word] { return known }
            numbers[word] = numbers.count
            return numbers.count - 1
        }
        let common = CommonSubsequence(mine.map(number), yours.map(number)).pairs
        var joined = PieceJoiner()
        var (a, b) = (0, 0)
        for pair in common {
            joined.change(mine[a..<pair.first], yours[b..<pair.second])
            joined.keep(mine[pair.first])
            (a, b) = (pair.first + 1, pair.second + 1)
        }
        joined.change(mine[a...], yours[b...])
        pieces = joined.pieces()
        likeness = joined.likeness
    }

    /// The pieces with long kept stretches cut down to `context` words on the side of a change.
    public func shortened(context: Int = 12) -> [Piece] {
        var short: [Piece] = []
        for (index, piece) in pieces.enumerated() {
            guard case .kept(let text) = piece else {
                short.append(piece)
                continue
            }
            let words = Self.words(of: text)
            let head = index == 0 ? 0 : context * 2
            let tail = index == pieces.count - 1 ? 0 : context * 2
            // White space is a word here, and leaving out two or three saves nothing.
            guard words.count > head + tail + 8, pieces.count > 1 else {
                short.append(piece)
                continue
            }
            if head > 0 { short.append(.kept(words[..<head].joined())) }
            let middle = words[head..<(words.count - tail)]
            short.append(.omitted(words: middle.count { !($0.first?.isWhitespace ?? true) }))
            if tail > 0 { short.append(.kept(words[(words.count - tail)...].joined())) }
        }
        return short
    }

    static func words(of text: String) -> [Substring] {
        var words: [Substring] = []
        var start = text.startIndex
        var sort = Sort.sign
        for index in text.indices {
            let next = Sort(of: text[index])
            if next == .sign || next != sort {
                if start < index { words.append(text[start..<index]) }
                start = index
                sort = next
            }
        }
        if start < text.endIndex { words.append(text[start...]) }
        return words
    }

    private enum Sort {
        case space, letters, sign

        init(of character: Character) {
            let scalar = character.unicodeScalars.first?.value ?? 0
            if character.isWhitespace {
                // Every line break stands for itself.
                self = character.isNewline ? .sign : .space
            } else if scalar < 0x0E00 {
                self = character.isLetter || character.isNumber || character == "_" ? .letters : .sign
            } else {
                // Thai to Khmer, kana, and ideographs are written without spaces.
                let isUnspaced =
                    (0x0E00...0x0FFF).contains(scalar) || (0x1780...0x17FF).contains(scalar)
                    || (0x3040...0x30FF).contains(scalar)
                    || (character.unicodeScalars.first?.properties.isIdeographic ?? false)
                self = !isUnspaced && (character.isLetter || character.isNumber) ? .letters : .sign
            }
        }
    }
}

/// Puts words together to pieces.
private struct PieceJoiner {
    private var kept = ""
    private var removed = ""
    private var added = ""
    /// Whether more than white space is removed, or added, by the change that is being put together.
    private var removesSigns = false
    private var addsSigns = false
    private var done: [WordDiff.Piece] = []
    private var keptSigns = 0
    private var changedSigns = 0

    var likeness: Double {
        let all = 2 * keptSigns + changedSigns
        return all == 0 ? 1 : Double(2 * keptSigns) / Double(all)
    }

    mutating func keep(_ word: Substring) {
        kept += word
        keptSigns += Self.signs(word)
    }

    mutating func change(_ old: ArraySlice<Substring>, _ new: ArraySlice<Substring>) {
        guard !old.isEmpty || !new.isEmpty else { return }
        if !kept.isEmpty {
            // Only where something is replaced by something: an insertion stays one.
            let isReplacement =
                (removesSigns || old.contains { Self.signs($0) > 0 })
                && (addsSigns || new.contains { Self.signs($0) > 0 })
            let isPending = !removed.isEmpty || !added.isEmpty
            if isPending, isReplacement, kept.allSatisfy({ $0.isWhitespace && !$0.isNewline }) {
                removed += kept
                added += kept
            } else {
                finishChange()
                done.append(.kept(kept))
            }
            kept = ""
        }
        for word in old { removed += word }
        for word in new { added += word }
        let (removedSigns, addedSigns) = (Self.signs(old), Self.signs(new))
        removesSigns = removesSigns || removedSigns > 0
        addsSigns = addsSigns || addedSigns > 0
        changedSigns += removedSigns + addedSigns
    }

    private mutating func finishChange() {
        if !removed.isEmpty { done.append(.removed(removed)) }
        if !added.isEmpty { done.append(.added(added)) }
        (removed, added) = ("", "")
        (removesSigns, addsSigns) = (false, false)
    }

    func pieces() -> [WordDiff.Piece] {
        var copy = self
        copy.finishChange()
        return copy.done + (kept.isEmpty ? [] : [.kept(kept)])
    }

    private static func signs(_ word: Substring) -> Int { word.count { !$0.isWhitespace } }
    private static func signs(_ words: ArraySlice<Substring>) -> Int { words.reduce(0) { $0 + signs($1) } }
}
