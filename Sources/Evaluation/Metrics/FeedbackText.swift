import TraceGraph

/// The words of the metrics' own feedback, kept short: an optimizer reads many of them.
enum FeedbackText {
    /// The most characters of one value that feedback quotes.
    static let longest = 300

    static func failed(_ message: String) -> String {
        "The workflow failed: \(cut(message))"
    }

    static func correct(_ output: Value) -> String {
        "Correct: \(quote(output))."
    }

    static func wrong(_ output: Value, expected: Value, because reason: String = "") -> String {
        let reason = reason.isEmpty ? "" : " (\(reason))"
        return "Expected \(quote(expected)), got \(quote(output))\(reason)."
    }

    static func quote(_ value: Value) -> String {
        let text = value.json
        guard text.count > longest else { return text }
        let left = text.count - longest
        return "\(text.prefix(longest))… (\(left) characters left out)"
    }

    static func cut(_ text: String) -> String {
        text.count > longest ? "\(text.prefix(longest))… (\(text.count - longest) characters left out)" : text
    }

    /// A share as people write it: at most three decimals.
    static func number(_ value: Double) -> String {
        let rounded = (value * 1000).rounded() / 1000
        return Int(exactly: rounded).map(String.init) ?? "\(rounded)"
    }
}
