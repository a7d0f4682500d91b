public import LanguageModels

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension ChatReply {
    /// How likely the reply was to begin with `answer`, capitals and the space before it aside: the product over its tokens
    /// for as long as they spell the answer; where the reply turns away from it, of the alternative that goes on with it.
    ///
    /// An upper bound, for the tokens behind that alternative are not known. Good for telling apart prompts none of which
    /// has led to the answer.
    ///
    /// - Returns: From 0 to 1; nil when the provider has not told how likely tokens were.
    /// - Complexity: O(tokens + alternatives).
    public func likelihood(of answer: String) -> Double? {
        guard !tokens.isEmpty else { return nil }
        var rest = Self.folded(answer)[...]
        guard !rest.isEmpty else { return nil }
        var logProbability = 0.0
        var isStart = true
        for token in tokens {
            let own = Self.spelling(token.token, isStart: isStart)
            if own.isEmpty, isStart { continue }
            if Self.agrees(own, with: rest) {
                logProbability += token.logProbability
                isStart = false
                rest = rest.dropFirst(own.count)
                if rest.isEmpty { break }
                continue
            }
            let going = token.alternatives.filter { alternative, _ in
                let spelling = Self.spelling(alternative, isStart: isStart)
                return !spelling.isEmpty && Self.agrees(spelling, with: rest)
            }
            guard let best = going.values.max() else { return 0 }
            return min(1, exp(logProbability + best))
        }
        // The reply ended inside the answer: what it says agrees, and goes no further.
        return rest.isEmpty ? min(1, exp(logProbability)) : 0
    }

    private static func agrees(_ spelling: String, with rest: Substring) -> Bool {
        rest.hasPrefix(spelling) || spelling.hasPrefix(rest)
    }

    private static func spelling(_ token: String, isStart: Bool) -> String {
        isStart ? folded(token) : token.lowercased()
    }

    private static func folded(_ text: String) -> String {
        String(text.lowercased().drop { $0.isWhitespace })
    }
}
