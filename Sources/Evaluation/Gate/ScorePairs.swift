/// The scores of two candidates on the examples that both have one for.
struct ScorePairs {
    let winner: [Double]
    let incumbent: [Double]
    /// What is doubtful about the pairing.
    let alarms: [String]
    /// Examples that lack a score on one side or both.
    let droppedCount: Int

    /// - Parameter gap: What a missing score of each side counts as; nil to leave such examples out.
    init(
        winner: ScoreSheet, incumbent: ScoreSheet, countingGapsAs gap: (winner: Double, incumbent: Double)? = nil
    ) {
        let tried = Set(winner.scores.keys).union(incumbent.scores.keys).sorted()
        var winnerScores: [Double] = []
        var incumbentScores: [Double] = []
        var dropped: [String] = []
        for example in tried {
            if let new = winner[example] ?? gap?.winner, let old = incumbent[example] ?? gap?.incumbent {
                winnerScores.append(new)
                incumbentScores.append(old)
            } else {
                dropped.append(example)
            }
        }
        var alarms: [String] = []
        if !dropped.isEmpty {
            let shown = dropped.prefix(5).joined(separator: ", ") + (dropped.count > 5 ? ", …" : "")
            alarms.append("\(dropped.count) of \(tried.count) examples lack a score and were left out: \(shown)")
        }
        if let least = incumbentScores.min(), let most = incumbentScores.max(), incumbentScores.count > 1 {
            if least == most, winnerScores.allSatisfy({ $0 == least }) {
                alarms.append("every score of both is \(FeedbackText.number(least)): the metric cannot tell them apart")
            }
        }
        self.winner = winnerScores
        self.incumbent = incumbentScores
        self.alarms = alarms
        self.droppedCount = dropped.count
    }

    var count: Int { winner.count }
    var winnerMean: Double? { Sample(winner).mean }
    var incumbentMean: Double? { Sample(incumbent).mean }

    /// Winner minus incumbent.
    var differences: PairedDifferences { PairedDifferences(zip(winner, incumbent).map { $0 - $1 }) }

    /// Whether every score is 0 or 1.
    var areBinary: Bool {
        winner.allSatisfy { $0 == 0 || $0 == 1 } && incumbent.allSatisfy { $0 == 0 || $0 == 1 }
    }
}
