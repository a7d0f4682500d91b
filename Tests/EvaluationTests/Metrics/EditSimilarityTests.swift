import Evaluation
import Testing

@Suite struct EditSimilarityTests {
    @Test(
        arguments: [
            ("", "", 1), ("a", "", 0), ("kitten", "sitting", 1 - 3.0 / 7), ("abc", "abc", 1), ("abc", "xyz", 0),
            ("flaw", "lawn", 0.5),
        ] as [(String, String, Double)]) func knownTexts(a: String, b: String, similarity: Double)
    {
        #expect(abs(EditSimilarity.similarity(of: a, to: b) - similarity) < 1e-12)
    }

    /// The textbook recurrence.
    private func distance(_ a: [Character], _ b: [Character]) -> Int {
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var corner = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, corner + (x == y ? 0 : 1))
                corner = above
            }
        }
        return row[b.count]
    }

    @Test func equalsTheTextbookRecurrence() {
        var generator = SeededGenerator(seed: 11)
        for length in [1, 5, 63, 64, 65, 127, 128, 129, 200] {
            for _ in 0..<6 {
                let a = (0..<length).map { _ in generator.pick(from: ["a", "b", "c"] as [Character]) ?? "a" }
                var b = a
                for _ in 0..<generator.index(below: 40) {
                    switch generator.index(below: 3) {
                    case 0: b.insert("d", at: generator.index(below: b.count + 1))
                    case 1 where !b.isEmpty: b.remove(at: generator.index(below: b.count))
                    default: if !b.isEmpty { b[generator.index(below: b.count)] = "c" }
                    }
                }
                let longer = max(a.count, b.count)
                let expected = 1 - Double(distance(a, b)) / Double(longer)
                #expect(abs(EditSimilarity.similarity(of: String(a), to: String(b)) - expected) < 1e-12)
            }
        }
    }
}
