import TraceGraph

/// How many executions failed, apart from those that only scored low, and what stopped most of them.
public struct FailureTally: Sendable, Hashable {
    /// Executions that failed.
    public let failures: Int
    /// All executions looked at.
    public let executions: Int
    /// The commonest failure, the first of them where several are as common: the error's name and message in one line.
    public let reason: String
    /// How many failed with ``reason``.
    public let commonest: Int

    public init(failures: Int, executions: Int, reason: String, commonest: Int) {
        self.failures = failures
        self.executions = executions
        self.reason = reason
        self.commonest = commonest
    }

    /// Nil when none of `evaluations` failed.
    public init?(_ evaluations: [Evaluation]) {
        let reasons = evaluations.compactMap(\.failure)
        var counts: [String: Int] = [:]
        for reason in reasons { counts[reason, default: 0] += 1 }
        // The first of the most frequent, so that the same evaluations always tell the same.
        guard let most = counts.values.max(), let reason = reasons.first(where: { counts[$0] == most }) else {
            return nil
        }
        self.init(failures: reasons.count, executions: evaluations.count, reason: reason, commonest: most)
    }

    /// Whether not one execution came to its end.
    public var isTotal: Bool { failures == executions }
}

extension Evaluation {
    /// Why the execution failed, in one line without the detail below it; nil when it came to its end, whatever it scored.
    public var failure: String? {
        guard case .failed(let node) = trace.outcome else { return nil }
        let text = trace[node].value.plainText
        return text.split(whereSeparator: \.isNewline).first.map(String.init) ?? text
    }
}
