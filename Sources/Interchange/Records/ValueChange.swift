public import TraceGraph

/// How one value became another: texts word by word, other values as a whole.
public struct ValueChange: Sendable {
    /// In reading order: `kept`, `removed`, `added` or `omitted`, and the text.
    public let pieces: [(kind: String, text: String)]

    /// Below this much in common, a text counts as another text.
    private static let leastLikeness = 0.25
    /// Longer texts are not compared word by word.
    private static let mostBytes = 200_000

    public init(from old: Value, to new: Value) {
        let (before, after) = (Amounts.text(of: old), Amounts.text(of: new))
        let whole: [(kind: String, text: String)] = [("removed", before), ("kept", "\n"), ("added", after)]
        guard before != after else {
            pieces = [("kept", before)]
            return
        }
        guard case .text = old, case .text = new, max(before.utf8.count, after.utf8.count) <= Self.mostBytes else {
            pieces = whole
            return
        }
        let words = WordDiff(from: before, to: after)
        guard words.likeness >= Self.leastLikeness else {
            pieces = whole
            return
        }
        pieces = words.pieces.map { piece in
            switch piece {
            case .kept(let text): ("kept", text)
            case .removed(let text): ("removed", text)
            case .added(let text): ("added", text)
            case .omitted(let count): ("omitted", " … \(count) words … ")
            }
        }
    }
}
