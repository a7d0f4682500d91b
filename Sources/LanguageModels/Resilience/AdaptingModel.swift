public import Logging
import Synchronization

/// Asks without a temperature where a model takes none.
///
/// Newer hosted models refuse every temperature but their own. A request that is refused for it is asked once more without
/// one; once that was answered, the model is not told a temperature any more. Caches above still know such a reply by the
/// request as it was made.
public final class AdaptingModel: LanguageModel {
    private let base: any LanguageModel
    private let logger: Logger
    private let refusing = Mutex<Set<ModelName>>([])

    /// - Parameter logger: Takes one warning for each model that takes no temperature.
    public init(_ base: any LanguageModel, logger: Logger = Logger(label: "optrace.models")) {
        self.base = base
        self.logger = logger
    }

    /// - Throws: What the model throws; the second failure where the request was asked twice.
    public func reply(to request: ChatRequest) async throws -> ChatReply {
        try await adapted(request, canRepeat: { true }) { try await base.reply(to: $0) }
    }

    /// As ``reply(to:)``; once a piece has been handed on, nothing is asked again.
    public func stream(_ request: ChatRequest) -> AsyncThrowingStream<ChatPiece, any Error> {
        AsyncThrowingStream(producing: { [self] emit in
            var started = false
            let reply = try await adapted(request, canRepeat: { !started }) { request in
                try await base.relay(request) { piece in
                    started = true
                    emit(piece)
                }
            }
            emit(.finished(reply))
        })
    }

    private func adapted(
        _ request: ChatRequest, canRepeat: () -> Bool, _ call: (ChatRequest) async throws -> ChatReply
    ) async throws -> ChatReply {
        guard request.temperature != nil else { return try await call(request) }
        var plain = request
        plain.temperature = nil
        if refusing.withLock({ $0.contains(request.model) }) { return try await call(plain) }
        do {
            return try await call(request)
        } catch let error as ModelError where error.refusedSetting == "temperature" && canRepeat() {
            try FailedTries.count()
            let reply = try await call(plain)
            if refusing.withLock({ $0.insert(request.model).inserted }) {
                logger.warning(
                    "the model takes no temperature: it is asked without one",
                    metadata: ["model": "\(request.model)"])
            }
            return reply
        }
    }
}
