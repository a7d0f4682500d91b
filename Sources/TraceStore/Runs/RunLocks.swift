import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Which runs are under way: one byte for each attempt, in a file beside the database, locked by the process that writes
/// the attempt.
///
/// The kernel gives a lock back when the process ends, however it ends, so that a killed run can be taken up at once and a
/// living one never; a row with a time of the last sign of life would need a clock, and a wait, to tell the two apart. The
/// file stays empty. Locks belong to the open file, not to the process, so that two stores in one process exclude each
/// other as well.
final class RunLocks: Sendable {
    private let path: String
    /// -1 until the first lock.
    private let descriptor = Mutex<Int32>(-1)

    init(besideDatabase path: String) { self.path = path + "-runs" }

    deinit {
        let open = descriptor.withLock { $0 }
        if open >= 0 { close(open) }
    }

    /// Locks the attempt.
    ///
    /// - Returns: False when somebody else has it.
    func hold(_ run: Int) throws(StoreError) -> Bool {
        var lock = Self.lock(of: run)
        return try ask(Self.setLock, &lock)
    }

    /// Whether somebody else has the attempt.
    func isHeld(_ run: Int) throws(StoreError) -> Bool {
        guard access(path, F_OK) == 0 else { return false }
        var lock = Self.lock(of: run)
        _ = try ask(Self.getLock, &lock, writing: false)
        return lock.l_type != Int16(F_UNLCK)
    }

    private static func lock(of run: Int) -> flock {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = off_t(run)
        lock.l_len = 1
        return lock
    }

    /// - Returns: False when somebody else's lock is in the way.
    private func ask(
        _ command: Int32, _ lock: inout flock, writing: Bool = true
    ) throws(StoreError) -> Bool {
        let code: Int32 = descriptor.withLock { descriptor in
            if descriptor < 0 { descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644) }
            // Who may only read the database may still look.
            if descriptor < 0, !writing { descriptor = open(path, O_RDONLY | O_CLOEXEC) }
            guard descriptor >= 0 else { return errno }
            return fcntl(descriptor, command, &lock) == 0 ? 0 : errno
        }
        if code == 0 { return true }
        if code == EAGAIN || code == EACCES { return false }
        throw StoreError(
            .cannotOpen,
            "\(path), which tells which runs are under way, cannot be locked: \(String(cString: strerror(code)))",
            path: path)
    }

    // `F_OFD_GETLK` and `F_OFD_SETLK`, which the C library's header shows to some C programs alone.
    #if canImport(Darwin)
        private static let getLock: Int32 = 92
        private static let setLock: Int32 = 90
    #else
        private static let getLock: Int32 = 36
        private static let setLock: Int32 = 37
    #endif
}
