import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The few socket calls the server needs.
struct TestSocket: Sendable {
    let descriptor: Int32

    struct Failure: Error {
        let call: String
        let number = errno
    }

    #if canImport(Darwin)
        private static let stream = SOCK_STREAM
        private static let sendFlags: Int32 = 0
        private static let openFiles = RLIMIT_NOFILE
    #else
        private static let stream = Int32(SOCK_STREAM.rawValue)
        private static let sendFlags = Int32(MSG_NOSIGNAL)
        private static let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #endif

    /// Lets the process have as many open files as it may: hundreds of requests in flight take two sockets each, and
    /// shells commonly begin with 1,024.
    static func allowMany() {
        var limit = rlimit()
        guard getrlimit(openFiles, &limit) == 0, limit.rlim_cur < min(limit.rlim_max, 8192) else { return }
        limit.rlim_cur = min(limit.rlim_max, 8192)
        setrlimit(openFiles, &limit)
    }

    /// A socket that listens on a free port of 127.0.0.1.
    static func listening() throws -> TestSocket {
        let socket = TestSocket(descriptor: Foundation.socket(AF_INET, stream, 0))
        guard socket.descriptor >= 0 else { throw Failure(call: "socket") }
        socket.keepFromChildren()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket.descriptor, $0, size) } == 0
        }
        guard isBound, listen(socket.descriptor, 1024) == 0 else {
            defer { socket.close() }
            throw Failure(call: "bind or listen")
        }
        return socket
    }

    func port() throws -> Int {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        guard result == 0 else { throw Failure(call: "getsockname") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// The next connection; nil once the socket was shut down.
    func accept() -> TestSocket? {
        while true {
            let client = Foundation.accept(descriptor, nil, nil)
            if client >= 0 {
                let socket = TestSocket(descriptor: client)
                socket.keepFromChildren()
                socket.set(Int32(IPPROTO_TCP), TCP_NODELAY, Int32(1))
                return socket
            }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    /// A child that another test starts would hold the connection open after both ends have closed it.
    private func keepFromChildren() {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    private func set<Option: BitwiseCopyable>(_ level: Int32, _ name: Int32, _ value: Option) {
        var value = value
        setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Option>.size))
    }

    /// Up to 64 KiB; nil at the end of the connection.
    func receive() -> [UInt8]? {
        let bytes = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
            var received = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            // A signal, such as that of a child that ended, is not the end of the connection.
            while received < 0, errno == EINTR { received = recv(descriptor, buffer.baseAddress, buffer.count, 0) }
            count = max(0, received)
        }
        return bytes.isEmpty ? nil : bytes
    }

    /// - Returns: false when the client has gone.
    func send(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var start = 0
            while start < buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[start...])
                let sent = Foundation.send(descriptor, rest.baseAddress, rest.count, Self.sendFlags)
                if sent < 0, errno == EINTR { continue }
                guard sent > 0 else { return false }
                start += sent
            }
            return true
        }
    }

    /// Sends `count` bytes of `x`, saying so as soon as the client takes none for a tenth of a second.
    func flood(_ count: Int, stalled: () -> Void) -> Bool {
        let block = [UInt8](repeating: UInt8(ascii: "x"), count: 16 << 10)
        var left = count
        while left > 0 {
            var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            if poll(&entry, 1, 100) == 0 {
                stalled()
                poll(&entry, 1, -1)
            }
            guard send(Array(block.prefix(left))) else { return false }
            left -= min(left, block.count)
        }
        return true
    }

    /// Blocks until the client has closed its side; what it still sends is thrown away.
    func waitForClose() {
        while receive() != nil {}
    }

    func shutDown() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Makes `close` reset the connection instead of ending it in good order.
    func resetOnClose() {
        set(SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0))
    }

    func close() { _ = Foundation.close(descriptor) }
}
