import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The few socket calls that a server on loopback needs.
struct ServerSocket: Sendable {
    let descriptor: Int32

    #if canImport(Darwin)
        private static let stream = SOCK_STREAM
        private static let sendFlags: Int32 = 0
    #else
        private static let stream = Int32(SOCK_STREAM.rawValue)
        private static let sendFlags = Int32(MSG_NOSIGNAL)
    #endif

    /// A socket that listens on 127.0.0.1.
    ///
    /// - Parameter port: 0 for any that is free.
    /// - Throws: ``InspectorError`` with code `cannotListen`.
    static func listening(on port: UInt16) throws -> ServerSocket {
        let socket = ServerSocket(descriptor: Foundation.socket(AF_INET, stream, 0))
        guard socket.descriptor >= 0 else { throw failure(port) }
        socket.keepFromChildren()
        socket.set(SOL_SOCKET, SO_REUSEADDR, Int32(1))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket.descriptor, $0, size) } == 0
        }
        guard isBound, listen(socket.descriptor, 64) == 0 else {
            let failure = failure(port)
            socket.close()
            throw failure
        }
        return socket
    }

    private static func failure(_ port: UInt16) -> InspectorError {
        let reason = String(cString: strerror(errno))
        return InspectorError(
            .cannotListen,
            "cannot listen on 127.0.0.1:\(port): \(reason); leave --port out to take any port that is free")
    }

    var port: UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        return result == 0 ? UInt16(bigEndian: address.sin_port) : 0
    }

    /// The next connection; nil once the socket was shut down.
    func accept() -> ServerSocket? {
        while true {
            let client = Foundation.accept(descriptor, nil, nil)
            if client >= 0 {
                let socket = ServerSocket(descriptor: client)
                socket.keepFromChildren()
                // Without it, an answer in two packets waits for the reader's delayed acknowledgement: 40 ms.
                socket.set(Int32(IPPROTO_TCP), TCP_NODELAY, Int32(1))
                return socket
            }
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EMFILE, ENFILE: usleep(50_000)
            default: return nil
            }
        }
    }

    /// What a read or a write waits for at the most, seconds.
    func setPatience(_ seconds: Int) {
        let limit = timeval(tv_sec: seconds, tv_usec: 0)
        set(SOL_SOCKET, SO_RCVTIMEO, limit)
        set(SOL_SOCKET, SO_SNDTIMEO, limit)
    }

    /// Up to `count` bytes; empty at the end, on an error, and when nothing came for too long.
    func receive(_ count: Int) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        while true {
            let received = recv(descriptor, &buffer, count, 0)
            if received >= 0 { return Array(buffer.prefix(received)) }
            guard errno == EINTR else { return [] }
        }
    }

    /// Whether all of `bytes` went out.
    func send(_ bytes: [UInt8]) -> Bool {
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Self.sendFlags)
            }
            if count < 0 {
                guard errno == EINTR else { return false }
                continue
            }
            start += count
        }
        return true
    }

    func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// What is being sent still goes out.
    func stopReceiving() { shutdown(descriptor, Int32(SHUT_RD)) }

    #if canImport(Glibc)
        func close() { _ = Glibc.close(descriptor) }
    #else
        func close() { _ = Darwin.close(descriptor) }
    #endif

    private func keepFromChildren() { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }

    private func set<Option>(_ level: Int32, _ name: Int32, _ option: Option) {
        withUnsafePointer(to: option) {
            _ = setsockopt(descriptor, level, name, $0, socklen_t(MemoryLayout<Option>.size))
        }
    }
}
