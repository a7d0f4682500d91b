/// A run that failed, and whose journal could not be told.
///
/// What ended the run comes first: it is what has to be mended. In the journal the run looks as if its process had been
/// killed, and it can be taken up again like such a run.
public struct UnrecordedFailure: Error, CustomStringConvertible {
    /// What ended the run.
    public let failure: any Error
    /// Why the journal could not write that down.
    public let journalError: any Error

    public init(of failure: any Error, journalError: any Error) {
        self.failure = failure
        self.journalError = journalError
    }

    /// Both, the run's own first; once when they say the same, as when the journal is what failed.
    public var description: String {
        let (failure, journalError) = ("\(failure)", "\(journalError)")
        return failure == journalError
            ? failure : "\(failure)\nand the run's journal could not be closed: \(journalError)"
    }
}
