import LanguageModels
import TraceGraph

/// A model that a configuration asks, with its settings.
struct PromptfooProvider: Hashable {
    var model: ModelName
    /// `temperature`, `max_tokens`, `top_p`, `seed`, `stop`, `json`: as a prompt step has them.
    var settings: Fields

    static func all(_ value: Value?, _ source: inout PromptfooSource) -> [PromptfooProvider] {
        guard let value, let resolved = source.resolved(value, for: "providers") else { return [] }
        return (resolved.list ?? [resolved]).flatMap { entry -> [PromptfooProvider] in
            guard let entry = source.resolved(entry, for: "providers") else { return [] }
            if let list = entry.list { return list.compactMap { provider($0, &source) } }
            return provider(entry, &source).map { [$0] } ?? []
        }
    }

    private static func provider(_ entry: Value, _ source: inout PromptfooSource) -> PromptfooProvider? {
        var fields = entry.object ?? Fields()
        var id = entry.text ?? fields["id"]?.text
        // `openai:gpt-4o-mini: { config: … }`
        if id == nil, fields.count == 1, let only = fields.first, let inner = only.value.object {
            id = only.name
            fields = inner
        }
        guard let id else {
            source.remark("providers: an entry without 'id' is left out")
            return nil
        }
        guard let model = model(id) else {
            source.remark("provider \(id): there is no such provider here; name another model under 'models'")
            return nil
        }
        for name in fields.names where !["id", "label", "config"].contains(name) {
            source.remark("provider \(id): '\(name)' is not carried over")
        }
        return PromptfooProvider(model: model, settings: settings(fields["config"], of: id, &source))
    }

    /// `openai:chat:gpt-4o` is openai:gpt-4o.
    private static func model(_ id: String) -> ModelName? {
        var parts = id.split(separator: ":").map(String.init)
        guard parts.count >= 2, ["openai", "anthropic", "ollama"].contains(parts[0]),
            !id.contains(where: { $0.isWhitespace || "{}$\"'#,".contains($0) })
        else { return nil }
        let kinds = ["chat", "completion", "messages", "responses"]
        if parts.count > 2, kinds.contains(parts[1]) { parts.remove(at: 1) }
        if ["embedding", "embeddings", "image", "moderation", "realtime", "assistant"].contains(parts[1]) {
            return nil
        }
        return ModelName(provider: parts[0], model: parts.dropFirst().joined(separator: ":"))
    }

    private static let kept = [
        "temperature": "temperature", "max_tokens": "max_tokens", "top_p": "top_p",
        "seed": "seed", "stop": "stop", "num_predict": "max_tokens", "max_completion_tokens": "max_tokens",
    ]

    /// Whether a step may have the value as this setting.
    private static func fits(_ value: Value, _ setting: String) -> Bool {
        switch setting {
        case "temperature": value.number.map { (0...2).contains($0) } ?? false
        case "top_p": value.number.map { (0...1).contains($0) } ?? false
        case "max_tokens": value.integer.map { $0 >= 1 } ?? false
        case "seed": value.integer != nil
        default: (value.list ?? [value]).allSatisfy { $0.text.map { !$0.isEmpty && !$0.hasPrefix("$") } ?? false }
        }
    }

    private static func settings(_ config: Value?, of id: String, _ source: inout PromptfooSource) -> Fields {
        var settings = Fields()
        for (name, value) in config?.object ?? Fields() {
            if let own = kept[name], fits(value, own) {
                settings[own] = value
            } else if name == "response_format", value["type"]?.text == "json_object" {
                settings["json"] = true
            } else if ["apiKey", "apiKeyEnvar", "apiBaseUrl", "apiHost", "organization"].contains(name) {
                // What is in it may be a secret.
                source.remark(
                    "provider \(id): '\(name)' is not carried over; set "
                        + "\(id.prefix { $0 != ":" }.uppercased())_\(name.hasPrefix("apiKey") ? "API_KEY" : "BASE_URL")"
                )
            } else {
                source.remark("provider \(id): the setting '\(name)' is not carried over")
            }
        }
        return settings
    }
}
