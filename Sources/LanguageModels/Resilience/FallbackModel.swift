/// Asks another model where the first one fails, as far as a request lists others: see ``ChatRequest/fallbacks``.
///
/// It belongs outside the cache and the budget, so that each model's replies are kept and paid as its own:
/// `FallbackModel(MeteredModel(CachedModel(…), …), …)`. Which model answered is recorded beside the replies, and a
/// repeated run asks it and not the first one again, which may be back by then. A reply of the first model that is
/// recorded is always preferred.
public struct FallbackModel: LanguageModel {
    /// A model that stands in for another.
    public struct Change: Sendable {
        /// Who failed.
        public let from: ModelName
        /// Who answers instead.
        public let to: ModelName
        /// What the first of them failed with.
        public let failure: ModelError
    }

    private let base: any LanguageModel
    private let cache: (any CompletionCache)?
    private let mode: CacheMode
    private let onChange: @Sendable (Change) -> Void

    /// - Parameters:
    ///   - cache: The cache of `base`, where who answered is kept too; nil keeps nothing.
    ///   - onChange: Told before another model is asked.
    public init(
        _ base: any LanguageModel, cache: (any CompletionCache)? = nil, mode: CacheMode = .use,
        onChange: @escaping @Sendable (Change) -> Void = { _ in }
    ) {
        self.base = base
        self.cache = mode == .off ? nil : cache
        self.mode = mode
        self.onChange = onChange
    }

    /// - Throws: The failure of the only model; of several, the last one's, its message telling of the first.
    public func reply(to request: ChatRequest) async throws -> ChatReply {
        try await answered(request, canRepeat: { true }) { try await base.reply(to: $0) }
    }

    /// As ``reply(to:)``; once a piece has been handed on, no other model is asked.
    public func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error> {
        AsyncThrowingStream(producing: { emit in
            var started = false
            let reply = try await answered(request, canRepeat: { !started }) { request in
                try await base.relay(request) { piece in
                    started = true
                    emit(piece)
                }
            }
            emit(.finished(reply))
        })
    }

    public func endpoint(of model: ModelName) async throws -> String? { try await base.endpoint(of: model) }

    private func answered(
        _ request: ChatRequest, canRepeat: () -> Bool, _ call: (ChatRequest) async throws -> ChatReply
    ) async throws -> ChatReply {
        guard !request.fallbacks.isEmpty else { return try await call(request) }
        let whole = try await base.addressed(request)
        if let model = try recorded(whole) { return try await reply(of: model, to: whole, call) }
        var first: ModelError?
        for (place, model) in request.fallbacks.enumerated() {
            let asked = place == 0 ? request.model : request.fallbacks[place - 1]
            do {
                let reply = try await Alternatives.$areLeft.withValue(true) {
                    try await self.reply(of: asked, to: whole, call)
                }
                if place > 0 { try keep(reply, to: whole) }
                return reply
            } catch let error as ModelError where error.isAboutModel && canRepeat() {
                first = first ?? error
                onChange(Change(from: asked, to: model, failure: error))
            }
        }
        return try await last(of: whole, after: first, call)
    }

    /// The reply of the last model there is.
    private func last(
        of whole: ChatRequest, after first: ModelError?, _ call: (ChatRequest) async throws -> ChatReply
    ) async throws -> ChatReply {
        guard let model = whole.fallbacks.last else { return try await call(whole) }
        do {
            let reply = try await reply(of: model, to: whole, call)
            try keep(reply, to: whole)
            return reply
        } catch let error as ModelError where error.isAboutModel {
            guard let first, first.code != .cacheMiss else { throw first ?? error }
            throw error.saying("\(error.message); before that, \(whole.model) failed: \(first.message)")
        }
    }

    private func reply(
        of model: ModelName, to whole: ChatRequest, _ call: (ChatRequest) async throws -> ChatReply
    ) async throws -> ChatReply {
        var request = whole
        request.fallbacks = []
        guard model != whole.model else { return try await call(request) }
        request.model = model
        request.endpoint = nil
        var reply = try await call(request)
        reply.answeredBy = model
        return reply
    }

    /// Who answered this request in the place of its model; nil when that is not known or the model itself has.
    private func recorded(_ whole: ChatRequest) throws -> ModelName? {
        guard let cache, mode == .use || mode == .only else { return nil }
        var own = whole
        own.fallbacks = []
        guard try cache.reply(for: own.key) == nil else { return nil }
        return try cache.reply(for: whole.key).flatMap { ModelName($0.servedBy) }
    }

    private func keep(_ reply: ChatReply, to whole: ChatRequest) throws {
        guard let cache, mode != .only, reply.isCacheable, let model = reply.answeredBy else { return }
        var noted = reply
        noted.servedBy = model.description
        try cache.keep(noted, to: whole, key: whole.key, replacing: mode == .refresh)
    }
}

/// Whether somebody else can be asked when this call fails, so that waiting long for it is not worth while.
enum Alternatives {
    @TaskLocal static var areLeft = false
}

extension ModelError {
    /// Whether another model may do better: not where the request, the budget or the setting is to blame.
    fileprivate var isAboutModel: Bool {
        [
            .unreachable, .timeout, .interrupted, .rateLimited, .quotaExhausted, .overloaded, .serverError,
            .unreadableReply, .contextTooLong, .cacheMiss, .localServer,
        ].contains(code)
    }
}
