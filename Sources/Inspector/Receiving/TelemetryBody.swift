/// The body of a request as exporters send it: of a length that is told before, or in chunks.
enum TelemetryBody {
    enum Reading {
        case content([UInt8])
        case tooLong
        /// The sender has closed, or sends what is no body.
        case broken
    }

    static func read(of request: PageRequest, from socket: ServerSocket, rest: inout [UInt8]) -> Reading {
        guard let coding = request.headers["transfer-encoding"] else {
            guard let length = Int(request.headers["content-length"] ?? "0"), length >= 0 else { return .broken }
            guard length <= TelemetryReceiver.mostBody else { return .tooLong }
            return PageRequest.receive(length, from: socket, rest: &rest).map(Reading.content) ?? .broken
        }
        guard coding.lowercased() == "chunked" else { return .broken }
        var content: [UInt8] = []
        while true {
            guard let line = nextLine(from: socket, rest: &rest),
                let length = Int(line.prefix { $0 != ";" }.filter { $0 != " " }, radix: 16), length >= 0
            else { return .broken }
            guard content.count <= TelemetryReceiver.mostBody - length else { return .tooLong }
            guard length > 0 else { break }
            guard let chunk = PageRequest.receive(length, from: socket, rest: &rest),
                nextLine(from: socket, rest: &rest)?.isEmpty == true
            else { return .broken }
            content += chunk
        }
        // Headers may follow; the last line is empty.
        for _ in 0..<64 {
            guard let line = nextLine(from: socket, rest: &rest) else { return .broken }
            if line.isEmpty { return .content(content) }
        }
        return .broken
    }

    private static func nextLine(from socket: ServerSocket, rest: inout [UInt8]) -> String? {
        while true {
            if let end = rest.firstIndex(of: 0x0A) {
                var line = rest[..<end]
                if line.last == 0x0D { line.removeLast() }
                let text = String(validating: line, as: UTF8.self)
                rest.removeFirst(end + 1)
                return text
            }
            guard rest.count < 8_192 else { return nil }
            let more = socket.receive(16_384)
            if more.isEmpty { return nil }
            rest += more
        }
    }
}
