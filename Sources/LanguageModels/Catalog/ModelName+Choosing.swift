extension ModelName {
    /// Reads the name of a model as people write it.
    ///
    /// - Throws: ``ModelError/Code/unknownProvider`` saying how it is written.
    public init(reading text: String) throws(ModelError) {
        guard let name = ModelName(text) else {
            throw ModelError(
                .unknownProvider,
                "`\(text)` does not name a model: write provider:model, such as openai:gpt-4o-mini or local:default")
        }
        self = name
    }

    /// The model to use where nobody chose one.
    ///
    /// `OPTRACE_MODEL` when it is set; else a small model of whoever there is a key for: OpenAI (`OPENAI_API_KEY`),
    /// Anthropic (`ANTHROPIC_API_KEY`); else `openai:default` of a compatible server (`OPENAI_BASE_URL`); else the local
    /// default model, which needs no account.
    ///
    /// - Throws: ``ModelError/Code/unknownProvider`` when `OPTRACE_MODEL` is not a model's name.
    public static func standard(in environment: [String: String]) throws(ModelError) -> ModelName {
        func isSet(_ name: String) -> Bool { environment[name]?.isEmpty == false }
        if let chosen = environment["OPTRACE_MODEL"], !chosen.isEmpty { return try ModelName(reading: chosen) }
        if isSet("OPENAI_API_KEY") { return ModelName(provider: "openai", model: "gpt-4o-mini") }
        if isSet("ANTHROPIC_API_KEY") { return ModelName(provider: "anthropic", model: "claude-haiku-4-5") }
        if isSet("OPENAI_BASE_URL") { return ModelName(provider: "openai", model: "default") }
        return ModelName(provider: "local", model: "default")
    }
}
