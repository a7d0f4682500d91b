import Testing

@testable import TraceGraph

@Suite("WordDiff")
struct WordDiffTests {
    func marked(_ pieces: [WordDiff.Piece]) -> String {
        pieces.map { piece in
            switch piece {
            case .kept(let text): text
            case .removed(let text): "[-\(text)-]"
            case .added(let text): "{+\(text)+}"
            case .omitted(let count): "<\(count)>"
            }
        }.joined()
    }

    func marked(_ old: String, _ new: String) -> String { marked(WordDiff(from: old, to: new).pieces) }

    @Test("marks words, and a rewritten phrase as one")
    func words() {
        #expect(marked("Route the message.", "Route every message.") == "Route [-the-]{+every+} message.")
        #expect(marked("a quick fox", "a very slow fox") == "a [-quick-]{+very slow+} fox")
        #expect(marked("answer in a word", "answer with one word") == "answer [-in a-]{+with one+} word")
        #expect(marked("be brief", "be very brief") == "be {+very +}brief")
        #expect(marked("", "new") == "{+new+}")
        #expect(marked("same\n", "same\n") == "same\n")
        #expect(marked("温度は高い", "温度は低い") == "温度は[-高-]{+低+}い")
    }

    @Test("what was kept and removed is the old text, what was kept and added the new one")
    func pieces() {
        var random = TestRandom(3)
        let words = ["a", "b", "cc", " ", "  ", "\n", "\t", ".", "é", "👩‍👩‍👧", "語", "", "12", "_"]
        for _ in 0..<500 {
            func text() -> String {
                (0..<Int.random(in: 0..<40, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
                    .joined()
            }
            let (old, new) = (text(), text())
            let diff = WordDiff(from: old, to: new)
            var (before, after) = ("", "")
            for piece in diff.pieces {
                switch piece {
                case .kept(let text):
                    before += text
                    after += text
                case .removed(let text): before += text
                case .added(let text): after += text
                case .omitted: Issue.record("nothing is omitted unless asked")
                }
            }
            #expect(before == old && after == new, "\(old.debugDescription) \(new.debugDescription)")
            #expect((0...1).contains(diff.likeness))
            #expect(WordDiff(from: old, to: old).pieces == (old.isEmpty ? [] : [.kept(old)]))
        }
    }

    @Test("leaves long stretches out on request, and says how much")
    func shortened() {
        let long = (0..<100).map { "word\($0)" }.joined(separator: " ")
        let diff = WordDiff(from: "\(long) old \(long)", to: "\(long) new \(long)")
        let text = marked(diff.shortened(context: 2))
        #expect(text == "<98>word98 word99 [-old-]{+new+} word0 word1<98>")
        #expect(diff.likeness > 0.95)
    }

    @Test("is not slow on long texts that share only what repeats")
    func long() {
        let old = Array(repeating: "a b c d", count: 3_000).joined(separator: " ")
        let new = Array(repeating: "d b a", count: 3_000).joined(separator: " ")
        #expect(WordDiff(from: old, to: new).pieces.count > 10)
    }
}

@Suite("CommonSubsequence")
struct CommonSubsequenceTests {
    /// The length of the longest common subsequence, by the textbook.
    func longest(_ a: [Int], _ b: [Int]) -> Int {
        var row = [Int](repeating: 0, count: b.count + 1)
        for x in a {
            var corner = 0
            for (place, y) in b.enumerated() {
                let old = row[place + 1]
                row[place + 1] = x == y ? corner + 1 : max(row[place], old)
                corner = old
            }
        }
        return row[b.count]
    }

    @Test("is common, in order on both sides, and the longest there is while it is short")
    func laws() {
        var random = TestRandom(4)
        for _ in 0..<400 {
            let letters = Int.random(in: 1...12, using: &random)
            func sequence() -> [Int] {
                (0..<Int.random(in: 0...40, using: &random)).map { _ in Int.random(in: 0..<letters, using: &random) }
            }
            let (a, b) = (sequence(), sequence())
            let pairs = CommonSubsequence(a, b).pairs
            #expect(pairs.allSatisfy { a[$0.first] == b[$0.second] })
            #expect(zip(pairs, pairs.dropFirst()).allSatisfy { $0.first < $1.first && $0.second < $1.second })
            #expect(pairs.count == longest(a, b), "\(a) \(b)")
        }
    }

    @Test("finds what was put in and left out of a long sequence")
    func long() {
        var random = TestRandom(5)
        let a = (0..<4_000).map { _ in Int.random(in: 0..<3_000, using: &random) }
        var b = a
        for _ in 0..<100 {
            b.remove(at: Int.random(in: 0..<b.count, using: &random))
            b.insert(-1, at: Int.random(in: 0...b.count, using: &random))
        }
        let pairs = CommonSubsequence(a, b).pairs
        #expect(pairs.allSatisfy { a[$0.first] == b[$0.second] })
        #expect(zip(pairs, pairs.dropFirst()).allSatisfy { $0.first < $1.first && $0.second < $1.second })
        #expect(pairs.count >= 3_890)
    }
}
