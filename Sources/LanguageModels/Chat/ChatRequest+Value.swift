public import ContentHash
public import TraceGraph

extension ChatRequest {
    /// The request as a value, the same for equal requests; what a store keeps and what ``key`` is the digest of.
    public var recorded: Value {
        var fields: Fields = ["model": .text(model.description)]
        fields["endpoint"] = endpoint.map(Value.text)
        fields["messages"] = .list(
            messages.map { ["role": .text($0.role.rawValue), "content": .text($0.content)] })
        fields["temperature"] = temperature.map(Value.number)
        fields["max_tokens"] = maximumTokens.map(Value.integer)
        fields["top_p"] = topP.map(Value.number)
        fields["seed"] = seed.map(Value.integer)
        if !stop.isEmpty { fields["stop"] = .list(stop.map(Value.text)) }
        switch format {
        case .text: break
        case .json: fields["format"] = "json"
        case .schema(let name, let schema): fields["format"] = ["name": .text(name), "schema": schema]
        }
        if wantsLogProbabilities { fields["logprobs"] = true }
        if repetition > 0 { fields["repetition"] = .integer(repetition) }
        if !fallbacks.isEmpty { fields["fallbacks"] = .list(fallbacks.map { .text($0.description) }) }
        return .object(fields)
    }

    /// The digest of the canonical request, repeat and endpoint included: the key of its reply in every cache.
    public var key: ContentHash { ContentHash(of: recorded.canonicalJSON) }
}
