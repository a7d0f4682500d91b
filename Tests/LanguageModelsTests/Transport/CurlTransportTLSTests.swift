import HTTPTypes
import LanguageModels
import TestServer
import Testing

/// TLS against `openssl s_server` with a certificate of its own; left out where there is no openssl program.
@Suite(.timeLimit(.minutes(10)), .enabled(if: TestTLSServer.isInstalled)) struct CurlTransportTLSTests {
    @Test func onlyCertificatesOfKnownAuthoritiesAreAccepted() async throws {
        let server = try TestTLSServer()
        defer { server.stop() }
        let address = try #require(ServerAddress("https://127.0.0.1:\(server.port)/"))
        let request = TransportRequest(.get, address)

        let stranger = try CurlTransport()
        let error = await #expect(throws: ModelError.self) { try await stranger.send(request) }
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains("certificate") == true)

        let friend = try CurlTransport(CurlOptions(environment: ["SSL_CERT_FILE": server.certificate]))
        #expect(try await friend.send(request).head.status.code == 200)

        let otherName = try #require(ServerAddress("https://localhost:\(server.port)/"))
        await #expect(throws: ModelError.self) { try await friend.send(TransportRequest(.get, otherName)) }
    }
}
