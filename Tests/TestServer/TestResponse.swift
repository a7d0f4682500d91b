/// What the server does about a request, step by step. The connection stays open afterwards unless a step closes it.
public struct TestResponse: Sendable {
    public enum Step: Sendable {
        case bytes([UInt8])
        /// Runs on the connection's thread, where it may block.
        case hook(@Sendable () -> Void)
        /// Goes on when the signal fires.
        case wait(TestSignal)
        /// Goes on when the client has closed the connection, and fires the signal.
        case untilClientCloses(TestSignal)
        /// Sends this many bytes of `x`; fires the signal as soon as the client does not take them.
        case flood(Int, stalled: TestSignal)
        /// Ends the connection in good order.
        case close
        /// Ends the connection with a reset.
        case reset

        public static func text(_ text: String) -> Step { .bytes(Array(text.utf8)) }
    }

    public var steps: [Step]

    /// Exactly these steps: for answers that are not HTTP, or not all of it.
    public init(raw steps: [Step]) { self.steps = steps }

    /// A whole answer.
    public init(_ status: Int = 200, fields: [String: String] = [:], body: [UInt8] = []) {
        var fields = fields
        fields["Content-Length"] = String(body.count)
        steps = [.bytes(Self.head(status, fields) + body)]
    }

    /// A whole answer of `type`.
    public init(_ status: Int = 200, type: String = "text/plain", fields: [String: String] = [:], text: String) {
        self.init(status, fields: fields.merging(["Content-Type": type]) { first, _ in first }, body: Array(text.utf8))
    }

    /// A whole answer of JSON.
    public static func json(_ text: String, status: Int = 200, fields: [String: String] = [:]) -> TestResponse {
        TestResponse(status, type: "application/json", fields: fields, text: text)
    }

    /// An answer in chunks, one for each step that sends; the last chunk follows unless a step closes.
    public static func chunked(
        status: Int = 200, type: String = "text/event-stream", fields: [String: String] = [:], _ pieces: [Step]
    ) -> TestResponse {
        var fields = fields
        fields["Content-Type"] = type
        fields["Transfer-Encoding"] = "chunked"
        var steps: [Step] = [.bytes(head(status, fields))]
        for piece in pieces {
            switch piece {
            case .bytes(let bytes):
                steps.append(.bytes(Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [13, 10]))
            case .flood(let count, _):
                steps += [.text("\(String(count, radix: 16))\r\n"), piece, .text("\r\n")]
            default: steps.append(piece)
            }
        }
        return TestResponse(raw: steps + [.text("0\r\n\r\n")])
    }

    /// Never answers; the signal fires when the client gives up.
    public static func silence(clientClosed: TestSignal = TestSignal()) -> TestResponse {
        TestResponse(raw: [.untilClientCloses(clientClosed), .close])
    }

    /// This answer once `signal` fires.
    public func held(until signal: TestSignal) -> TestResponse {
        TestResponse(raw: [.wait(signal)] + steps)
    }

    private static func head(_ status: Int, _ fields: [String: String]) -> [UInt8] {
        var text = "HTTP/1.1 \(status) Status\r\n"
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) { text += "\(name): \(value)\r\n" }
        return Array((text + "\r\n").utf8)
    }
}
