public import Foundation

/// How much the store holds.
public struct StoreStatistics: Sendable, Hashable {
    /// Replies.
    public var completions: Int
    /// Bytes of the kept replies and their requests.
    public var completionBytes: Int
    /// Completions that a stored trace, evaluation or note refers to.
    public var referencedCompletions: Int
    /// When the oldest reply was kept; nil without any.
    public var oldest: Date?
    /// When the newest reply was kept; nil without any.
    public var newest: Date?
    /// Kept results of operations.
    public var results: Int
    /// Bytes of the kept results.
    public var resultBytes: Int
    /// Attempts at runs.
    public var runs: Int
    /// Executions.
    public var traces: Int
    /// Recorded values of all executions.
    public var nodes: Int
    /// Distinct values.
    public var values: Int
    /// Bytes of the database file, what is still in its log not counted.
    public var fileBytes: Int
}

/// What removing did.
public struct Removal: Sendable, Hashable {
    /// Rows asked to be removed: completions, traces or runs.
    public var entries: Int
    /// Values that nothing referred to any more.
    public var values: Int
    /// Bytes of reply and request text removed, for completions.
    public var bytes: Int
    /// How many completions are left, when completions were removed; 0 otherwise.
    public var kept: Int
}

/// What checking the store found.
public struct Verification: Sendable, Hashable {
    /// Replies that were checked.
    public var completions: Int
    /// Kept results of operations.
    public var results: Int
    /// Values that were checked.
    public var values: Int
    /// One sentence each; empty when all is well. No more than a hundred of a sort.
    public var problems: [String]

    /// Whether nothing is wrong.
    public var isSound: Bool { problems.isEmpty }
}
