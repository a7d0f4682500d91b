/// A call that is tried again after a wait, for whoever watches.
public struct CallDelay: Sendable {
    /// What the last try failed with.
    public let failure: ModelError
    /// How many tries there were.
    public let tries: Int
    /// How long the call waits.
    public let wait: Duration
}
