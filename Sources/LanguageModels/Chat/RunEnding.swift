/// An error that may reach further than the call it happened in.
///
/// Whoever runs one example among many turns errors into failed nodes, so that one bad prompt does not end a night's work.
/// One that every later call would meet too is not the example's: it has to end the run.
public protocol RunEnding: Error {
    /// Whether no later call can succeed either, so that the whole run has to end.
    var endsRun: Bool { get }
}

extension Error {
    /// Whether this is a ``RunEnding`` error that says so; false for all others.
    public var isEndOfRun: Bool { (self as? any RunEnding)?.endsRun ?? false }
}
