/// Why a worker did not answer. The worker is gone, with every process of its child, when this is reported.
struct WorkerFailure: Error, Sendable {
    enum Reason: Sendable {
        /// The child could not be started.
        case notStarted(CodeError)
        /// The child was gone, or had written into the channel unasked, before the request was sent.
        case stale
        /// No answer within the limit.
        case timeout
        /// The child ended; 128 + signal when it was killed.
        case ended(exitCode: Int)
        /// What came back is not one line, for the reason given.
        case tampered(String)
        /// More was printed than allowed.
        case tooMuchOutput
        /// The worker was told to stop.
        case interrupted
    }

    let reason: Reason
    /// What the child had printed.
    var printed: [UInt8] = []
}

/// One line that came back, without its end, and what was printed meanwhile.
struct WorkerReply: Sendable {
    let line: [UInt8]
    let printed: [UInt8]
}
