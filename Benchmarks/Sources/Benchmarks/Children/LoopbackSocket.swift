#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// TCP sockets of 127.0.0.1 that send what they are given at once.
enum LoopbackSocket {
    /// A socket that waits for connections on a free port, without blocking.
    static func listening() throws -> Int32 {
        let socket = try new()
        let isBound = withAddress(port: 0) { address, size in bind(socket, address, size) == 0 }
        guard isBound, listen(socket, 1024) == 0 else { throw BenchmarkError("no port of 127.0.0.1 can be had") }
        _ = fcntl(socket, F_SETFL, O_NONBLOCK)
        return socket
    }

    /// A socket that blocks.
    static func connected(to port: Int) throws -> Int32 {
        let socket = try new()
        let isConnected = withAddress(port: port) { address, size in connect(socket, address, size) == 0 }
        guard isConnected else { throw BenchmarkError("port \(port) of 127.0.0.1 cannot be reached") }
        return socket
    }

    /// The next connection, which does not block; nil when none waits.
    static func accepted(by listener: Int32) -> Int32? {
        let socket = accept(listener, nil, nil)
        guard socket >= 0 else { return nil }
        sendAtOnce(socket)
        _ = fcntl(socket, F_SETFL, O_NONBLOCK)
        return socket
    }

    static func port(of socket: Int32) -> Int {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func new() throws -> Int32 {
        #if os(Linux)
            let kind = Int32(SOCK_STREAM.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        let socket = socket(AF_INET, kind, 0)
        guard socket >= 0 else { throw BenchmarkError("no socket can be had; may more files be open? (ulimit -n)") }
        sendAtOnce(socket)
        return socket
    }

    private static func sendAtOnce(_ socket: Int32) {
        var yes: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func withAddress<Result>(
        port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
