public import TraceGraph

/// How near outputs come to what was expected, for ranking candidates when all their scores tie at the bottom.
///
/// Never a substitute for a metric: it rewards mentioning the answer, which an output can do for the wrong reasons.
public struct GradedEvidence: Sendable, Hashable, Codable {
    /// The share of outputs that are one of the labels (folded); nil when there is no small set of labels.
    public var validity: Double?
    /// The mean of 1 / (labels mentioned) over the outputs that mention the answer, 0 for the others: listing all
    /// labels earns little. Without labels, the share of outputs that contain the answer.
    public var containment: Double
    /// The mean edit similarity to the expected output.
    public var similarity: Double
    /// How likely the model was to begin with the answer; nil where its provider does not say, or was not asked.
    public var likelihood: Double?
    /// The outputs that were looked at.
    public var count: Int

    public init(
        validity: Double?, containment: Double, similarity: Double, likelihood: Double? = nil, count: Int
    ) {
        self.validity = validity
        self.containment = containment
        self.similarity = similarity
        self.likelihood = likelihood
        self.count = count
    }

    /// One number from 0 to 1: half containment, the rest shared by validity and similarity; the likelihood, where it is
    /// known, counts as much as all of these.
    public var rank: Double {
        likelihood.map { 0.5 * seen + 0.5 * $0 } ?? seen
    }

    /// What can be told from the output alone.
    private var seen: Double {
        guard let validity else { return 0.5 * containment + 0.5 * similarity }
        return 0.5 * containment + 0.25 * validity + 0.25 * similarity
    }

    /// The evidence in one output; nil stands for a failed run, which shows nothing.
    public init(output: Value?, expected: Value, labels: LabelSet? = nil) {
        guard let output else {
            self.init(validity: labels == nil ? nil : 0, containment: 0, similarity: 0, count: 1)
            return
        }
        let text = output.plainText
        let wanted = expected.plainText
        let folded = TextFolding(text, keepsArticles: true)
        let answer = TextFolding(wanted, keepsArticles: true)
        let isAnswer = folded == answer
        var containment = folded.contains(answer) ? 1.0 : 0
        var validity: Double?
        if let labels {
            let others = labels.labels.map { TextFolding($0.plainText, keepsArticles: true) }.filter { $0 != answer }
            validity = isAnswer || others.contains(folded) ? 1 : 0
            if !isAnswer, containment > 0 {
                containment = 1 / Double(1 + others.filter { folded.contains($0) && !answer.contains($0) }.count)
            }
        }
        self.init(
            validity: validity, containment: containment,
            similarity: EditSimilarity.similarity(of: text, to: wanted), count: 1)
    }

    /// The evidence in many outputs together; nil when there are none.
    public init?(merging parts: some Sequence<GradedEvidence>) {
        var count = 0
        var containment = 0.0
        var similarity = 0.0
        var validity = 0.0
        var validityCount = 0
        var likelihood = 0.0
        var likelihoodCount = 0
        for part in parts {
            let weight = Double(part.count)
            count += part.count
            containment += weight * part.containment
            similarity += weight * part.similarity
            if let chance = part.likelihood {
                likelihood += weight * chance
                likelihoodCount += part.count
            }
            if let share = part.validity {
                validity += weight * share
                validityCount += part.count
            }
        }
        guard count > 0 else { return nil }
        let total = Double(count)
        self.init(
            validity: validityCount > 0 ? validity / Double(validityCount) : nil, containment: containment / total,
            similarity: similarity / total,
            likelihood: likelihoodCount > 0 ? likelihood / Double(likelihoodCount) : nil, count: count)
    }
}
