import Testing

@testable import LanguageModels

@Suite struct ServerAddressTests {
    @Test(arguments: [
        "http://127.0.0.1:8080/v1", "https://api.openai.com", "http://[::1]:80/x", "HTTP://host/", "https://h?key=1",
    ])
    func acceptsAbsoluteAddresses(text: String) { #expect(ServerAddress(text) != nil) }

    @Test(arguments: [
        "", "api.openai.com/v1", "ftp://host/", "http://", "http:///path", "http://host:port/", "http://host:99999/",
        "http://ho st/", "http://host/\r\nX: y", "http://host\\x", "http://:80", "http://user@/",
    ])
    func refusesAnythingElse(text: String) { #expect(ServerAddress(text) == nil) }

    @Test func descriptionKeepsSecretsOut() throws {
        let address = try #require(ServerAddress("https://me:secret@host:1234/v1?api-key=hidden#part"))
        #expect(address.description == "https://host:1234/v1")
        #expect(address.url == "https://me:secret@host:1234/v1?api-key=hidden")
    }

    @Test(arguments: [
        ("http://h/v1", "http://h/v1/chat"), ("http://h/v1/", "http://h/v1/chat"), ("http://h", "http://h/chat"),
        ("http://h/v1?a=b", "http://h/v1/chat?a=b"),
    ])
    func appendsBetweenPathAndQuery(base: String, whole: String) throws {
        let address = try #require(ServerAddress(base))
        #expect(address.appending("chat").url == whole)
        #expect(address.appending("/chat").url == whole)
    }

    @Test(arguments: [
        ("http://localhost:1", true), ("http://127.0.0.1", true), ("http://[::1]:8", true), ("http://127.1", true),
        ("http://127.example.com", false), ("http://example.com", false), ("http://notlocalhost", false),
    ])
    func knowsTheLoopback(text: String, isLoopback: Bool) throws {
        #expect(try #require(ServerAddress(text)).isLoopback == isLoopback)
    }
}
