import TraceGraph

/// How many tokens a request is going to use, guessed before it is sent.
public enum TokenEstimate {
    /// Tokens assumed for a reply whose request does not say how many it may have.
    public static let unstatedReply = 4096

    /// Bytes a token stands for in ordinary text.
    public static let bytesPerToken = 4

    /// Tokens that the frame around each message takes.
    static let tokensPerMessage = 16

    /// Tokens that providers add of their own: what a template begins with, and the tool by which some are made to answer in
    /// JSON. Which ones do is their own affair, and nothing that a bound may hang on.
    static let ownTokens = 64
    static let toolTokens = 512

    /// The likely use: about four bytes a token, and a reply of the most tokens allowed, at most 512 of them.
    public static func likely(for request: ChatRequest) -> Int {
        let bytes = request.messages.reduce(0) { $0 + $1.content.utf8.count }
        return bytes / bytesPerToken + request.messages.count * 4 + min(request.maximumTokens ?? 512, 512)
    }

    /// The most tokens the prompt can have.
    ///
    /// Tokenizers that work on bytes never make more tokens than there are bytes; each message, the schema of the
    /// reply and what providers add come on top.
    public static func mostOfPrompt(of request: ChatRequest) -> Int {
        var bytes = request.messages.reduce(0) { $0 + $1.content.utf8.count + tokensPerMessage }
        if case .schema(let name, let schema) = request.format { bytes += name.utf8.count + schema.json.utf8.count }
        if request.format != .text { bytes += toolTokens }
        return bytes + ownTokens
    }

    /// The most tokens the reply can have, where the request says so; ``unstatedReply`` otherwise.
    public static func mostOfReply(to request: ChatRequest) -> Int {
        min(max(request.maximumTokens ?? unstatedReply, 0), 1_000_000_000)
    }
}
