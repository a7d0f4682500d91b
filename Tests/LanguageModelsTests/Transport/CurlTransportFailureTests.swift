import HTTPTypes
import LanguageModels
import TestServer
import Testing

@Suite(.timeLimit(.minutes(10))) struct CurlTransportFailureTests {
    func failure(
        of answer: TestResponse, timeouts: TransferTimeouts = TransferTimeouts(), maximumBodySize: Int = 1 << 20
    ) async throws -> ModelError {
        let server = try TestServer { _ in answer }
        let address = try #require(ServerAddress(server.url + "/v1?key=hidden"))
        let transport = try CurlTransport()
        let error = await #expect(throws: ModelError.self) {
            try await transport.send(
                TransportRequest(.get, address, timeouts: timeouts, maximumBodySize: maximumBodySize))
        }
        let found = try #require(error)
        #expect(found.url == server.url + "/v1")
        #expect(found.message.contains(server.url + "/v1"))
        #expect(!found.message.contains("hidden"))
        return found
    }

    @Test func nothingListening() async throws {
        let server = try TestServer { _ in TestResponse() }
        let url = server.url
        server.stop()
        let address = try #require(ServerAddress("http://me:secret@" + url.dropFirst(7) + "/v1"))
        let transport = try CurlTransport()
        let error = await #expect(throws: ModelError.self) {
            try await transport.send(TransportRequest(.get, address))
        }
        let found = try #require(error)
        #expect(found.code == .unreachable)
        #expect(found.message.hasPrefix("nothing listens at \(url)/v1: is the server running?"))
        #expect(!String(describing: found).contains("secret"))
        #expect(found.underlyingError is CurlFailure)
    }

    @Test func noFirstByteInTime() async throws {
        let error = try await failure(of: .silence(), timeouts: .init(firstByte: .milliseconds(30)))
        #expect(error.code == .timeout)
        #expect(error.message.contains("did not begin to answer within 0.03 seconds"))
    }

    @Test func nothingMoreInTime() async throws {
        let answer = TestResponse.chunked([.text("one"), .untilClientCloses(TestSignal()), .close])
        let error = try await failure(of: answer, timeouts: .init(idle: .milliseconds(30)))
        #expect(error.code == .timeout)
        #expect(error.message.contains("sent nothing more for 0.03 seconds"))
    }

    @Test func notDoneInTime() async throws {
        let error = try await failure(of: .silence(), timeouts: .init(total: .milliseconds(30)))
        #expect(error.code == .timeout)
        #expect(error.message.contains("did not finish its answer within 0.03 seconds"))
    }

    @Test(arguments: [TestResponse.Step.close, .reset])
    func connectionBreaksInTheBody(end: TestResponse.Step) async throws {
        let head = TestResponse.Step.text("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        #expect(try await failure(of: TestResponse(raw: [head, end])).code == .interrupted)
    }

    @Test func connectionBreaksInAChunk() async throws {
        #expect(try await failure(of: .chunked([.text("half"), .close])).code == .interrupted)
    }

    @Test func connectionBreaksBeforeTheHead() async throws {
        #expect(try await failure(of: TestResponse(raw: [.close])).code == .interrupted)
    }

    @Test func answerThatIsNotHTTP() async throws {
        let error = try await failure(of: TestResponse(raw: [.text("SSH-2.0-server\r\n\r\n"), .close]))
        #expect(error.code == .unreadableReply)
    }

    @Test func bodyTooLarge() async throws {
        let body = [UInt8](repeating: 1, count: 1001)
        let error = try await failure(of: TestResponse(body: body), maximumBodySize: 1000)
        #expect(error.code == .unreadableReply)
        #expect(error.message.contains("larger than the 1000 bytes allowed"))
        let server = try TestServer { _ in TestResponse(body: Array(body.dropLast())) }
        let address = try #require(ServerAddress(server.url))
        let response = try await CurlTransport().send(TransportRequest(.get, address, maximumBodySize: 1000))
        #expect(response.body.count == 1000)
    }

    @Test func headTooLarge() async throws {
        let line = "X-Long: " + String(repeating: "y", count: 9000) + "\r\n"
        let steps: [TestResponse.Step] =
            [.text("HTTP/1.1 200 OK\r\n")] + (0..<40).map { _ in .text(line) } + [.text("\r\n"), .close]
        #expect(try await failure(of: TestResponse(raw: steps)).code == .unreadableReply)
    }
}
