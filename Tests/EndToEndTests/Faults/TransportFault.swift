import TestServer
import Testing

/// A fault between the program and a model's endpoint, and the one thing that comes of it.
struct TransportFault: Sendable, CustomTestStringConvertible {
    /// What becomes of a call that meets the fault.
    enum Treatment: String, Sendable, CaseIterable {
        /// Tried again; a call that keeps failing is a failed node; three such calls in a row end the run.
        case retried
        /// Tried again, and waited out once the endpoint has replied; a call that keeps failing ends the run.
        case waitedOut = "waited out"
        /// A failed node at once.
        case failedNode = "failed node"
        /// Ends the run at once.
        case endsRun = "ends the run"
        /// Taken as if nothing had happened.
        case harmless
    }

    let name: String
    let fault: TestFault
    let treatment: Treatment
    /// What the message says.
    let saying: String
    /// The longest one try may take; nil for the usual.
    let timeout: String?

    init(
        _ name: String, _ fault: TestFault, _ treatment: Treatment, _ saying: String = "", timeout: String? = nil
    ) {
        self.name = name
        self.fault = fault
        self.treatment = treatment
        self.saying = saying
        self.timeout = timeout
    }

    var testDescription: String { name }

    /// Every one, in the order and by the names of the table in docs/faults.md.
    static let all = statuses + connections + bodies

    private static let statuses: [TransportFault] = [
        .init("400", .status(400, message: "stop: too many"), .failedNode, "It says: stop: too many"),
        .init("400 context too long", .status(400, message: "maximum context length is 8"), .failedNode, "shorten the"),
        .init("401 wrong or expired key", .status(401, message: "expired"), .endsRun, "check OPENAI_API_KEY"),
        .init("402 no credit", .status(402, message: "pay"), .endsRun, "no credit left"),
        .init("403", .status(403), .endsRun, "check OPENAI_API_KEY"),
        .init("404 model not found", .status(404, message: "no such model"), .endsRun, "has no model small"),
        .init("404 with a page", .page(status: 404), .endsRun, "correct OPENAI_BASE_URL"),
        .init("408", .status(408), .retried, "gave up waiting"),
        .init("413", .status(413), .failedNode, "shorten the prompt"),
        .init("422", .status(422, message: "bad field"), .failedNode, "It says: bad field"),
        .init("429", .status(429), .waitedOut, "slow down"),
        .init("429 with Retry-After in seconds", .status(429, fields: ["Retry-After": "0"]), .waitedOut, "slow down"),
        .init(
            "429 with Retry-After as a date",
            .status(
                429,
                fields: ["Date": "Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"]),
            .waitedOut, "slow down"),
        .init("429 with retry-after-ms", .status(429, fields: ["retry-after-ms": "3"]), .waitedOut, "slow down"),
        .init("429 without credit", .status(429, message: "insufficient_quota"), .endsRun, "no credit left"),
        .init("500", .status(500), .retried, "failed: try again later (500)"),
        .init("502 with a page", .page(status: 502), .retried, "failed: try again later (502)"),
        .init("503", .status(503), .waitedOut, "is overloaded"),
        .init("503 with Retry-After", .status(503, fields: ["Retry-After": "0"]), .waitedOut, "is overloaded"),
        .init("529", .status(529), .waitedOut, "is overloaded"),
    ]

    private static let connections: [TransportFault] = [
        .init("closed before the head", .closed, .retried, "broke before the answer was complete"),
        .init("reset before the head", .reset, .retried, "broke before the answer was complete"),
        .init("closed inside the head", .closedInHead, .retried, "broke before the answer was complete"),
        .init("closed inside the body", .closedInBody, .retried, "broke before the answer was complete"),
        .init("reset inside the body", .resetInBody, .retried, "broke before the answer was complete"),
        .init("chunks cut off", .cutChunks, .retried, "broke before the answer was complete"),
        .init("chunk of no length", .wrongChunk, .retried, "broke before the answer was complete"),
        .init("no first byte in time", .silent, .retried, "did not", timeout: "4s"),
        .init("nothing after the head", .silentAfterHead, .retried, "did not finish", timeout: "4s"),
        .init("stalled inside the body", .silentInBody, .retried, "did not finish", timeout: "4s"),
        .init("endless head", .hugeHead, .retried, "more header fields than"),
        .init("huge body", .hugeBody(34 << 20), .retried, "larger than the"),
        .init("another protocol", .otherProtocol, .retried, "not HTTP"),
        .init("wrong content encoding", .wrongEncoding, .retried, "not HTTP as it should be"),
    ]

    private static let reply = #"{"choices":[{"message":{"content":"maple"},"finish_reason":"stop"}]"#

    private static let bodies: [TransportFault] = [
        .init("empty body", .body(""), .retried, "not JSON"),
        .init("truncated JSON", .body(reply), .retried, "not JSON"),
        .init(
            "invalid UTF-8", .bytes(Array(#"{"choices":[{"m":""#.utf8) + [0xFF, 0xC0] + Array(#""}]}"#.utf8)), .retried,
            "not JSON"),
        .init("JSON nested without end", .body(String(repeating: "[", count: 200_000)), .retried, "not JSON"),
        .init("a number no machine holds", .body(reply + #","usage":1e999}"#), .retried, "not JSON"),
        .init("JSON of another interface", .body(#"{"hello": 1}"#), .retried, "no choices"),
        .init("an HTML page in place of a reply", .page(status: 200), .retried, "an HTML page"),
        .init("an error inside a 200", .body(#"{"error":{"message":"x","type":"server_error"}}"#), .retried, "(500)"),
        .init(
            "a refusal",
            .body(#"{"choices":[{"message":{"refusal":"I will not."},"finish_reason":"content_filter"}]}"#),
            .failedNode, "declined"),
        .init("wrong content type of a whole reply", .body(reply + "}", type: "text/plain"), .harmless),
        .init(
            "token counts beyond reason",
            .body(reply + #","usage":{"prompt_tokens":-5,"completion_tokens":1e300}}"#), .harmless),
    ]
}
