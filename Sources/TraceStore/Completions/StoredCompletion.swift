public import ContentHash
public import Foundation
public import LanguageModels
public import TraceGraph

/// A model's reply with the request it answers, as kept.
public struct StoredCompletion: Sendable {
    /// Of the request and its repeat.
    public var key: ContentHash
    /// The model that was asked, as `provider:name`.
    public var model: String
    /// As ``ChatRequest/recorded`` writes it.
    public var request: Value
    /// Marked as cached.
    public var reply: ChatReply
    /// When it was kept.
    public var created: Date
}

extension TraceStore {
    /// The completion kept under `key`; nil when there is none.
    ///
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func completion(key: ContentHash) throws(StoreError) -> StoredCompletion? {
        try read("reading a completion") { try $0.completion(for: key) }
    }

    /// The completion kept under `key`, 64 hex digits as ``ModelCall/completion`` has them; nil when there is none.
    ///
    /// - Throws: ``StoreError`` when the database cannot be read.
    public func completion(key: String) throws(StoreError) -> StoredCompletion? {
        guard let key = ContentHash(hex: key) else { return nil }
        return try completion(key: key)
    }
}
