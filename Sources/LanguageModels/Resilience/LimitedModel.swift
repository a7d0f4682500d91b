import TraceGraph

/// Keeps the calls of an endpoint within its limits.
public struct LimitedModel: LanguageModel {
    private let base: any LanguageModel
    private let limiter: RequestLimiter
    private let patience: Duration
    private let shortPatience: Duration

    /// - Parameters:
    ///   - limiter: Shared by all models of one endpoint.
    ///   - policy: Whose patience with limits holds for a pause that the endpoint has asked another call for, too.
    public init(_ base: any LanguageModel, limiter: RequestLimiter, policy: RetryPolicy = RetryPolicy()) {
        self.base = base
        self.limiter = limiter
        self.patience = policy.limitTime
        self.shortPatience = min(policy.totalTime, policy.limitTime)
    }

    public func reply(to request: ChatRequest) async throws -> ChatReply {
        try await limited(request) { try await base.reply(to: request) }
    }

    public func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error> {
        AsyncThrowingStream(producing: { emit in
            emit(.finished(try await limited(request) { try await base.relay(request, emit) }))
        })
    }

    public func endpoint(of model: ModelName) async throws -> String? { try await base.endpoint(of: model) }

    private func limited(_ request: ChatRequest, _ call: () async throws -> ChatReply) async throws -> ChatReply {
        let permit = try await limiter.begin(
            tokens: TokenEstimate.likely(for: request), patience: Alternatives.areLeft ? shortPatience : patience)
        do {
            let reply = try await call()
            limiter.end(permit, .answered(tokens: reply.usage.totalTokens))
            return reply
        } catch let error as ModelError where error.code == .rateLimited {
            limiter.end(permit, .refused(retryAfter: error.retryAfter))
            throw error
        } catch {
            limiter.end(permit, .other)
            throw error
        }
    }
}
