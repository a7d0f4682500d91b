import LanguageModels
import Testing

@Suite struct ModelNameChoosingTests {
    @Test(arguments: [
        (["OPTRACE_MODEL": "ollama:llama3.2:1b", "OPENAI_API_KEY": "k"], "ollama:llama3.2:1b"),
        (["OPTRACE_MODEL": "openai/gpt-4o"], "openai:gpt-4o"),
        (["OPENAI_API_KEY": "k", "ANTHROPIC_API_KEY": "k"], "openai:gpt-4o-mini"),
        (["ANTHROPIC_API_KEY": "k"], "anthropic:claude-haiku-4-5"),
        (["OPENAI_BASE_URL": "http://127.0.0.1:8080/v1"], "openai:default"),
        (["OPENAI_API_KEY": "", "OPTRACE_MODEL": ""], "local:default"),
        ([:], "local:default"),
    ])
    func theModelIsChosenInOrder(environment: [String: String], name: String) throws {
        #expect(try ModelName.standard(in: environment).description == name)
    }

    @Test func whatIsChosenForAKeyHasAPrice() throws {
        for variable in ["OPENAI_API_KEY", "ANTHROPIC_API_KEY"] {
            #expect(PriceTable.standard.price(of: try ModelName.standard(in: [variable: "k"])) != nil)
        }
    }

    @Test func aNameWithoutProviderIsExplained() {
        let error = #expect(throws: ModelError.self) { try ModelName(reading: "gpt-4o") }
        #expect(error?.message.contains("provider:model") == true)
    }
}
