import CSockets

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What one thread waits for, and others may change meanwhile: sockets and the doorbell.
final class SocketWatch: Sendable {
    struct Events: OptionSet {
        let rawValue: Int32

        static let readable = Events(rawValue: Int32(bitPattern: csockets_readable.rawValue))
        static let writable = Events(rawValue: Int32(bitPattern: csockets_writable.rawValue))
    }

    struct Ready {
        let descriptor: Int32
        let events: Events
    }

    /// As many as are told of at once; the others are still ready the next time.
    private static let capacity = 256

    private let descriptor: Int32

    /// nil when the process may open no more files.
    init?() {
        descriptor = csockets_open()
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// Has the wait end when `socket` is ready for one of `events`; with none it is forgotten.
    ///
    /// - Returns: false when the system refuses.
    func watch(_ socket: Int32, for events: Events) -> Bool {
        csockets_watch(descriptor, socket, events.rawValue) == 0
    }

    /// What is ready, once something is or `milliseconds` are over.
    func wait(_ milliseconds: Int32) -> [Ready] {
        withUnsafeTemporaryAllocation(of: csockets_ready.self, capacity: Self.capacity) { ready in
            let count = csockets_wait(descriptor, milliseconds, ready.baseAddress, Int32(Self.capacity))
            return ready.prefix(Int(count)).map {
                Ready(descriptor: $0.descriptor, events: Events(rawValue: $0.events))
            }
        }
    }
}
