import TraceGraph

/// How one kind of provider writes chats and reads replies: pure functions between values and bytes, no calling.
protocol ChatWire: Sendable {
    associatedtype Assembly: ReplyAssembly

    /// What follows the provider's address.
    func path(after base: ServerAddress) -> String

    /// The most tokens of a reply whose request says nothing about it, where the interface demands a number.
    var standingLimit: Int? { get }

    /// How a streamed answer is cut into JSON texts.
    var framing: StreamFraming { get }

    /// The body that asks for a reply to `request`.
    func body(for request: ChatRequest, isStreamed: Bool) -> Value

    /// The reply in a whole answer, without its duration.
    ///
    /// - Throws: ``WireProblem``.
    func reply(to request: ChatRequest, from answer: Value) throws(WireProblem) -> ChatReply

    /// What puts a streamed reply to `request` together.
    func assembly(for request: ChatRequest) -> Assembly

    /// What to do about a model the provider does not have.
    func remedy(forUnknownModel model: String) -> String
}

extension ChatWire {
    var standingLimit: Int? { nil }

    /// The most tokens of the reply that are asked for; nil where that is left to the provider.
    func limit(for request: ChatRequest) -> Int? {
        request.maximumTokens ?? [standingLimit, request.ceiling].compactMap { $0 }.min()
    }

    /// The reply, which knows what cut it off. One that is shorter than the ceiling, by what is told of it, was cut by a
    /// limit of the provider's own, as it would be without a budget.
    func marked(_ reply: ChatReply, to request: ChatRequest) -> ChatReply {
        guard reply.finish == .length, request.maximumTokens == nil, let ceiling = request.ceiling,
            standingLimit.map({ ceiling < $0 }) ?? true,
            reply.usage.completionTokens == 0 || reply.usage.completionTokens >= ceiling
        else { return reply }
        var reply = reply
        reply.cutAtCeiling = ceiling
        return reply
    }
}

/// Puts a streamed reply together, one JSON value after the other.
protocol ReplyAssembly: Sendable {
    /// Takes what arrived.
    ///
    /// - Returns: The text it adds to the reply.
    /// - Throws: ``WireProblem``.
    mutating func take(_ piece: Value) throws(WireProblem) -> String

    /// Notes that the provider has said that nothing follows, in the framing rather than in a piece.
    mutating func close()

    /// Whether the provider has said that nothing follows.
    var isClosed: Bool { get }

    /// The whole reply without its duration; nil while the provider has not said how it ended.
    var reply: ChatReply? { get }
}

enum StreamFraming: Sendable {
    /// The data of server-sent events; the data `[DONE]` ends the stream.
    case events
    /// One JSON text a line.
    case lines
}

/// What is wrong with a provider's answer.
enum WireProblem: Error, Hashable {
    /// It is not what the interface promises; says what was expected where.
    case unreadable(String)
    /// It is the provider's word that something went wrong.
    case complaint(ProviderComplaint)
}

/// An error as providers put it into a body.
struct ProviderComplaint: Hashable, Sendable {
    var message = ""
    /// Type and code in the provider's words.
    var labels: [String] = []
    /// The field of the request that is to blame, where the provider names one.
    var parameter: String?
    /// An HTTP status given inside the body.
    var status: Int?

    /// Nothing but the fact.
    init() {}

    /// Finds the complaint in an answer: `{"error": {"message", "type", "code"}}`, `{"error": "text"}`,
    /// `{"message": …}` and `{"detail": …}` are all about.
    init?(in answer: Value) {
        switch answer["error"] {
        case .text(let text)?: message = text
        case .object(let error)?:
            message = error["message"]?.text ?? ""
            labels = ["type", "code", "status"].compactMap { error[$0]?.text }
            parameter = error["param"]?.text
            status = [error["code"], error["status"]].lazy.compactMap { $0?.integer }.first { (400..<600).contains($0) }
        default:
            guard let text = answer["message"]?.text ?? answer["detail"]?.text else { return nil }
            message = text
        }
    }
}

extension Value {
    /// The error that stands where a reply should.
    var complaint: ProviderComplaint? {
        guard let error = self["error"], !error.isNull else { return nil }
        return ProviderComplaint(in: self)
    }

    /// The whole number of the field `name`, 0 when it is missing; never negative, nor so large that a sum of many
    /// could overflow.
    func count(_ name: String) -> Int { min(max(0, self[name]?.integer ?? 0), 1 << 40) }
}
