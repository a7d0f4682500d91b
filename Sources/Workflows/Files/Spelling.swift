/// Finds what somebody probably meant to write.
enum Spelling {
    /// `, did you mean 'x'?` when one of `words` is close enough to `word`; nothing otherwise.
    static func suggestion(for word: String, among words: some Sequence<String>) -> String {
        closest(to: word, among: words).map { ", did you mean '\($0)'?" } ?? ""
    }

    /// The one of `words` with the fewest edits from `word`: at most a third of its length, and never all of it.
    static func closest(to word: String, among words: some Sequence<String>) -> String? {
        let limit = max(1, min(3, word.count / 3))
        var best: (word: String, edits: Int)?
        for candidate in words where abs(candidate.count - word.count) <= limit {
            let edits = edits(from: word.lowercased(), to: candidate.lowercased())
            guard edits <= limit, edits < candidate.count, edits < best?.edits ?? Int.max else { continue }
            best = (candidate, edits)
        }
        return best?.word
    }

    /// The number of characters to insert, remove, replace or swap with their neighbour (optimal string alignment).
    ///
    /// - Complexity: O(|a| · |b|).
    static func edits(from a: String, to b: String) -> Int {
        let a = Array(a)
        let b = Array(b)
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i]
            for j in 1...b.count {
                let isSame = a[i - 1] == b[j - 1]
                var edits = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (isSame ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    edits = min(edits, beforeLast[j - 2] + 1)
                }
                row.append(edits)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
