/// Finds the name that somebody meant who misspelt it.
package enum NearestName {
    /// The nearest of `names` to `word`; nil when none is near: more than a third of the letters, and more than one,
    /// would have to change.
    ///
    /// - Complexity: O(length of `word` × length of all names).
    package static func of(_ word: String, among names: [String]) -> String? {
        let ranked = names.map { (name: $0, distance: distance(word.lowercased(), $0.lowercased())) }
        guard let best = ranked.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }) else { return nil }
        return best.distance <= max(1, word.count / 3 + 1) ? best.name : nil
    }

    /// How many letters have to be added, removed, replaced or swapped with their neighbour (Damerau 1964).
    static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a), Array(b))
        var before: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
                row.append(best)
            }
            before = last
            last = row
        }
        return last[b.count]
    }
}
