import Evaluation
import LanguageModels
import TraceGraph

/// A short piece of advice for one node of one failing run.
struct Hint: Sendable, Hashable {
    /// The text that steers the node.
    var parameter: String
    /// What the node is called, the same each time a loop comes to it.
    var node: String
    /// Which of them it is about; nil for the first.
    var place: String?
    /// The class of flaw it is about; hints that were given on nodes, each word for word.
    var kind: String
    var text: String
    /// The example whose run it is about.
    var example: String

    /// What hints are counted by, within a parameter.
    var group: String { "\(node): \(kind)" }

    /// `text` without what does not tell it from others: case, blanks, signs at the ends.
    static func folded(_ text: String) -> String {
        text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ").trimming(".!;:,'\"`")
    }

    /// Whether a hint gives away what is expected: a run of five words of it, or all of it where it is shorter and not one
    /// of the few words that outputs are known to be.
    static func leaks(_ text: String, expected: Value?, labels: Bool) -> Bool {
        guard let expected = expected?.plainText else { return false }
        let hint = words(of: text)
        let answer = words(of: expected)
        guard !answer.isEmpty, !hint.isEmpty else { return false }
        let length = min(5, answer.count)
        if answer.count < 5, labels || answer.joined().count < 2 { return false }
        guard hint.count >= length else { return false }
        let grams = Set((0...(answer.count - length)).map { answer[$0..<($0 + length)].joined(separator: " ") })
        return (0...(hint.count - length)).contains { grams.contains(hint[$0..<($0 + length)].joined(separator: " ")) }
    }

    private static func words(of text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }
}

extension Trace {
    /// The parameter among `names` that is fewest steps above `node`; of several as near the first of `names`.
    ///
    /// - Complexity: O(nodes + edges).
    func nearestParameter(to node: NodeID, among names: [String]) -> String? {
        var seen: Set<NodeID> = [node]
        var front = [node]
        while !front.isEmpty {
            let found = Set(front.compactMap { self[$0].parameter?.name })
            if let name = names.first(where: { found.contains($0) }) { return name }
            var next: [NodeID] = []
            for place in front {
                for parent in self[place].parents where seen.insert(parent).inserted { next.append(parent) }
            }
            front = next
        }
        return nil
    }

    /// Short feedback on nodes on the way to the result: hints that nobody has to be asked for.
    func givenHints(for example: String, texts: [String], longest: Int) -> [Hint] {
        feedback.compactMap { item in
            let text = item.text.trimmed
            guard item.output != result?.id, !text.isEmpty, TextTokens.estimate(of: text) <= longest,
                let parameter = nearestParameter(to: item.output, among: texts)
            else { return nil }
            return Hint(
                parameter: parameter, node: self[item.output].base, kind: Hint.folded(text), text: text,
                example: example)
        }
    }
}
