import TraceGraph

extension Evaluation {
    /// Independent repeats of one candidate on one example as one evaluation: the means of their scores, the trace of the
    /// first.
    ///
    /// An example counts once however often it was run, so whatever compares candidates gets one of these an example.
    /// Where the repeats disagree, the trace says so, with what was said about the worst of them.
    ///
    /// - Returns: Nil without repeats; a single one as it is.
    public init?(averaging repeats: [Evaluation]) {
        guard var whole = repeats.first else { return nil }
        guard repeats.count > 1 else {
            self = whole
            return
        }
        for name in Set(repeats.flatMap(\.scores.keys)) {
            let known = repeats.compactMap { $0.scores[name] }
            guard let mean = Sample(known.map(\.value)).mean else { continue }
            let words = whole.scores[name]?.feedback ?? known.first?.feedback ?? ""
            whole.scores[name] = Score(mean, feedback: words, usage: known.map(\.usage).reduce(.none, +))
        }
        whole.score = Sample(repeats.compactMap(\.score)).mean
        whole.evidence = Sample(repeats.map(\.evidence)).mean ?? 0
        whole.calls = repeats.flatMap(\.calls)
        whole.tellDisagreement(of: repeats)
        self = whole
    }

    private mutating func tellDisagreement(of repeats: [Evaluation]) {
        let scores = repeats.compactMap(\.score)
        guard let least = scores.min(), let most = scores.max(), least < most, let node = trace.result?.id,
            let worst = repeats.first(where: { $0.score == least })
        else { return }
        let words = worst.trace.feedback.last?.text ?? ""
        let share = "\(scores.count { $0 == least }) of \(repeats.count) independent repeats"
        do {
            try trace.give(
                Feedback(
                    on: node,
                    "\(share) scored only \(FeedbackText.number(least))" + (words.isEmpty ? "" : ": \(words)")))
        } catch {
            // The node is the trace's own result, so there is nothing this could be about.
            assertionFailure("\(error)")
        }
    }
}
