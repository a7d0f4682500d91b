import Foundation

/// `openssl s_server`, with a certificate of its own, which answers any request with a page about the connection.
public struct TestTLSServer: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static let program = "/usr/bin/openssl"

    /// Whether there is an openssl program; tests without one are left out.
    public static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }

    public let port: Int
    /// The file of its certificate, which no authority has signed.
    public let certificate: String
    private let folder: URL
    private let process: Process

    public init() throws {
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
            guard !more.isEmpty else { throw Failure(description: "openssl ended: \(said)") }
            said += String(decoding: more, as: UTF8.self)
        }
        let digits = said.components(separatedBy: "ACCEPT 127.0.0.1:")[1].prefix { $0.isNumber }
        guard let port = Int(digits) else { throw Failure(description: "openssl says no port: \(said)") }
        self.port = port
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

    /// Ends it and removes its files.
    public func stop() {
        process.terminate()
        try? FileManager.default.removeItem(at: folder)
    }
}
