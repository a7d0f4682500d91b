import Foundation

/// A Chat Completions request as the scripted server sees it.
public struct TestChat: Sendable, Decodable {
    public struct Message: Sendable, Decodable {
        public var role: String
        public var content: String
    }

    public var model: String
    public var messages: [Message]
    public var stream: Bool?
    public var temperature: Double?
    public var seed: Int?
    public var max_tokens: Int?

    /// The last message, which most scripts look at.
    public var prompt: String { messages.last?.content ?? "" }
}

/// What the scripted server replies.
public enum TestChatReply: Sendable, ExpressibleByStringLiteral {
    /// A reply of the model; token counts that are nil are the numbers of words.
    case text(String, finish: String = "stop", promptTokens: Int? = nil, completionTokens: Int? = nil)
    /// Any other answer.
    case response(TestResponse)

    public init(stringLiteral value: String) { self = .text(value) }
}

extension TestServer {
    /// The chats that were asked for so far. Whatever else came is no chat: a port that another server had before may still be
    /// asked for that one.
    public func chats() throws -> [TestChat] {
        try requests.filter { $0.method == "POST" && $0.target.hasSuffix("/chat/completions") }
            .map { try JSONDecoder().decode(TestChat.self, from: Data($0.body)) }
    }

    /// A server that speaks OpenAI's Chat Completions, whole and streamed, at `url` + `/v1`.
    ///
    /// - Parameters:
    ///   - hold: What the reply to a request waits for; nil for those that are sent at once.
    ///   - reply: Called for each request, on the connection's thread.
    public static func chat(
        holding hold: @escaping @Sendable (TestChat) -> TestSignal? = { _ in nil },
        _ reply: @escaping @Sendable (TestChat) -> TestChatReply
    ) throws -> TestServer {
        try TestServer { request in
            guard request.method == "POST", request.target.hasSuffix("/chat/completions") else {
                return .json(#"{"error":{"message":"no such route"}}"#, status: 404)
            }
            do {
                let chat = try JSONDecoder().decode(TestChat.self, from: Data(request.body))
                switch reply(chat) {
                case .response(let response): return response
                case .text(let text, let finish, let promptTokens, let completionTokens):
                    let completion = Completion(
                        model: chat.model, text: text, finish: finish,
                        promptTokens: promptTokens ?? chat.messages.reduce(0) { $0 + words($1.content).count },
                        completionTokens: completionTokens ?? words(text).count)
                    let response = chat.stream == true ? try completion.streamed() : try completion.whole()
                    return hold(chat).map { response.held(until: $0) } ?? response
                }
            } catch {
                return .json(#"{"error":{"message":"the request cannot be read"}}"#, status: 400)
            }
        }
    }
}

private func words(_ text: String) -> [Substring] { text.split { $0.isWhitespace } }

private struct Completion {
    var model: String
    var text: String
    var finish: String
    var promptTokens: Int
    var completionTokens: Int

    private func json(_ text: String) throws -> String {
        String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    }

    private var usage: String {
        #"{"prompt_tokens":\#(promptTokens),"completion_tokens":\#(completionTokens),"#
            + #""total_tokens":\#(promptTokens + completionTokens)}"#
    }

    func whole() throws -> TestResponse {
        .json(
            #"{"id":"test","object":"chat.completion","model":\#(try json(model)),"choices":[{"index":0,"message":"#
                + #"{"role":"assistant","content":\#(try json(text))},"finish_reason":\#(try json(finish))}],"#
                + #""usage":\#(usage)}"#)
    }

    func streamed() throws -> TestResponse {
        var pieces: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            let end = rest.dropFirst().firstIndex { $0.isWhitespace } ?? rest.endIndex
            pieces.append(try event(#""delta":{"content":\#(try json(String(rest[..<end])))},"finish_reason":null"#))
            rest = rest[end...]
        }
        pieces.append(try event(#""delta":{},"finish_reason":\#(try json(finish))"#))
        pieces.append(#"data: {"model":\#(try json(model)),"choices":[],"usage":\#(usage)}"# + "\n\n")
        pieces.append("data: [DONE]\n\n")
        return .chunked(pieces.map(TestResponse.Step.text))
    }

    private func event(_ choice: String) throws -> String {
        #"data: {"model":\#(try json(model)),"choices":[{"index":0,\#(choice)}]}"# + "\n\n"
    }
}
