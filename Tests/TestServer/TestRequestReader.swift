/// Reads the requests that come over one connection.
struct TestRequestReader {
    let socket: TestSocket
    let connection: Int
    private var bytes: [UInt8] = []

    init(socket: TestSocket, connection: Int) {
        self.socket = socket
        self.connection = connection
    }

    /// The next request; nil when the client has closed, or sends what is no request.
    mutating func next() -> TestRequest? {
        var end = headEnd()
        while end == nil {
            guard let more = socket.receive() else { return nil }
            bytes += more
            end = headEnd()
        }
        guard let end, var request = request(from: bytes[..<end]) else { return nil }
        bytes.removeFirst(end + 4)
        let size = request["Content-Length"].flatMap { Int($0) } ?? 0
        while bytes.count < size {
            guard let more = socket.receive() else { return nil }
            bytes += more
        }
        request.body = Array(bytes.prefix(size))
        bytes.removeFirst(size)
        return request
    }

    private func headEnd() -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (0...(bytes.count - 4)).first { bytes[$0..<($0 + 4)].elementsEqual([13, 10, 13, 10]) }
    }

    private func request(from head: ArraySlice<UInt8>) -> TestRequest? {
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        guard let words = lines.first?.split(separator: " "), words.count == 3 else { return nil }
        let fields = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (
                name: String(line[..<colon]),
                value: String(line[colon...].dropFirst().drop { $0 == " " })
            )
        }
        return TestRequest(
            method: String(words[0]), target: String(words[1]), fields: fields, body: [], connection: connection)
    }
}
