import LanguageModels
import TraceGraph

extension ChatReply.Finish {
    /// One word, or `other: ` and the provider's own.
    var stored: String {
        switch self {
        case .stop: "stop"
        case .length: "length"
        case .refusal: "refusal"
        case .other(let words): "other: \(words)"
        }
    }

    init(stored: String) {
        switch stored {
        case "stop": self = .stop
        case "length": self = .length
        case "refusal": self = .refusal
        default: self = .other(stored.hasPrefix("other: ") ? String(stored.dropFirst(7)) : stored)
        }
    }
}

extension ChatReply.TokenProbability {
    /// The token, its log-probability, and its alternatives as pairs, the likeliest first.
    var stored: Value {
        let pairs = alternatives.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        return [
            .text(token), .number(logProbability), .list(pairs.map { [.text($0.key), .number($0.value)] }),
        ]
    }

    init(stored: Value) throws(StoreError) {
        guard let parts = stored.list, parts.count == 3, let token = parts[0].text, let number = parts[1].number,
            let pairs = parts[2].list
        else { throw StoreError(.unreadable, "the token probabilities of a stored reply are not as they were written") }
        var alternatives: [String: Double] = [:]
        for pair in pairs {
            guard let pair = pair.list, pair.count == 2, let token = pair[0].text, let number = pair[1].number else {
                throw StoreError(.unreadable, "the alternatives of a stored reply's token are not pairs")
            }
            alternatives[token] = number
        }
        self.init(token: token, logProbability: number, alternatives: alternatives)
    }
}
