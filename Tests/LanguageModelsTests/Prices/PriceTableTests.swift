import LanguageModels
import Testing
import TraceGraph

@Suite struct PriceTableTests {
    let table = PriceTable.standard

    func price(_ name: String) -> Price? { ModelName(name).flatMap { table.price(of: $0) } }

    @Test(arguments: [
        ("openai:gpt-4o-mini-2024-07-18", "openai:gpt-4o-mini"),
        ("anthropic:claude-haiku-4-5-20251001", "anthropic:claude-haiku-4-5"),
        ("anthropic:claude-3-5-haiku-latest", "anthropic:claude-3-5-haiku"),
        ("openai/gpt-4o", "openai:gpt-4o"),
    ])
    func aDatedNameHasThePriceOfTheUndatedOne(dated: String, undated: String) {
        #expect(price(dated) != nil)
        #expect(price(dated) == price(undated))
    }

    @Test func aListedDateHasItsOwnPrice() {
        #expect(price("openai:gpt-4o-2024-05-13") != price("openai:gpt-4o"))
    }

    @Test(arguments: ["openai:gpt-4o-audio", "openai:gpt-4omni", "openai:something", "elsewhere:gpt-4o"])
    func unknownIsNotFree(name: String) {
        #expect(price(name) == nil)
    }

    @Test(arguments: ["local:default", "ollama:llama3.2:1b", "scripted:replies.yaml"])
    func whatRunsHereIsFree(name: String) {
        #expect(price(name) == .free)
    }

    @Test func cachedPromptTokensHaveTheirOwnPrice() {
        let price = Price(prompt: 2, cachedPrompt: 0.5, completion: 8)
        let usage = Usage(calls: 1, promptTokens: 1_000_000, cachedPromptTokens: 400_000, completionTokens: 500_000)
        #expect(price.cost(of: usage) == 0.6 * 2 + 0.4 * 0.5 + 4)
    }

    @Test func aPriceFileOverrides() throws {
        let prices = try PriceTable.prices(
            yaml: """
                openai:gpt-4o: { prompt: 1, completion: 2 }
                local:default: { prompt: 3, cached_prompt: 0.5, completion: 4.5 }
                """, file: "prices.yaml")
        let table = table.overridden(by: prices)
        #expect(table.price(of: ModelName(provider: "openai", model: "gpt-4o"))?.completion == 2)
        #expect(
            table.price(of: ModelName(provider: "local", model: "default"))
                == Price(prompt: 3, cachedPrompt: 0.5, completion: 4.5))
    }

    @Test(arguments: [
        ("gpt-4o: { prompt: 1, completion: 2 }", "prices.yaml:1: expected a model"),
        ("openai:a: { prompt: 1, completion: 2 }\nopenai:b: { prompt: 1 }", "prices.yaml:2: openai:b needs both"),
        ("openai:a: { prompt: x, completion: 2 }", "must be a number"),
        ("openai:a: { promt: 1, completion: 2 }", "unknown field `promt`"),
        ("openai:a: { prompt: -1, completion: 2 }", "0 or more"),
        ("- 1", "prices.yaml:1"),
        ("a: [", "not YAML"),
    ])
    func mistakesAreNamedWithTheirPlace(text: String, message: String) {
        let error = #expect(throws: ModelError.self) { try PriceTable.prices(yaml: text, file: "prices.yaml") }
        #expect(error?.code == .setting)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func repliesGetTheirCost() async throws {
        let base = ScriptedModel { _ in
            Script.Reply("ok", usage: Usage(calls: 1, promptTokens: 100, completionTokens: 10))
        }
        let known = PricedModel(base, prices: PriceTable(["scripted:test": Price(prompt: 10, completion: 100)]))
        #expect(try await known.reply(to: request("hello")).usage.cost == 0.002)
        let unknown = PricedModel(base, prices: PriceTable())
        #expect(try await unknown.reply(to: request("hello")).usage.cost == nil)
    }

    @Test func whatNobodyToldIsUnknownAndNotFree() async throws {
        let base = ScriptedModel { _ in Script.Reply("ok", usage: Usage(calls: 1, cost: nil)) }
        let dear = PricedModel(base, prices: PriceTable(["scripted:test": Price(prompt: 10, completion: 100)]))
        #expect(try await dear.reply(to: request("hello")).usage.cost == nil)
        let free = PricedModel(base, prices: PriceTable(["scripted:test": .free]))
        #expect(try await free.reply(to: request("hello")).usage.cost == 0)
    }
}
