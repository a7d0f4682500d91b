#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A chat completions server that gives the same answer to everything, as fast as one thread can: keep-alive, no
/// parsing beyond where a request ends. It prints its port and the size of its answers, and ends when its
/// standard input does.
struct LoopbackServer {
    static let command = "serve"

    private let listener: Int32
    private let answer: [UInt8]
    private var connections: [Connection] = []

    /// Bytes of one connection that belong to no whole request yet.
    private struct Connection {
        let socket: Int32
        var bytes: [UInt8] = []
        /// What the client has not taken yet.
        var unsent: [UInt8] = []
    }

    /// - Parameter text: What each completion says.
    init(text: String) throws {
        signal(SIGPIPE, SIG_IGN)
        listener = try LoopbackSocket.listening()
        let body =
            #"{"id":"1","object":"chat.completion","created":1,"model":"loopback","choices":[{"index":0,"message":"#
            + #"{"role":"assistant","content":"\#(text)"},"finish_reason":"stop"}],"#
            + #""usage":{"prompt_tokens":500,"completion_tokens":250,"total_tokens":750}}"#
        answer = Array(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                .utf8)
    }

    /// Serves until standard input ends.
    mutating func run() {
        Report().say("\(LoopbackSocket.port(of: listener)) \(answer.count)")
        var room = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            var waits = [pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)]
            waits.append(pollfd(fd: listener, events: Int16(POLLIN), revents: 0))
            for connection in connections {
                let events = connection.unsent.isEmpty ? POLLIN : POLLIN | POLLOUT
                waits.append(pollfd(fd: connection.socket, events: Int16(events), revents: 0))
            }
            guard poll(&waits, nfds_t(waits.count), -1) >= 0 || errno == EINTR else { return }
            if waits[0].revents != 0 { return }
            for (place, wait) in waits.dropFirst(2).enumerated() where wait.revents != 0 {
                serve(&connections[place], &room)
            }
            connections.removeAll { $0.socket < 0 }
            if waits[1].revents != 0 { accept() }
        }
    }

    private mutating func accept() {
        while let socket = LoopbackSocket.accepted(by: listener) { connections.append(Connection(socket: socket)) }
    }

    private func serve(_ connection: inout Connection, _ room: inout [UInt8]) {
        while true {
            let count = recv(connection.socket, &room, room.count, 0)
            if count < 0, errno == EAGAIN { break }
            guard count > 0 else {
                close(connection.socket)
                connection = Connection(socket: -1)
                return
            }
            connection.bytes += room[..<count]
            if count < room.count { break }
        }
        while let size = Self.sizeOfRequest(in: connection.bytes) {
            connection.bytes.removeFirst(size)
            connection.unsent += answer
        }
        while !connection.unsent.isEmpty {
            let count = send(connection.socket, connection.unsent, connection.unsent.count, 0)
            guard count > 0 else { return }
            connection.unsent.removeFirst(count)
        }
    }

    /// How long the first request is, head and body; nil while it is not there as a whole.
    static func sizeOfRequest(in bytes: [UInt8]) -> Int? {
        guard let head = firstPlace(of: Array("\r\n\r\n".utf8), in: bytes, from: 0) else { return nil }
        var size = head + 4
        if let name = firstPlace(of: Array("content-length:".utf8), in: bytes[..<head].map(lowercased), from: 0) {
            var length = 0
            for byte in bytes[(name + 15)..<head] {
                if byte == UInt8(ascii: "\r") { break }
                if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { length = length * 10 + Int(byte) - 48 }
            }
            size += length
        }
        return bytes.count >= size ? size : nil
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    private static func firstPlace(of pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= pattern.count else { return nil }
        return (start...(bytes.count - pattern.count)).first { place in
            bytes[place] == pattern[0] && bytes[place..<(place + pattern.count)].elementsEqual(pattern)
        }
    }
}
