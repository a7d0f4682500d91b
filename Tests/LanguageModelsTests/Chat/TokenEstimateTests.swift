import Testing
import TraceGraph

@testable import LanguageModels

@Suite("Guesses of tokens") struct TokenEstimateTests {
    @Test(
        "the tool by which some make a model answer in JSON counts, whoever is asked",
        arguments: ["openai", "anthropic", "x"])
    func tool(_ provider: String) {
        var plain = request("hello")
        plain.model = ModelName(provider: provider, model: "m")
        var json = plain
        json.format = .json
        var schema = plain
        schema.format = .schema(name: "s", ["type": "object"])
        let text = TokenEstimate.mostOfPrompt(of: plain)
        #expect(TokenEstimate.mostOfPrompt(of: json) == text + TokenEstimate.toolTokens)
        #expect(TokenEstimate.mostOfPrompt(of: schema) > text + TokenEstimate.toolTokens)
    }
}
