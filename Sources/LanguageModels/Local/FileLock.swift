#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A lock between processes: whoever holds it is alone, until it lets go or ends.
enum FileLock {
    /// Waits for the lock at `path` and runs `body` while holding it.
    ///
    /// - Parameter onWait: Called once when another process holds the lock.
    /// - Throws: ``ModelError/Code/setting`` when the file cannot be opened; `CancellationError`.
    static func holding<Result>(
        _ path: String, time: Timekeeper, onWait: () -> Void = {}, _ body: () async throws -> Result
    ) async throws -> Result {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ModelError(.setting, "the lock \(path) cannot be opened; may you write there?")
        }
        defer { close(descriptor) }
        var hasWaited = false
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if !hasWaited { onWait() }
            hasWaited = true
            try await time.sleep(.milliseconds(200))
        }
        return try await body()
    }
}
