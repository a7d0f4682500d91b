/// Whether more or less of something is better.
public enum MetricDirection: String, Sendable, Hashable, Codable, CaseIterable {
    case maximize, minimize

    /// Whether `a` is better than `b`.
    public func prefers(_ a: Double, to b: Double) -> Bool {
        self == .maximize ? a > b : a < b
    }
}

/// A way to put a number on what a workflow made of one example.
public protocol Metric: Sendable {
    /// The name under which its scores are kept; unique within a workflow.
    var name: String { get }
    var direction: MetricDirection { get }
    /// The worst value there is, which a failed run gets; nil when values have no bound on that side.
    var worst: Double? { get }

    /// The score of `subject`.
    ///
    /// - Throws: ``MetricError`` when no score can be had, so that this example has none (never a silent 0); what a
    ///   model threw, as it was thrown.
    func score(_ subject: MetricSubject) async throws -> Score
}

extension Metric {
    /// 0 where more is better, unbounded where less is.
    public var worst: Double? { direction == .maximize ? 0 : nil }
}
