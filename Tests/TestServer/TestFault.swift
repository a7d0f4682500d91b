/// What can go wrong between a client and a server, as an answer that goes wrong in that way.
///
/// Each is what a real server, proxy or network does on a bad day; the server itself goes on as if nothing had happened.
public enum TestFault: Sendable {
    /// An error in the provider's own form.
    case status(Int, message: String = "no", fields: [String: String] = [:])
    /// A page for people in place of an answer.
    case page(status: Int)
    /// The way to another address.
    case redirect(Int = 307, to: String)
    /// The connection is closed before anything is answered, or reset.
    case closed, reset
    /// The connection ends inside the head.
    case closedInHead
    /// The connection ends inside the body, in good order or with a reset.
    case closedInBody, resetInBody
    /// A chunked body without its last chunk; a length that is no number.
    case cutChunks, wrongChunk
    /// Nothing is answered; the head comes and no body; the body stops half-way. The connection stays open.
    case silent, silentAfterHead, silentInBody
    /// The head never ends, one byte of it at a time as long as the client takes them.
    case hugeHead
    /// More bytes than anybody wants, of JSON that never ends.
    case hugeBody(Int)
    /// Something else than HTTP.
    case otherProtocol
    /// Bytes that are not what `Content-Encoding` says.
    case wrongEncoding
    /// A whole answer with this body, of JSON or of another type.
    case body(String, type: String = "application/json")
    case bytes([UInt8])
}

extension TestFault {
    /// The answer that goes wrong like this.
    public var response: TestResponse {
        switch self {
        case .status(let status, let message, let fields):
            .json(#"{"error":{"message":"\#(message)","type":"test"}}"#, status: status, fields: fields)
        case .page(let status):
            TestResponse(status, type: "text/html", text: "<!DOCTYPE html><html><h1>Gateway</h1></html>")
        case .redirect(let status, let target):
            TestResponse(status, fields: ["Location": target])
        case .closed: TestResponse(raw: [.close])
        case .reset: TestResponse(raw: [.reset])
        case .closedInHead: TestResponse(raw: [.text("HTTP/1.1 200 OK\r\nContent-Ty"), .close])
        case .closedInBody: TestResponse(raw: [.text(Self.half), .close])
        case .resetInBody: TestResponse(raw: [.text(Self.half), .reset])
        case .cutChunks: .chunked(type: "application/json", [.text(#"{"choices""#), .close])
        case .wrongChunk:
            TestResponse(raw: [
                .text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"), .close,
            ])
        case .silent: .silence()
        case .silentAfterHead:
            TestResponse(raw: [
                .text("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"),
                .untilClientCloses(TestSignal()), .close,
            ])
        case .silentInBody: TestResponse(raw: [.text(Self.half), .untilClientCloses(TestSignal()), .close])
        case .hugeHead:
            TestResponse(
                raw: [.text("HTTP/1.1 200 OK\r\n")]
                    + (0..<64).map { _ in .text("X-More: \(String(repeating: "y", count: 8000))\r\n") } + [.close])
        case .hugeBody(let count):
            TestResponse(raw: [
                .text("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(count + 1)\r\n\r\n\""),
                .flood(count, stalled: TestSignal()), .close,
            ])
        case .otherProtocol: TestResponse(raw: [.text("SSH-2.0-OpenSSH_9.2\r\n"), .close])
        case .wrongEncoding: TestResponse(fields: ["Content-Encoding": "gzip"], body: Array("not gzip".utf8))
        case .body(let text, let type): TestResponse(type: type, text: text)
        case .bytes(let bytes): TestResponse(fields: ["Content-Type": "application/json"], body: bytes)
        }
    }

    private static let half =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{\"choices\":[{\"mess"
}
