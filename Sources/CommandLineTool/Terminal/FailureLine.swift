import Evaluation

/// Failed executions in one line: how many, and why most of them.
struct FailureLine: CustomStringConvertible {
    private let tally: FailureTally
    private let noun: String

    /// - Parameter noun: What was run, in the singular.
    init(_ tally: FailureTally, of noun: String) {
        self.tally = tally
        self.noun = noun
    }

    var description: String {
        let times =
            tally.commonest == tally.failures ? "" : ", most often (\(Figures.count(tally.commonest, "time"))) with"
        return "\(Figures.grouped(tally.failures)) of \(Figures.count(tally.executions, noun)) failed\(times): "
            + tally.reason.oneLine(600)
    }
}
