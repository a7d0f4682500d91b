import HTTPTypes
import LanguageModels
import Synchronization
import TestFuzzing
import TestServer
import Testing

/// HTTP answers as no server should write them, over real connections.
@Suite("Fuzzed HTTP", .timeLimit(Fuzz.patience)) struct FramingFuzzTests {
    static let corpus = [
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;x=y\r\nabc\r\n0\r\nTrailer: t\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 429 Slow\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 404 Not Found\r\nConnection: close\r\n\r\n<html>",
        "HTTP/1.1 307 Over There\r\nLocation: http://127.0.0.1:1/x\r\nContent-Length: 0\r\n\r\n",
    ]
    static let words = [
        "HTTP/1.1 ", "HTTP/2 ", "200", "\r\n\r\n", "Content-Length: ", "Transfer-Encoding: ", "chunked", "gzip",
        "identity",
        "Content-Encoding: ", "Connection: close\r\n", "Set-Cookie: a=b\r\n", ": ", "ffffffffffffffff", "-5",
        "0\r\n\r\n",
    ]

    @Test("are read or refused within the time allowed, whole and in pieces") func answers() async throws {
        let mutator = Mutex(Mutator(corpus: Self.corpus, words: Self.words, seed: 7))
        let server = try TestServer { _ in
            let bytes = mutator.withLock { $0.input() }
            return TestResponse(raw: [.bytes(bytes), .close])
        }
        defer { server.stop() }
        let transport = try CurlTransport()
        let address = try #require(ServerAddress(server.url + "/v1"))
        let request = TransportRequest(
            .post, address, body: Array("{}".utf8), timeouts: TransferTimeouts(longest: .seconds(20)),
            maximumBodySize: 100_000)
        for number in Fuzz.cases(400) {
            do {
                if number % 2 == 0 {
                    let response = try await transport.send(request)
                    #expect(response.body.count <= 100_000)
                } else {
                    var count = 0
                    for try await piece in try await transport.stream(request).body { count += piece.count }
                    #expect(count <= 100_000)
                }
            } catch let error as ModelError {
                #expect(
                    [.interrupted, .unreadableReply, .timeout, .unreachable].contains(error.code),
                    "\(error.code): \(error)")
            }
        }
        // And the transport is as good as before.
        let sound = try TestServer { _ in TestResponse(text: "fine") }
        defer { sound.stop() }
        let place = try #require(ServerAddress(sound.url))
        #expect(try await transport.send(TransportRequest(.get, place)).body == Array("fine".utf8))
    }
}
