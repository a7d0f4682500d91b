import HTTPTypes
import TraceGraph

/// Where a provider is and how it is called; what is said there is the wire's.
struct ProviderEndpoint<Wire: ChatWire>: Sendable {
    let wire: Wire
    let transport: any HTTPTransport
    let base: ServerAddress
    let key: APIKey?
    let variables: ProviderVariables
    let timeouts: TransferTimeouts
    /// Seconds since 1970.
    let wallClock: @Sendable () -> Int
    /// Sent with each request, the key among them.
    let fields: HTTPFields

    var address: ServerAddress { base.appending(wire.path(after: base)) }

    /// Asks for a reply in one piece.
    func reply(to request: ChatRequest) async throws -> ChatReply {
        do {
            return try reply(
                to: request, from: await transport.send(transportRequest(for: request, isStreamed: false)))
        } catch {
            throw named(error, for: request)
        }
    }

    /// Reads a whole answer.
    func reply(to request: ChatRequest, from response: TransportResponse) throws(ModelError) -> ChatReply {
        let failure = failure(for: request)
        guard response.head.status.kind == .successful else {
            throw failure.error(head: response.head, body: response.body)
        }
        let status = response.head.status.code
        if response.isPage { throw failure.unreadable("it sent an HTML page", status: status) }
        do {
            let answer = try Value(json: response.body)
            var reply = wire.marked(try wire.reply(to: request, from: answer), to: request)
            reply.duration = response.duration
            return reply
        } catch let error as JSONError {
            throw failure.unreadable("its answer is not JSON", status: status, underlyingError: error)
        } catch let problem as WireProblem {
            throw failure.error(problem)
        } catch {
            throw failure.unreadable("its answer cannot be read", status: status, underlyingError: error)
        }
    }

    /// Asks for a reply piece by piece. Nothing is sent before the first piece is asked for, and no more is read than
    /// the reader asks for.
    func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error> {
        let reply = StreamedReply(endpoint: self, request: request)
        return AsyncThrowingStream { try await reply.next() }
    }

    func transportRequest(for request: ChatRequest, isStreamed: Bool) -> TransportRequest {
        var fields = fields
        fields[.contentType] = "application/json"
        fields[.accept] = isStreamed && wire.framing == .events ? "text/event-stream" : "application/json"
        let body = wire.body(for: request, isStreamed: isStreamed)
        return TransportRequest(.post, address, fields: fields, body: body.jsonBytes, timeouts: timeouts)
    }

    func failure(for request: ChatRequest) -> ProviderFailure {
        ProviderFailure(
            request: request, address: address, variables: variables, key: key,
            unknownModelRemedy: wire.remedy(forUnknownModel: request.model.model), now: wallClock())
    }

    /// `error` as the caller sees it: with the model, of which the transport does not know, and in place of a wire's
    /// finding what it means.
    func named(_ error: any Error, for request: ChatRequest) -> any Error {
        switch error {
        case let problem as WireProblem: failure(for: request).error(problem)
        case let error as ModelError where error.model == nil: error.asking(request.model)
        default: error
        }
    }
}

extension TransportResponse {
    /// Whether the body is a page for people: as it begins, or else as it is called.
    var isPage: Bool {
        switch body.first(where: { $0 > 0x20 }) {
        case UInt8(ascii: "{"): false
        case UInt8(ascii: "<"): true
        default: head.headerFields[.contentType]?.lowercased().hasPrefix("text/html") == true
        }
    }
}
