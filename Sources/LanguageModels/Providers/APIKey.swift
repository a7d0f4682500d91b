/// A provider's key. It can be sent, never shown.
public struct APIKey: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let secret: String

    /// - Parameter text: The key; space around it, as files and shells leave it, is dropped.
    /// - Returns: nil when nothing is left.
    public init?(_ text: String) {
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return nil }
        secret = String(text[first...last])
    }

    public var description: String { "(hidden key)" }
    public var debugDescription: String { description }
    /// Shows nothing of the key.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
