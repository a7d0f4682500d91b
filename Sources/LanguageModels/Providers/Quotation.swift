/// A provider's own words as an error may repeat them: short, without the key, without the prompt.
struct Quotation {
    /// Characters of the provider's message that are kept.
    static let limit = 200

    let key: APIKey?
    let prompts: [String]

    init(key: APIKey? = nil, request: ChatRequest? = nil) {
        self.key = key
        prompts = request?.messages.map(\.content) ?? []
    }

    /// `text` on one line, cleaned and cut.
    func quote(_ text: String) -> String {
        // Anything beyond this cannot reach the quotation, however much of it is a secret.
        var text = String(text.prefix(4 * Self.limit))
        for line in prompts.flatMap({ $0.split(whereSeparator: \.isNewline) }) {
            let line = line.drop { $0.isWhitespace }
            if line.count >= 12 { text.replace(line, with: "[prompt]") }
            // A provider may cut what it repeats.
            if line.count > 24 { text.replace(line.prefix(24), with: "[prompt]") }
        }
        if let secret = key?.secret, secret.count >= 4 { text.replace(secret, with: "[key]") }
        text = text.split(whereSeparator: \.isWhitespace).map(hideKey).joined(separator: " ")
        return text.count > Self.limit ? text.prefix(Self.limit - 1) + "…" : text
    }

    private static let keyPrefixes = ["sk-", "sk_", "pk-", "rk-", "gsk_", "xai-", "hf_", "AIza", "key-", "Bearer"]

    /// `word`, unless it looks like a key or like a part of the key in use.
    private func hideKey(in word: Substring) -> String {
        let bare = word.drop { !$0.isLetter && !$0.isNumber }
        if Self.keyPrefixes.contains(where: { bare.hasPrefix($0) && bare.count > $0.count }) { return "[key]" }
        guard let secret = key?.secret, secret.count >= 8 else { return String(word) }
        let size = 6
        let own = Array(word)
        let parts = Set(windows(Array(secret), size))
        return windows(own, size).contains(where: parts.contains) ? "[key]" : String(word)
    }

    private func windows(_ characters: [Character], _ size: Int) -> [ArraySlice<Character>] {
        guard characters.count >= size else { return [] }
        return (0...(characters.count - size)).map { characters[$0..<($0 + size)] }
    }
}
