import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the streams of this process can show.
struct Terminal: Sendable {
    /// Whether progress may be drawn on one line that changes.
    let isLive: Bool
    /// Whether results may be coloured.
    let hasColour: Bool
    /// Columns; 80 when unknown.
    let width: Int
    /// Whether results are looked at as they come; what goes into a file or to another program is not made to fit.
    let isLookedAt: Bool

    /// - Parameter environment: `NO_COLOR`, `CI`, `TERM` and `COLUMNS` count.
    init(environment: [String: String]) {
        let isDumb = environment["TERM"].map { $0 == "dumb" } ?? true
        let isBatch = environment["CI"].map { !$0.isEmpty } ?? false
        isLive = isatty(STDERR_FILENO) == 1 && !isDumb && !isBatch
        hasColour = isatty(STDOUT_FILENO) == 1 && !isDumb && (environment["NO_COLOR"] ?? "").isEmpty
        isLookedAt = isatty(STDOUT_FILENO) == 1
        var size = winsize()
        if isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
            width = Int(size.ws_col)
        } else {
            width = environment["COLUMNS"].flatMap(Int.init).map { min(max($0, 20), 10_000) } ?? 80
        }
    }

    /// `text` in `colour`, where colours are shown.
    func paint(_ text: String, _ colour: Colour) -> String {
        hasColour ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    enum Colour: Int {
        case bold = 1
        case faint = 2
        case red = 31
        case green = 32
        case yellow = 33
        case cyan = 36
    }
}

/// Results go to standard output, everything else to standard error.
enum Output {
    /// Why results could not be written, as the system says; nil while all were, or nobody wanted them.
    static var failure: String? { failed.withLock { $0 }.map { String(cString: strerror($0)) } }

    private static let failed = Mutex<Int32?>(nil)

    static func result(_ text: String) { result(bytes: Array((text + "\n").utf8)) }

    static func result(bytes: [UInt8]) {
        let error = write(bytes, to: STDOUT_FILENO)
        // A reader that has seen enough is no failure.
        if error != 0, error != EPIPE { failed.withLock { $0 = error } }
    }

    /// What a model, a program or a file said may stand in it, and is shown rather than obeyed.
    static func message(_ text: String) { raw(text.printable + "\n") }

    /// As it is: for lines that change.
    static func raw(_ text: String) { _ = write(Array(text.utf8), to: STDERR_FILENO) }

    /// - Throws: ``CommandError`` when a result could not be written.
    static func finish() throws {
        guard let failure else { return }
        throw CommandError("the result could not be written to standard output: \(failure)")
    }

    /// - Returns: 0, or the system's error.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes { Self.put($0.baseAddress, $0.count, to: descriptor) }
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                return errno
            }
            start += count
        }
        return 0
    }

    private static func put(_ bytes: UnsafeRawPointer?, _ count: Int, to descriptor: Int32) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes, count)
        #else
            Darwin.write(descriptor, bytes, count)
        #endif
    }
}
