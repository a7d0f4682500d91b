import Foundation
import HTTPTypes
import LanguageModels
import Testing

/// TLS against `openssl s_server` with a certificate of its own; left out where there is no openssl program.
@Suite(.timeLimit(.minutes(10)), .enabled(if: OpenSSLServer.isInstalled)) struct CurlTransportTLSTests {
    @Test func onlyCertificatesOfKnownAuthoritiesAreAccepted() async throws {
        let server = try OpenSSLServer()
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

/// `openssl s_server`, which answers any request with a page about the connection.
private struct OpenSSLServer {
    static let program = "/usr/bin/openssl"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

    let port: Int
    let certificate: String
    private let folder: URL
    private let process: Process

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("optrace-tls-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificate = folder.appendingPathComponent("certificate.pem").path
        let key = folder.appendingPathComponent("key.pem").path
        let making = try Self.start([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
        ])
        making.process.waitUntilExit()
        let (process, output) = try Self.start([
            "s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-www",
        ])
        self.process = process
        var said = ""
        while !said.contains("ACCEPT 127.0.0.1:") || said.last != "\n" {
            let more = output.fileHandleForReading.availableData
            try #require(!more.isEmpty, "openssl ended: \(said)")
            said += String(decoding: more, as: UTF8.self)
        }
        let digits = said.components(separatedBy: "ACCEPT 127.0.0.1:")[1].prefix { $0.isNumber }
        port = try #require(Int(digits))
    }

    private static func start(_ arguments: [String]) throws -> (process: Process, output: Pipe) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        // s_server ends with its input.
        process.standardInput = Pipe()
        try process.run()
        return (process, output)
    }

    func stop() {
        process.terminate()
        try? FileManager.default.removeItem(at: folder)
    }
}
