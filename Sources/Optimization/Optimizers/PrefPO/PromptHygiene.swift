import Evaluation

/// What can be measured of a text without asking anybody: how it grew, what it repeats, how much of the first it kept.
public struct PromptHygiene: Sendable, Hashable {
    /// The length in characters, by that of the first text.
    public let lengthRatio: Double
    /// 1 − distinct runs of five words / runs of five words; 0 for texts that are shorter.
    public let repetition: Double
    /// The edit similarity to the first text, 0 to 1.
    public let similarity: Double

    /// Compares the text with the one that the run began with.
    public init(of text: String, seed: String) {
        lengthRatio = Double(text.count) / Double(max(1, seed.count))
        repetition = Self.repetition(of: text)
        similarity = EditSimilarity.similarity(of: text, to: seed)
    }

    /// How much of the text says again what it has said, 0 to 1.
    public static func repetition(of text: String) -> Double {
        let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }
        guard words.count >= 5 else { return 0 }
        let runs = (0...(words.count - 5)).map { words[$0..<($0 + 5)].joined(separator: " ") }
        return 1 - Double(Set(runs).count) / Double(runs.count)
    }

    /// In one line.
    public var summary: String {
        "length ×\(ValueText.number((lengthRatio * 100).rounded() / 100)), repetition "
            + "\(ValueText.number((repetition * 1000).rounded() / 1000)), similarity to the first "
            + ValueText.number((similarity * 100).rounded() / 100)
    }
}
