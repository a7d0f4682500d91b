public struct Verdict: Sendable, Codable {}
public struct ExpectationSummary: Sendable {}
