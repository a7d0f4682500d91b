#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// One request to a child and the line it answers with, read against a deadline.
///
/// Nothing the child does can make it wait longer than the deadline or keep more than the limits allow.
struct WorkerExchange {
    let child: ChildProcess
    let limits: CodeLimits
    private(set) var printed: [UInt8] = []
    private var printedCount = 0
    private var outputIsOpen = true
    private var line: [UInt8] = []

    init(with child: ChildProcess, limits: CodeLimits) {
        self.child = child
        self.limits = limits
    }

    /// Whether the child is there and has written nothing unasked.
    func childIsQuiet() -> Bool {
        var waiting = pollfd(fd: child.replies, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) == 0
    }

    /// Sends `request` and waits for one line.
    mutating func run(_ request: [UInt8], within limit: Duration) -> Result<[UInt8], WorkerFailure> {
        let deadline = ContinuousClock.now + limit
        var sent = 0
        while true {
            if sent < request.count {
                if let problem = send(request, from: &sent) { return .failure(failure(problem)) }
            }
            switch wait(until: deadline, toSend: sent < request.count) {
            case .some(let problem): return .failure(failure(problem))
            case .none: break
            }
            readOutput()
            if printedCount > limits.outputBytes { return .failure(failure(.tooMuchOutput)) }
            switch readReplies() {
            case .failure(let problem): return .failure(failure(problem.reason))
            case .success(true):
                readOutput()
                return .success(line)
            case .success(false): continue
            }
        }
    }

    private func failure(_ reason: WorkerFailure.Reason) -> WorkerFailure {
        WorkerFailure(reason: reason, printed: printed)
    }

    private func send(_ request: [UInt8], from sent: inout Int) -> WorkerFailure.Reason? {
        let written = request.withUnsafeBytes { bytes in
            write(child.requests, bytes.baseAddress?.advanced(by: sent), bytes.count - sent)
        }
        if written > 0 { sent += written }
        if written < 0, errno != EAGAIN, errno != EINTR { return .ended(exitCode: -1) }
        return nil
    }

    /// Waits until something can be done; returns the problem when the deadline passes first.
    private func wait(until deadline: ContinuousClock.Instant, toSend: Bool) -> WorkerFailure.Reason? {
        var waiting = [
            pollfd(fd: child.replies, events: Int16(POLLIN), revents: 0),
            pollfd(fd: outputIsOpen ? child.output : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: toSend ? child.requests : -1, events: Int16(POLLOUT), revents: 0),
        ]
        while true {
            let rest = (deadline - ContinuousClock.now).seconds
            guard rest > 0 else { return .timeout }
            let milliseconds = Int32(min(rest * 1000 + 1, 1_000_000_000))
            let ready = poll(&waiting, nfds_t(waiting.count), milliseconds)
            if ready > 0 { return nil }
            if ready < 0, errno != EINTR { return .tampered("the channel cannot be watched") }
        }
    }

    /// True once the line is complete.
    private mutating func readReplies() -> Result<Bool, WorkerFailure> {
        while true {
            let start = line.count
            let count = ChildProcess.read(child.replies, into: &line)
            if count == 0 { return .failure(failure(.ended(exitCode: -1))) }
            if count < 0 { return .success(false) }
            if let end = line[start...].firstIndex(of: 0x0A) {
                guard end == line.count - 1 else { return .failure(failure(.tampered("more than one line came back"))) }
                line.removeLast()
                return .success(true)
            }
            // The reply wraps the result in a few dozen bytes of its own.
            guard line.count <= limits.resultBytes + 1024 else {
                return .failure(failure(.tampered("the reply is larger than \(limits.resultBytes) bytes")))
            }
        }
    }

    /// Takes what was printed; at most one pipe's worth at a time, so that a flood cannot hold up the deadline.
    private mutating func readOutput() {
        guard outputIsOpen else { return }
        var chunk: [UInt8] = []
        let count = ChildProcess.read(child.output, into: &chunk)
        if count == 0 { outputIsOpen = false }
        guard count > 0 else { return }
        printedCount += count
        let room = limits.keptOutputBytes - printed.count
        if room > 0 { printed += chunk.prefix(room) }
    }

    /// After the child was killed or has ended: reads until its output is closed by the last of its processes.
    ///
    /// - Returns: Whether that came within `patience`.
    mutating func drain(within patience: Duration) -> Bool {
        guard outputIsOpen else { return true }
        return child.drainOutput(within: patience) {
            readOutput()
            return outputIsOpen
        }
    }
}
