/// The name of a model: who answers, and which of their models.
///
/// Written `provider:model`; `provider/model` is read too. The model's own name may contain both signs.
public struct ModelName: Sendable, Hashable, Codable, CustomStringConvertible {
    /// `openai`, `anthropic`, `ollama`, `local` or `scripted`.
    public let provider: String
    /// As the provider calls it; a path for `scripted`, a path, an URL or a short name for `local`.
    public let model: String

    public init(provider: String, model: String) {
        self.provider = provider
        self.model = model
    }

    /// Reads `provider:model` or `provider/model`; nil when either part is missing.
    public init?(_ text: String) {
        guard let sign = text.firstIndex(where: { $0 == ":" || $0 == "/" }) else { return nil }
        let provider = text[..<sign]
        let model = text[text.index(after: sign)...]
        guard !provider.isEmpty, !model.isEmpty else { return nil }
        self.init(provider: String(provider), model: String(model))
    }

    public var description: String { "\(provider):\(model)" }
}
