import TraceGraph

/// What the server answers.
struct PageAnswer: Sendable {
    var status: Int
    var type: String
    var body: [UInt8]
    var headers: [(name: String, value: String)] = []

    init(_ status: Int = 200, type: String, _ body: [UInt8]) {
        self.status = status
        self.type = type
        self.body = body
    }

    init(_ status: Int = 200, json value: Value) {
        self.init(status, type: "application/json", Array(value.json.utf8))
    }

    init(_ status: Int, _ message: String) {
        self.init(status, json: ["error": .text(message)])
    }

    /// Only what this server itself sends may run, and nothing may come from elsewhere.
    static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    private static let words = [
        200: "OK", 302: "Found", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed", 409: "Conflict", 413: "Content Too Large",
        415: "Unsupported Media Type", 500: "Internal Server Error", 503: "Service Unavailable",
    ]

    /// Head and body in one piece.
    ///
    /// - Parameters:
    ///   - streams: Whether more follows until the connection is closed.
    ///   - hasBody: False for the answer to HEAD, which tells of a body and has none.
    func bytes(keepsOpen: Bool, streams: Bool = false, hasBody: Bool = true) -> [UInt8] {
        var lines = ["HTTP/1.1 \(status) \(Self.words[status] ?? "Status")", "Content-Type: \(type)"]
        if !streams { lines.append("Content-Length: \(body.count)") }
        lines.append("Connection: \(keepsOpen ? "keep-alive" : "close")")
        lines.append("Content-Security-Policy: \(Self.policy)")
        lines += [
            "X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer", "Cache-Control: no-store",
            "Cross-Origin-Resource-Policy: same-origin", "Cross-Origin-Opener-Policy: same-origin",
            "X-Frame-Options: DENY",
        ]
        // A header that could hold a line break would be another header.
        lines += headers.map { "\($0.name): \($0.value.filter { $0 != "\r" && $0 != "\n" && $0 != "\r\n" })" }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (hasBody ? body : [])
    }
}
