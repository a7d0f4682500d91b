import Evaluation

/// A name that someone may have meant.
enum NearName {
    /// The most similar of `names`; nil when none is near.
    static func of(_ name: String, among names: some Sequence<String>) -> String? {
        var best: (name: String, similarity: Double)?
        for candidate in names {
            let similarity = EditSimilarity.similarity(of: name.lowercased(), to: candidate.lowercased())
            if similarity >= 0.5, similarity > best?.similarity ?? 0 { best = (candidate, similarity) }
        }
        return best?.name
    }
}
