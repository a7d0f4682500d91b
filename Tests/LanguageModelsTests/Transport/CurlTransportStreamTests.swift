import HTTPTypes
import LanguageModels
import TestServer
import Testing

@Suite(.timeLimit(.minutes(10))) struct CurlTransportStreamTests {
    func request(_ server: TestServer, timeouts: TransferTimeouts = .init()) throws -> TransportRequest {
        TransportRequest(.get, try #require(ServerAddress(server.url)), timeouts: timeouts, maximumBodySize: 1 << 30)
    }

    @Test func piecesComeAsTheyAreSent() async throws {
        let gates = [TestSignal(), TestSignal()]
        let server = try TestServer { _ in
            .chunked(type: "text/x", [.text("one"), .wait(gates[0]), .text("two"), .wait(gates[1]), .text("three")])
        }
        let stream = try await CurlTransport().stream(request(server))
        #expect(stream.head.status.code == 200)
        #expect(stream.head.headerFields[.contentType] == "text/x")
        #expect(try await stream.body.next() == Array("one".utf8))
        gates[0].fire()
        #expect(try await stream.body.next() == Array("two".utf8))
        gates[1].fire()
        #expect(try await stream.body.next() == Array("three".utf8))
        #expect(try await stream.body.next() == nil)
        #expect(try await stream.body.next() == nil)
    }

    @Test func serverWaitsForTheReader() async throws {
        let stalled = TestSignal()
        let finished = TestSignal()
        let size = 48 << 20
        let server = try TestServer { _ in
            .chunked([
                .flood(size, stalled: stalled),
                .hook {
                    finished.fire()
                    stalled.fire()
                },
            ])
        }
        let stream = try await CurlTransport().stream(request(server, timeouts: .init(idle: .milliseconds(50))))
        await stalled.wait()
        #expect(!finished.hasFired)
        var count = 0
        for try await piece in stream.body {
            #expect(piece.first == UInt8(ascii: "x"))
            count += piece.count
        }
        #expect(count == size)
    }

    @Test func lettingGoOfTheBodyClosesTheConnection() async throws {
        let closed = TestSignal()
        let server = try TestServer { _ in .chunked([.text("one"), .untilClientCloses(closed), .close]) }
        let transport = try CurlTransport()
        do {
            let stream = try await transport.stream(request(server))
            #expect(try await stream.body.next() == Array("one".utf8))
        }
        await closed.wait()
    }

    @Test func cancellingTheReaderClosesTheConnection() async throws {
        let closed = TestSignal()
        let read = TestSignal()
        let server = try TestServer { _ in .chunked([.text("one"), .untilClientCloses(closed), .close]) }
        let stream = try await CurlTransport().stream(request(server))
        let task = Task {
            for try await _ in stream.body { read.fire() }
        }
        await read.wait()
        task.cancel()
        await closed.wait()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func whatArrivedBeforeABreakIsStillRead() async throws {
        let server = try TestServer { _ in .chunked([.text("one"), .close]) }
        let stream = try await CurlTransport().stream(request(server))
        var text = ""
        let error = await #expect(throws: ModelError.self) {
            for try await piece in stream.body { text += String(decoding: piece, as: UTF8.self) }
        }
        #expect(text == "one")
        #expect(error?.code == .interrupted)
    }

    @Test func streamKeepsItsTransportAlive() async throws {
        let gate = TestSignal()
        let server = try TestServer { _ in .chunked([.text("one"), .wait(gate), .text("two")]) }
        var transport: CurlTransport? = try CurlTransport()
        let stream = try #require(try await transport?.stream(request(server)))
        transport = nil
        gate.fire()
        var text = ""
        for try await piece in stream.body { text += String(decoding: piece, as: UTF8.self) }
        #expect(text == "onetwo")
    }

    @Test func letGoneTransportClosesItsConnections() async throws {
        let closed = TestSignal()
        let server = try TestServer { _ in
            TestResponse(raw: TestResponse(text: "ok").steps + [.untilClientCloses(closed)])
        }
        var transport: CurlTransport? = try CurlTransport()
        #expect(try await transport?.send(request(server)).head.status.code == 200)
        transport = nil
        await closed.wait()
    }

    @Test func finishedStreamLeavesTheConnectionForTheNext() async throws {
        let server = try TestServer { _ in .chunked([.text("one"), .text("two")]) }
        let transport = try CurlTransport()
        for _ in 0..<5 {
            for try await _ in try await transport.stream(request(server)).body {}
        }
        #expect(server.connectionCount == 1)
    }
}
