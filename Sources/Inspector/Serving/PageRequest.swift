import Foundation

/// A request as a browser sends it.
struct PageRequest: Sendable {
    var method: String
    /// Without the query.
    var path: String
    /// The query, decoded; the last one of a name counts.
    var query: [String: String]
    /// By name in lower case.
    var headers: [String: String]
    var body: [UInt8]

    private static let mostHead = 32_768
    private static let mostBody = 4_000_000

    /// Reads one request.
    ///
    /// - Parameter rest: What was received before and not used; afterwards what was received too much.
    /// - Returns: Nil when the other side has closed, or sends nothing that is a request.
    static func read(from socket: ServerSocket, rest: inout [UInt8]) -> PageRequest? {
        guard var request = readHead(from: socket, rest: &rest) else { return nil }
        let length = request.headers["content-length"].flatMap { Int($0) } ?? 0
        guard (0...mostBody).contains(length), request.headers["transfer-encoding"] == nil,
            let body = receive(length, from: socket, rest: &rest)
        else { return nil }
        request.body = body
        return request
    }

    /// Reads a request up to its body.
    static func readHead(from socket: ServerSocket, rest: inout [UInt8]) -> PageRequest? {
        let end: [UInt8] = [13, 10, 13, 10]
        var searched = 0
        while true {
            if let found = Self.place(of: end, in: rest, from: max(0, searched - 3)) {
                let request = PageRequest(head: Array(rest[..<found]))
                rest.removeFirst(found + end.count)
                return request
            }
            searched = rest.count
            guard rest.count < mostHead else { return nil }
            let more = socket.receive(16_384)
            if more.isEmpty { return nil }
            rest += more
        }
    }

    /// The next `length` bytes; nil when the other side closes before.
    static func receive(_ length: Int, from socket: ServerSocket, rest: inout [UInt8]) -> [UInt8]? {
        while rest.count < length {
            let more = socket.receive(65_536)
            if more.isEmpty { return nil }
            rest += more
        }
        let bytes = Array(rest.prefix(length))
        rest.removeFirst(length)
        return bytes
    }

    private static func place(of needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= start + needle.count else { return nil }
        return (start...(bytes.count - needle.count)).first { bytes[$0..<($0 + needle.count)].elementsEqual(needle) }
    }

    init?(head bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let lines = text.components(separatedBy: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count == 3, words[2].hasPrefix("HTTP/1."), words[1].hasPrefix("/") else { return nil }
        method = String(words[0])
        let parts = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        query = [:]
        for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(sides[0]), let value = sides.count > 1 ? Self.decoded(sides[1]) : "" else {
                return nil
            }
            query[name] = value
        }
        headers = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            headers[line[..<colon].lowercased()] =
                line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        body = []
    }

    private static func decoded(_ text: Substring) -> String? {
        text.replacing("+", with: " ").removingPercentEncoding
    }

    /// The cookie `name`.
    func cookie(_ name: String) -> String? {
        for part in (headers["cookie"] ?? "").split(separator: ";") {
            let sides = part.trimmingCharacters(in: .whitespaces).split(separator: "=", maxSplits: 1)
            if sides.count == 2, sides[0] == name { return String(sides[1]) }
        }
        return nil
    }
}
