import Testing

@testable import LanguageModels

@Suite struct QuotationTests {
    let key = APIKey(" opt-51HqZ8XyTopSecretValue9\n")

    @Test(arguments: [
        "Incorrect API key provided: opt-51HqZ8XyTopSecretValue9.", "bad key opt-51H***************lue9 given",
        "Authorization: Bearer opt-51HqZ8XyTopSecretValue9", "(ZyTopSecretValue9)",
    ])
    func hidesTheKeyAndItsParts(text: String) {
        let quoted = Quotation(key: key).quote(text)
        #expect(!quoted.contains("TopSecret"))
        #expect(!quoted.contains("opt-51"))
    }

    @Test(arguments: ["sk-proj-abc***xyz", "'gsk_1234567'", "hf_abcdefgh", "AIzaSyAbcdef"])
    func hidesWhatLooksLikeAnyKey(word: String) {
        #expect(Quotation().quote("no \(word) here") == "no [key] here")
    }

    @Test func hidesThePrompt() {
        let request = ChatRequest.sample("My secret diary, page one.\nMore of it, far too much to be repeated here.")
        let quoted = Quotation(request: request).quote(
            "invalid input 'My secret diary, page one.' and 'More of it, far too much to b…'")
        #expect(!quoted.contains("diary"))
        #expect(!quoted.contains("far too"))
    }

    @Test func isShortAndOnOneLine() {
        let quoted = Quotation().quote(String(repeating: "word\n", count: 1000))
        #expect(quoted.count == 200)
        #expect(!quoted.contains("\n"))
        #expect(Quotation().quote("as it is") == "as it is")
    }

    @Test func keyIsNeverShown() throws {
        let key = try #require(key)
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped, "\([key])"] { #expect(!text.contains("Secret")) }
        #expect(key.secret == "opt-51HqZ8XyTopSecretValue9")
        #expect(APIKey(" \n") == nil)
    }
}
