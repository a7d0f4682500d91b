#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What ends the wait of a thread in poll: a pipe. libcurl's own is a pair of sockets, read until it says twice that it
/// is empty, and must not be rung once its multi handle is gone.
final class Doorbell: Sendable {
    /// Readable once it was rung.
    let descriptor: Int32
    private let button: Int32

    /// nil when the process may open no more files.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        descriptor = ends[0]
        button = ends[1]
    }

    deinit {
        close(descriptor)
        close(button)
    }

    /// Ends the wait, the next one if nobody waits. In a pipe that is full the bell is ringing already.
    func ring() {
        var byte: UInt8 = 1
        while write(button, &byte, 1) < 0, errno == EINTR {}
    }

    /// Has it be silent again, once ``descriptor`` was found readable.
    func silence() {
        var room: UInt64 = 0
        _ = read(descriptor, &room, MemoryLayout<UInt64>.size)
    }
}
