/// One message of a chat.
public struct ChatMessage: Sendable, Hashable, Codable {
    /// Who speaks.
    public enum Role: String, Sendable, Hashable, Codable {
        case system, user, assistant
    }

    /// Who speaks.
    public var role: Role
    /// What is said.
    public var content: String

    public init(_ role: Role, _ content: String) {
        self.role = role
        self.content = content
    }

    /// A message that says what the model is to do.
    public static func system(_ content: String) -> ChatMessage { .init(.system, content) }
    /// A message of whoever asks.
    public static func user(_ content: String) -> ChatMessage { .init(.user, content) }
    /// A message of the model.
    public static func assistant(_ content: String) -> ChatMessage { .init(.assistant, content) }
}
