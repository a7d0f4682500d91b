import LanguageModels
import TraceGraph

extension ChatRequest {
    /// A request with one user message.
    static func sample(
        _ content: String = "Say hello to everybody here", model: String = "m-1",
        format: ReplyFormat = .text, wantsLogProbabilities: Bool = false
    ) -> ChatRequest {
        ChatRequest(
            model: ModelName(provider: "test", model: model), messages: [.user(content)], format: format,
            wantsLogProbabilities: wantsLogProbabilities)
    }

    /// One that a budget holds `ceiling` tokens back for.
    static func capped(at ceiling: Int, saying maximumTokens: Int? = nil) -> ChatRequest {
        var request = sample()
        request.maximumTokens = maximumTokens
        request.ceiling = ceiling
        return request
    }

    /// A request that sets everything.
    static let full = ChatRequest(
        model: ModelName(provider: "test", model: "org/m:1"),
        messages: [.system("Be brief."), .user("Hi"), .assistant("Hello"), .system("Be kind."), .user("\"Bye\" ü")],
        temperature: 0.5, maximumTokens: 12, topP: 0.9, seed: 7, stop: ["END", "\n"],
        format: .schema(name: "the answer!", ["type": "object", "properties": ["a": ["type": "string"]]]),
        wantsLogProbabilities: true, repetition: 3)
}

extension Array where Element == ChatPiece {
    /// The pieces of text together.
    var text: String {
        map { piece in if case .text(let text) = piece { text } else { "" } }.joined()
    }
}

extension AsyncThrowingStream where Element == ChatPiece, Failure == any Error {
    func collected() async throws -> [ChatPiece] {
        var pieces: [ChatPiece] = []
        for try await piece in self { pieces.append(piece) }
        return pieces
    }
}

extension Value {
    /// A value from JSON written in a test.
    static func json(_ text: String) throws -> Value { try Value(json: text) }
}
