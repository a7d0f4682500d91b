import HTTPTypes
import LanguageModels
import TestServer
import Testing

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#endif

@Suite(.timeLimit(.minutes(10))) struct CurlTransportTests {
    func address(_ server: TestServer, _ path: String = "/v1") throws -> ServerAddress {
        try #require(ServerAddress(server.url + path))
    }

    @Test func sendsWhatItIsGivenAndReturnsWhatComes() async throws {
        let server = try TestServer { request in
            TestResponse(201, type: "text/plain", fields: ["X-Kind": "echo"], text: request.method + " " + request.text)
        }
        let transport = try CurlTransport()
        for method: HTTPRequest.Method in [.post, .put, .patch, .delete, .init("PROPFIND") ?? .get] {
            let response = try await transport.send(
                TransportRequest(
                    method, address(server, "/a?b=c"), fields: [.contentType: "text/x", .accept: "y"],
                    body: Array("body ü".utf8)))
            #expect(response.head.status.code == 201)
            #expect(response.head.headerFields[.contentType] == "text/plain")
            #expect(String(decoding: response.body, as: UTF8.self) == "\(method.rawValue) body ü")
            #expect(response.duration > 0)
        }
        let request = try #require(server.requests.first)
        #expect(request.target == "/a?b=c")
        #expect(request["Content-Type"] == "text/x")
        #expect(request["Accept"] == "y")
        #expect(request["Expect"] == nil)
    }

    @Test func sendsWithoutBody() async throws {
        let server = try TestServer { TestResponse(text: $0.method) }
        let transport = try CurlTransport()
        let got = try await transport.send(TransportRequest(.get, address(server)))
        #expect(String(decoding: got.body, as: UTF8.self) == "GET")
        let posted = try await transport.send(TransportRequest(.post, address(server)))
        #expect(String(decoding: posted.body, as: UTF8.self) == "POST")
        #expect(server.requests[1]["Content-Type"] == nil)
    }

    @Test func oneConnectionServesRequestAfterRequest() async throws {
        let server = try TestServer { TestResponse(text: $0.text) }
        let transport = try CurlTransport()
        for number in 0..<20 {
            let response = try await transport.send(
                TransportRequest(.post, address(server), body: Array("\(number)".utf8)))
            #expect(String(decoding: response.body, as: UTF8.self) == "\(number)")
        }
        #expect(server.connectionCount == 1)
    }

    /// The system gives the number of a closed socket to the next one: whoever waits for sockets by number must not take one
    /// for the other.
    @Test(arguments: [1, 2, 8]) func connectionsThatComeAndGoEachServeTheirRequests(callers: Int) async throws {
        let server = try TestServer { request in
            let number = Int(request.text) ?? 0
            var response = TestResponse(fields: number % 3 == 0 ? ["Connection": "close"] : [:], body: request.body)
            // Without a word, so that it is found closed, or breaks, when it is used again.
            if number % 3 != 2 { response.steps.append(.close) }
            return response
        }
        let transport = try CurlTransport()
        let address = try address(server)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    for number in 0..<60 {
                        let text = "\(1_000 * caller + number)"
                        var answer: TransportResponse?
                        while answer == nil {
                            do {
                                answer = try await transport.send(
                                    TransportRequest(.post, address, body: Array(text.utf8)))
                            } catch let error as ModelError where error.code == .interrupted {}
                        }
                        #expect(answer.map { String(decoding: $0.body, as: UTF8.self) } == text)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// A handle stays set up for requests of one form; nothing of it may show in another, nor after a failure.
    @Test func requestsOfDifferentFormsInTurnDoNotShowInEachOther() async throws {
        let server = try TestServer { request in
            if request.text == "break" { return TestResponse(raw: [.text("HTTP/1.1 200 OK\r\n"), .reset]) }
            let extra = request["X-Extra"] ?? "-"
            return TestResponse(text: "\(request.method) \(request.target) \(extra) \(request.text)")
        }
        let transport = try CurlTransport()
        let extra = try #require(HTTPField.Name("X-Extra"))
        func answer(_ method: HTTPRequest.Method, _ path: String, _ fields: HTTPFields, _ body: String) async throws
            -> String
        {
            let response = try await transport.send(
                TransportRequest(method, address(server, path), fields: fields, body: Array(body.utf8)))
            return String(decoding: response.body, as: UTF8.self)
        }
        for number in 0..<3 {
            #expect(try await answer(.post, "/a", [extra: "x"], "one \(number)") == "POST /a x one \(number)")
            #expect(try await answer(.post, "/a", [extra: "x"], "longer \(number)") == "POST /a x longer \(number)")
            #expect(try await answer(.post, "/a", [:], "two") == "POST /a - two")
            #expect(try await answer(.post, "/a", [:], "") == "POST /a - ")
            #expect(try await answer(.get, "/a", [:], "") == "GET /a - ")
            #expect(try await answer(.put, "/b", [extra: "y"], "three") == "PUT /b y three")
            await #expect(throws: ModelError.self) { try await answer(.put, "/b", [extra: "y"], "break") }
            #expect(try await answer(.put, "/b", [extra: "y"], "four") == "PUT /b y four")
            #expect(try await answer(.delete, "/b", [:], "") == "DELETE /b - ")
        }
    }

    @Test func manyRequestsAtOnceEachGetTheirOwnAnswer() async throws {
        let server = try TestServer { TestResponse(text: $0.text) }
        let transport = try CurlTransport(CurlOptions(maximumConnectionsPerHost: 32))
        let address = try address(server)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<512 {
                group.addTask {
                    let body = Array("call \(number)".utf8)
                    return try await transport.send(TransportRequest(.post, address, body: body)).body == body
                }
            }
            for try await isOwn in group { #expect(isOwn) }
        }
        #expect(server.requests.count == 512)
        #expect(server.connectionCount <= 32)
    }

    @Test func hundredsAreInFlightAtOnce() async throws {
        let release = TestSignal()
        let server = try TestServer { _ in TestResponse(text: "ok").held(until: release) }
        let transport = try CurlTransport()
        let address = try address(server)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<256 {
                group.addTask { try await transport.send(TransportRequest(.get, address)).head.status.code }
            }
            await server.received(256)
            release.fire()
            for try await status in group { #expect(status == 200) }
        }
        server.stop()
    }

    @Test func redirectIsAnAnswer() async throws {
        let server = try TestServer { _ in TestResponse(302, fields: ["Location": "/elsewhere"]) }
        let response = try await CurlTransport().send(TransportRequest(.get, address(server)))
        #expect(response.head.status.code == 302)
        #expect(server.requests.count == 1)
    }

    @Test func interimAnswersAreNotTheAnswer() async throws {
        let server = try TestServer { _ in
            let early = TestResponse.Step.text("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n")
            return TestResponse(raw: [early] + TestResponse(text: "ok").steps)
        }
        let response = try await CurlTransport().send(TransportRequest(.get, address(server)))
        #expect(response.head.status.code == 200)
        #expect(response.head.headerFields.count == 2)
    }

    @Test func cancellingClosesTheConnection() async throws {
        let closed = TestSignal()
        let server = try TestServer { _ in .silence(clientClosed: closed) }
        let transport = try CurlTransport()
        let address = try address(server)
        let task = Task { try await transport.send(TransportRequest(.get, address)) }
        await server.received(1)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await closed.wait()
    }

    @Test func cancelledTaskSendsNothing() async throws {
        let server = try TestServer { _ in TestResponse(text: "ok") }
        let transport = try CurlTransport()
        let address = try address(server)
        let gate = TestSignal()
        let task = Task {
            await gate.wait()
            return try await transport.send(TransportRequest(.get, address))
        }
        task.cancel()
        gate.fire()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(server.requests.isEmpty)
    }

    @Test func cancellingOneOfManyLeavesTheOthers() async throws {
        let release = TestSignal()
        let server = try TestServer { _ in TestResponse(text: "ok").held(until: release) }
        let transport = try CurlTransport()
        let address = try address(server)
        let tasks = (0..<40).map { _ in Task { try await transport.send(TransportRequest(.get, address)) } }
        await server.received(40)
        for index in stride(from: 0, to: 40, by: 2) { tasks[index].cancel() }
        for index in stride(from: 0, to: 40, by: 2) {
            await #expect(throws: CancellationError.self) { try await tasks[index].value }
        }
        release.fire()
        for index in stride(from: 1, to: 40, by: 2) { #expect(try await tasks[index].value.head.status.code == 200) }
    }

    @Test func childrenDoNotInheritConnections() async throws {
        let server = try TestServer { _ in TestResponse(text: "ok") }
        let transport = try CurlTransport()
        _ = try await transport.send(TransportRequest(.get, address(server)))
        let inherited = (0..<Int32(1024)).filter { descriptor in
            var peer = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isConnected = withUnsafeMutablePointer(to: &peer) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &size) } == 0
            }
            guard isConnected, Int(UInt16(bigEndian: peer.sin_port)) == server.port else { return false }
            return fcntl(descriptor, F_GETFD) & FD_CLOEXEC == 0
        }
        #expect(inherited == [])
        #expect(transport as Any? != nil)
    }
}
