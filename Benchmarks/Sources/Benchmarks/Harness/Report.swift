#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where measures go: one JSON line each on standard output, remarks for people on standard error.
struct Report {
    func add(_ measure: Measure) { say(measure.json) }

    /// A line on standard output.
    func say(_ line: String) { write(line, to: STDOUT_FILENO) }

    func remark(_ text: String) { write(text, to: STDERR_FILENO) }

    private func write(_ line: String, to file: Int32) {
        let bytes = Array((line + "\n").utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { systemWrite(file, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            sent += count
        }
    }
}
