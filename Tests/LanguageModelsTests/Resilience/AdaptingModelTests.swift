import LanguageModels
import Synchronization
import Testing

@Suite struct AdaptingModelTests {
    /// Refuses what `refuses` says, and remembers which temperatures it was told.
    final class Picky: LanguageModel {
        private let refuses: @Sendable (ChatRequest) -> ModelError?
        private let seen = Mutex<[Double?]>([])
        var temperatures: [Double?] { seen.withLock { $0 } }

        init(_ refuses: @escaping @Sendable (ChatRequest) -> ModelError?) { self.refuses = refuses }

        func reply(to request: ChatRequest) async throws -> ChatReply {
            seen.withLock { $0.append(request.temperature) }
            if let error = refuses(request) { throw error }
            return ChatReply(text: "answer")
        }
    }

    static let refusal = ModelError(.badRequest, "only the default", status: 400, refusedSetting: "temperature")

    func chat(_ text: String, _ temperature: Double?, model: String = "openai:new") throws -> ChatRequest {
        ChatRequest(
            model: try #require(ModelName(model)), messages: [.user(text)], temperature: temperature,
            maximumTokens: 7)
    }

    @Test func aRefusedTemperatureIsLeftOutOnceAndThenAlways() async throws {
        let picky = Picky { $0.temperature == nil ? nil : Self.refusal }
        let model = AdaptingModel(picky)
        #expect(try await model.reply(to: chat("a", 0)).text == "answer")
        #expect(picky.temperatures == [0, nil])
        #expect(try await model.reply(to: chat("b", 0.7)).text == "answer")
        #expect(picky.temperatures == [0, nil, nil])
    }

    @Test func eachModelIsFoundOutByItself() async throws {
        let picky = Picky { $0.model.model == "new" && $0.temperature != nil ? Self.refusal : nil }
        let model = AdaptingModel(picky)
        _ = try await model.reply(to: chat("a", 0))
        _ = try await model.reply(to: chat("a", 0.5, model: "openai:old"))
        #expect(picky.temperatures == [0, nil, 0.5])
    }

    @Test func aRequestWithoutATemperatureIsAskedOnce() async throws {
        let picky = Picky { _ in Self.refusal }
        await fails(with: .badRequest) { _ = try await AdaptingModel(picky).reply(to: chat("a", nil)) }
        #expect(picky.temperatures == [nil])
    }

    @Test func otherRefusalsAreThrownAsTheyAre() async throws {
        let picky = Picky { _ in ModelError(.badRequest, "stop: too many", status: 400) }
        await fails(with: .badRequest) { _ = try await AdaptingModel(picky).reply(to: chat("a", 0)) }
        #expect(picky.temperatures == [0])
    }

    @Test func whatDoesNotHelpIsNotRemembered() async throws {
        let picky = Picky { $0.temperature == nil ? ModelError(.contextTooLong, "long") : Self.refusal }
        let model = AdaptingModel(picky)
        await fails(with: .contextTooLong) { _ = try await model.reply(to: chat("a", 0)) }
        await fails(with: .contextTooLong) { _ = try await model.reply(to: chat("a", 0)) }
        #expect(picky.temperatures == [0, nil, 0, nil])
    }

    @Test func streamsAreAskedAgainToo() async throws {
        let picky = Picky { $0.temperature == nil ? nil : Self.refusal }
        var pieces: [ChatPiece] = []
        for try await piece in AdaptingModel(picky).stream(try chat("a", 0)) { pieces.append(piece) }
        #expect(pieces.first == .text("answer") && pieces.count == 2)
        #expect(picky.temperatures == [0, nil])
    }
}
