extension ScoreSheet {
    /// Where the mean over all examples of this kind lies.
    ///
    /// The repeats of an example are averaged first: they tell more about that example and nothing about others.
    /// Wilson's interval where every example is then wholly right or wholly wrong (0 or 1), Student's t otherwise.
    ///
    /// - Returns: Nil without scored examples, and where t has nothing to go by: a single example, or several with the
    ///   same score.
    public func interval(confidence: Double = 0.95) -> Interval? {
        let means = examples.compactMap { self[$0] }
        guard !means.isEmpty else { return nil }
        if means.allSatisfy({ $0 == 0 || $0 == 1 }) {
            return ProportionInterval.wilson(
                successes: means.count { $0 == 1 }, of: means.count, confidence: confidence)
        }
        guard let error = Sample(means).standardError, error > 0 else { return nil }
        return PairedDifferences(means).interval(confidence: confidence)
    }
}
