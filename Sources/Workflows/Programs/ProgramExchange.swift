#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The two directions of a program's pipes, and what it prints, as its thread sees them.
struct ProgramExchange {
    private let child: ChildProcess
    private var unsent: ArraySlice<UInt8> = []
    /// Whether the program has closed the end that it reads from.
    private var isDeaf = false
    private var line: [UInt8] = []
    private var tail: [UInt8] = []
    private var outputIsOpen = true
    /// False once the program has closed its end, as it does at its own end.
    private(set) var isOpen = true

    init(with child: ChildProcess) { self.child = child }

    /// Whether something waits for the pipe to take it.
    var isSending: Bool { !unsent.isEmpty }

    /// The end of what was printed.
    var printed: String {
        String(decoding: tail.suffix(ProgramLaunch.keptOutput), as: UTF8.self)
    }

    /// Waits until something can be done, or `bell` rings.
    func wait(bell: Int32) {
        var waiting = [
            pollfd(fd: child.replies, events: Int16(POLLIN), revents: 0),
            pollfd(fd: outputIsOpen ? child.output : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: isSending ? child.requests : -1, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: bell, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&waiting, nfds_t(waiting.count), -1) < 0, errno == EINTR {}
        if waiting[3].revents != 0 {
            var rung: [UInt8] = []
            _ = ChildProcess.read(bell, into: &rung)
        }
    }

    /// Sends as much as the pipe takes.
    mutating func send(_ fresh: [UInt8]) {
        guard !isDeaf else { return }
        unsent += fresh
        while !unsent.isEmpty {
            let written = unsent.withUnsafeBytes { write(child.requests, $0.baseAddress, $0.count) }
            if written > 0 { unsent = unsent.dropFirst(written) }
            if written < 0, errno == EINTR { continue }
            if written < 0 {
                // A program that reads no more is told by its end; waiting for its pipe would return at once, for ever.
                if errno != EAGAIN, errno != EWOULDBLOCK { (isDeaf, unsent) = (true, []) }
                break
            }
        }
        if unsent.isEmpty { unsent = [] }
    }

    /// Hands on every whole line there is, and keeps what was printed.
    mutating func read(_ body: ([UInt8]) throws(ProgramError) -> Void) throws(ProgramError) {
        readOutput()
        while true {
            let start = line.count
            let count = ChildProcess.read(child.replies, into: &line)
            guard count > 0 else {
                if count == 0 { isOpen = false }
                return
            }
            var begin = 0
            var search = start
            while let end = line[search...].firstIndex(of: 0x0A) {
                if end > begin { try body(Array(line[begin..<end])) }
                begin = end + 1
                search = begin
            }
            if begin > 0 { line.removeFirst(begin) }
            guard line.count <= ProgramLaunch.longestMessage else {
                throw ProgramError(
                    .violation,
                    "the program does not keep to the protocol: a message is longer than "
                        + "\(ProgramLaunch.longestMessage >> 20) MiB")
            }
            // What it prints must not fill its pipe meanwhile.
            readOutput()
        }
    }

    private mutating func readOutput() {
        guard outputIsOpen else { return }
        let count = ChildProcess.read(child.output, into: &tail)
        if count == 0 { outputIsOpen = false }
        if tail.count > 4 * ProgramLaunch.keptOutput { tail = Array(tail.suffix(ProgramLaunch.keptOutput)) }
    }

    /// Reads until all output is closed by the last of the child's processes.
    ///
    /// - Returns: Whether that came within `seconds`.
    mutating func drain(within seconds: Double) -> Bool {
        guard outputIsOpen else { return true }
        return child.drainOutput(within: .seconds(seconds)) {
            readOutput()
            return outputIsOpen
        }
    }
}
