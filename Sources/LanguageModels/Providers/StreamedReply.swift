import HTTPTypes
import TraceGraph

/// Reads one streamed reply, as fast as its reader asks.
actor StreamedReply<Wire: ChatWire> {
    private enum Stage {
        case unsent
        case reading(TransportBody)
        /// The reply is whole; what is left of the body is read so that the connection can be used again.
        case draining(TransportBody)
        case ended
    }

    private let endpoint: ProviderEndpoint<Wire>
    private let request: ChatRequest
    private var started = ContinuousClock.now
    private var stage = Stage.unsent
    private var assembly: Wire.Assembly
    private var events = ServerSentEvents()
    private var lines = LineSplitter()
    private var ready: ArraySlice<ChatPiece> = []
    private var hasText = false

    /// What is read of the body of an answer that only reports an error, bytes.
    private static var complaintLimit: Int { 64 << 10 }

    init(endpoint: ProviderEndpoint<Wire>, request: ChatRequest) {
        self.endpoint = endpoint
        self.request = request
        assembly = endpoint.wire.assembly(for: request)
    }

    func next() async throws -> ChatPiece? {
        do {
            return try await advance()
        } catch {
            stage = .ended
            ready = []
            throw endpoint.named(error, for: request)
        }
    }

    private func advance() async throws -> ChatPiece? {
        while ready.isEmpty {
            switch stage {
            case .unsent:
                started = .now
                let stream = try await endpoint.transport.stream(
                    endpoint.transportRequest(for: request, isStreamed: true))
                try await begin(stream)
            case .reading(let body):
                if let bytes = try await body.next() {
                    try take(bytes)
                    if assembly.isClosed { try finish(.draining(body)) }
                } else {
                    if endpoint.wire.framing == .lines { try takeJSON(lines.rest()[...]) }
                    try finish(.ended)
                }
            case .draining(let body):
                stage = .ended
                // The reply is whole: a connection that breaks now takes nothing from it.
                do { while try await body.next() != nil {} } catch is ModelError {}
            case .ended: return nil
            }
        }
        defer { if ready.isEmpty { ready = [] } }
        return ready.popFirst()
    }

    private func begin(_ stream: TransportStream) async throws {
        let type = stream.head.headerFields[.contentType]?.lowercased() ?? ""
        if stream.head.status.kind != .successful || type.hasPrefix("text/html") {
            let body = try await collect(stream.body, upTo: Self.complaintLimit)
            let response = TransportResponse(head: stream.head, body: body)
            _ = try endpoint.reply(to: request, from: response)
            throw endpoint.failure(for: request).cutOff
        }
        guard endpoint.wire.framing == .events, type.hasPrefix("application/json") else {
            stage = .reading(stream.body)
            return
        }
        // A server that does not stream answers as a whole.
        let body = try await collect(stream.body, upTo: .max)
        let response = TransportResponse(head: stream.head, body: body, duration: elapsed)
        deliver(try endpoint.reply(to: request, from: response))
        stage = .ended
    }

    private func collect(_ body: TransportBody, upTo limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit, let piece = try await body.next() { bytes += piece }
        return bytes
    }

    private func take(_ bytes: [UInt8]) throws {
        switch endpoint.wire.framing {
        case .events:
            for event in events.consume(bytes) where !assembly.isClosed {
                if event.data == "[DONE]" {
                    assembly.close()
                } else {
                    try takeJSON(Array(event.data.utf8)[...])
                }
            }
        case .lines:
            var lines = LineSplitter()
            swap(&lines, &self.lines)
            try lines.consume(bytes) { line in try takeJSON(line) }
            self.lines = lines
        }
    }

    private func takeJSON(_ bytes: ArraySlice<UInt8>) throws {
        guard bytes.contains(where: { $0 > 0x20 }), !assembly.isClosed else { return }
        let value: Value
        do {
            value = try Value(json: Array(bytes))
        } catch {
            throw endpoint.failure(for: request).unreadable(
                "a piece of its stream is not JSON", underlyingError: error)
        }
        let text = try assembly.take(value)
        guard !text.isEmpty else { return }
        hasText = true
        ready.append(.text(text))
    }

    private func finish(_ next: Stage) throws {
        guard let whole = assembly.reply else { throw endpoint.failure(for: request).cutOff }
        var reply = endpoint.wire.marked(whole, to: request)
        reply.duration = elapsed
        deliver(reply)
        stage = next
    }

    /// The pieces together are the text of the reply, also where it was known only at the end.
    private func deliver(_ reply: ChatReply) {
        if !hasText, !reply.text.isEmpty { ready.append(.text(reply.text)) }
        ready.append(.finished(reply))
    }

    private var elapsed: Int64 { (ContinuousClock.now - started).nanoseconds }
}
