#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The same requests with nothing around them: one thread, sockets, bytes made once, answers counted and not read. What
/// this machine can do at most at the moment of measuring.
struct PlainCalls {
    private let sockets: [Int32]
    private let request: [UInt8]
    private let answerSize: Int

    /// - Parameter answerSize: Bytes of one answer, head and body.
    init(port: Int, inFlight: Int, body: [UInt8], answerSize: Int) throws {
        var sockets: [Int32] = []
        for _ in 0..<inFlight { sockets.append(try LoopbackSocket.connected(to: port)) }
        self.sockets = sockets
        self.answerSize = answerSize
        request =
            Array(
                """
                POST /v1/chat/completions HTTP/1.1\r
                Host: 127.0.0.1:\(port)\r
                Content-Type: application/json\r
                Content-Length: \(body.count)\r
                \r

                """.utf8) + body
    }

    func close() {
        for socket in sockets { systemClose(socket) }
    }

    /// Sends `count` requests, one at a time over each socket.
    func call(times count: Int) throws {
        var waits = sockets.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var missing = [Int](repeating: 0, count: sockets.count)
        var started = 0
        var finished = 0
        var room = [UInt8](repeating: 0, count: 64 << 10)
        func start(_ place: Int) throws {
            guard started < count else { return }
            guard send(sockets[place], request, request.count, 0) == request.count else {
                throw BenchmarkError("the loopback server does not take a request at once")
            }
            started += 1
            missing[place] = answerSize
        }
        for place in sockets.indices { try start(place) }
        while finished < count {
            guard poll(&waits, nfds_t(waits.count), 10_000) > 0 else {
                throw BenchmarkError("the loopback server does not answer")
            }
            for place in waits.indices where waits[place].revents != 0 {
                let size = recv(sockets[place], &room, room.count, 0)
                guard size > 0 else { throw BenchmarkError("the loopback server closed a connection") }
                missing[place] -= size
                guard missing[place] <= 0 else { continue }
                finished += 1
                try start(place)
            }
        }
    }
}
