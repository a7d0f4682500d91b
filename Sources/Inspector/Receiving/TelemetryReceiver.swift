import Foundation
public import Interchange
import TraceGraph

/// A collector for what OpenTelemetry's exporters send over HTTP: `POST /v1/traces`, in JSON or protobuf, plain or
/// compressed. On loopback only.
public final class TelemetryReceiver: Sendable {
    private let listener: LoopbackListener
    private let take: @Sendable ([UInt8], TelemetryImport.Encoding) throws -> Void

    /// The longest request, as sent and once taken apart.
    static let mostBody = 64 << 20

    /// Begins to listen; ``serve()`` answers.
    ///
    /// - Parameters:
    ///   - port: 0 for any that is free.
    ///   - take: Given the content of each request, on the thread of its connection. What it throws is told to the sender
    ///     as a mistake of theirs.
    /// - Throws: ``InspectorError`` with code `cannotListen`.
    public init(
        port: UInt16, take: @escaping @Sendable ([UInt8], TelemetryImport.Encoding) throws -> Void
    ) throws {
        listener = try LoopbackListener(port: port)
        self.take = take
    }

    /// What `OTEL_EXPORTER_OTLP_ENDPOINT` has to be.
    public var endpoint: String { "http://127.0.0.1:\(listener.port)" }

    /// Answers until ``close()``. Blocks the thread it is called on.
    public func serve() { listener.serve { [self] in converse(with: $0) } }

    /// Ends ``serve()`` and all connections, once what was received whole is answered.
    public func close() { listener.close(.answers) }

    private func converse(with client: ServerSocket) {
        var rest: [UInt8] = []
        while !listener.isClosed,
            var request = PageRequest.readHead(from: client, rest: &rest)
        {
            let answer: PageAnswer
            var keepsOpen = request.headers["connection"]?.lowercased() != "close"
            if let refusal = Self.refusal(of: request) {
                // What would follow as its body is not read.
                (answer, keepsOpen) = (refusal, false)
            } else {
                if request.headers["expect"]?.lowercased() == "100-continue" {
                    guard client.send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) else { return }
                }
                switch TelemetryBody.read(of: request, from: client, rest: &rest) {
                case .content(let bytes):
                    request.body = bytes
                    answer = self.answer(to: request)
                case .tooLong:
                    answer = PageAnswer(413, "a request may have \(Self.mostBody) bytes at the most")
                    keepsOpen = false
                case .broken: return
                }
            }
            guard client.send(answer.bytes(keepsOpen: keepsOpen)), keepsOpen else { return }
        }
    }

    /// What to answer without looking at the content; nil to look at it.
    private static func refusal(of request: PageRequest) -> PageAnswer? {
        let host = request.headers["host"] ?? ""
        let name = host.last == "]" ? host : String(host.prefix { $0 != ":" })
        guard ["127.0.0.1", "localhost"].contains(name), request.headers["origin"] == nil else {
            return PageAnswer(403, "this receiver answers programs on this machine alone")
        }
        guard request.path == "/v1/traces" else {
            return PageAnswer(404, "only traces are received here, at /v1/traces")
        }
        guard request.method == "POST" else { return PageAnswer(405, "expected POST") }
        guard encoding(of: request) != nil else {
            return PageAnswer(415, "expected application/json or application/x-protobuf")
        }
        guard ["", "identity", "gzip", "deflate"].contains(request.headers["content-encoding"] ?? "") else {
            return PageAnswer(415, "expected no Content-Encoding, gzip or deflate")
        }
        return nil
    }

    private static func encoding(of request: PageRequest) -> TelemetryImport.Encoding? {
        let type = (request.headers["content-type"] ?? "").prefix { $0 != ";" }.lowercased()
        switch type.trimmingCharacters(in: .whitespaces) {
        case "application/json": return .json
        case "application/x-protobuf", "application/protobuf": return .protobuf
        default: return nil
        }
    }

    private func answer(to request: PageRequest) -> PageAnswer {
        guard let encoding = Self.encoding(of: request) else { return PageAnswer(415, "no such type") }
        do {
            var content = request.body
            switch request.headers["content-encoding"] {
            case "gzip": content = try Inflate.gzip(content, most: Self.mostBody)
            case "deflate": content = try Inflate.zlib(content, most: Self.mostBody)
            default: break
            }
            try take(content, encoding)
        } catch {
            return PageAnswer(400, "\(error)")
        }
        // An empty answer: all of it was taken.
        return encoding == .json
            ? PageAnswer(200, json: [:]) : PageAnswer(200, type: "application/x-protobuf", [])
    }
}
