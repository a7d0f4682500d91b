import Foundation
import HTTPTypes

/// Downloads a file, going on where an earlier try ended.
///
/// What has arrived stays in `path`; beside it, `path.tag` holds the server's mark of that version, so that a file that
/// changed meanwhile is begun anew.
struct FileDownload {
    let transport: any HTTPTransport
    let path: String
    let bytes: Int?
    let progress: @Sendable (LocalProgress) -> Void

    private static let mostRedirects = 5
    private static let tries = 5

    /// - Throws: ``ModelError/Code/download`` with the address and the reason; `CancellationError`.
    func run(_ text: String) async throws {
        guard let address = ServerAddress(text) else {
            throw ModelError(.download, "\(text) is not an http or https address")
        }
        var failures = 0
        while true {
            let before = arrived
            do {
                return try await transfer(address)
            } catch let error as ModelError {
                // A connection that breaks is taken up again for as long as it brings the file forward.
                failures = arrived > before ? 0 : failures + 1
                guard error.code == .interrupted, failures < Self.tries else {
                    throw ModelError(
                        .download, "\(address.host) did not give the file: \(error.message)", url: address.description,
                        status: error.status, underlyingError: error)
                }
            }
        }
    }

    private var arrived: Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? Int) ?? 0
    }

    private var tag: String? { try? String(contentsOfFile: path + ".tag", encoding: .utf8) }

    private func transfer(_ address: ServerAddress) async throws {
        let start = arrived
        if let bytes, start == bytes { return }
        var request = TransportRequest(.get, address, maximumBodySize: .max)
        request.timeouts = TransferTimeouts(
            connect: .seconds(5), firstByte: .seconds(30), idle: .seconds(60), total: .seconds(24 * 3600))
        request.fields[.acceptEncoding] = "identity"
        if start > 0, let tag {
            request.fields[.range] = "bytes=\(start)-"
            request.fields[.ifRange] = tag
        }
        let stream = try await following(request)
        switch stream.head.status.code {
        case 206 where stream.head.headerFields[.contentRange]?.hasPrefix("bytes \(start)-") == true:
            try await write(stream, from: start)
        case 200:
            try await write(stream, from: 0)
        case 416:
            try remove(path)
            throw ModelError(.interrupted, "the file changed meanwhile", url: address.description, status: 416)
        case let status:
            throw ModelError(.badRequest, "the server answered \(status)", url: address.description, status: status)
        }
    }

    private func following(_ request: TransportRequest) async throws -> TransportStream {
        var request = request
        for _ in 0...Self.mostRedirects {
            let stream = try await transport.stream(request)
            guard (300..<400).contains(stream.head.status.code), let target = stream.head.headerFields[.location] else {
                return stream
            }
            let next =
                target.hasPrefix("/")
                ? ServerAddress("\(request.address.scheme)://\(request.address.host)\(target)") : ServerAddress(target)
            guard let next, next.scheme == "https" || request.address.scheme == "http" else {
                throw ModelError(.badRequest, "it is redirected to where it cannot be followed")
            }
            request.address = next
        }
        throw ModelError(.badRequest, "it is redirected more than \(Self.mostRedirects) times")
    }

    private func write(_ stream: TransportStream, from start: Int) async throws {
        if start == 0 {
            try remove(path)
            guard FileManager.default.createFile(atPath: path, contents: nil) else {
                throw ModelError(.setting, "\(path) cannot be written")
            }
            try remove(path + ".tag")
            if let tag = stream.head.headerFields[.eTag] ?? stream.head.headerFields[.lastModified],
                !tag.hasPrefix("W/")
            {
                try tag.write(toFile: path + ".tag", atomically: true, encoding: .utf8)
            }
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { file.closeFile() }
        try file.seekToEnd()
        var count = start
        for try await piece in stream.body {
            do {
                try file.write(contentsOf: piece)
            } catch {
                throw ModelError(.setting, "\(path) cannot be written: is the disk full?", underlyingError: error)
            }
            count += piece.count
            progress(.downloaded(bytes: count, of: bytes))
        }
    }

    private func remove(_ path: String) throws {
        if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
    }
}
