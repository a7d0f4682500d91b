import Foundation
import Interchange
import Synchronization
public import TraceStore

/// The server behind `optrace view`: loopback only, a token in the link, nothing loaded from anywhere else.
public final class InspectorServer: Sendable {
    private let listener: LoopbackListener
    private let door: Doorkeeper
    private let site: InspectorSite
    private let report: @Sendable (String) -> Void
    /// What is wrong with following along, so that it is reported once.
    private let trouble = Mutex<String?>(nil)

    /// Between two looks at the database, seconds.
    private static let pace = 0.25

    /// Begins to listen; ``serve()`` answers.
    ///
    /// - Parameters:
    ///   - port: 0 for any that is free.
    ///   - replays: What runs executions again with changes; nil where nothing can.
    ///   - report: Told what keeps pages from following along, once each time that it begins.
    /// - Throws: ``InspectorError`` with code `cannotListen`.
    public init(
        _ store: TraceStore, port: UInt16 = 0, replays: (any ReplayService)? = nil,
        report: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        listener = try LoopbackListener(port: port)
        door = Doorkeeper(port: listener.port)
        site = InspectorSite(store, replays: replays)
        self.report = report
    }

    /// The link that opens the page: it holds the token.
    public var link: String { door.link }

    /// Answers until ``close()``. Blocks the thread it is called on.
    public func serve() { listener.serve { [self] in converse(with: $0) } }

    /// Ends ``serve()`` and all connections.
    public func close() { listener.close(.none) }

    private func converse(with client: ServerSocket) {
        var rest: [UInt8] = []
        while !listener.isClosed, let request = PageRequest.read(from: client, rest: &rest) {
            if let objection = door.objection(to: request) {
                guard client.send(objection.bytes(keepsOpen: true, hasBody: request.method != "HEAD")) else { return }
                continue
            }
            if request.method == "GET", request.path == "/events" { return tellChanges(to: client) }
            let answer = answer(to: request)
            let keepsOpen = request.headers["connection"]?.lowercased() != "close"
            let isWanted = request.method != "HEAD"
            guard client.send(answer.bytes(keepsOpen: keepsOpen, hasBody: isWanted)), keepsOpen else { return }
        }
    }

    /// Waits on this thread, which is nobody else's, for what is found out concurrently.
    private func answer(to request: PageRequest) -> PageAnswer {
        let done = DispatchSemaphore(value: 0)
        let answer = Mutex<PageAnswer?>(nil)
        Task { [site] in
            let found = await site.answer(to: request)
            answer.withLock { $0 = found }
            done.signal()
        }
        done.wait()
        return answer.withLock { $0 } ?? PageAnswer(500, "no answer")
    }

    /// Server-sent events: one whenever any process has written to the database.
    private func tellChanges(to client: ServerSocket) {
        let head = PageAnswer(200, type: "text/event-stream", Array("retry: 2000\n\n".utf8))
            .bytes(keepsOpen: false, streams: true)
        var hasBegun = false
        do {
            // Watched before the reader is told so: what it reads from then on is not older than what is known here.
            let watch = try site.store.watch()
            var known = try watch.version()
            guard client.send(head + Array("event: following\ndata: \(known)\n\n".utf8)) else { return }
            hasBegun = true
            trouble.withLock { $0 = nil }
            var silence = 0.0
            while !listener.isClosed {
                Thread.sleep(forTimeInterval: Self.pace)
                let version = try watch.version()
                silence += Self.pace
                if version != known {
                    known = version
                    silence = 0
                    guard client.send(Array("event: change\ndata: \(version)\n\n".utf8)) else { return }
                } else if silence > 10 {
                    silence = 0
                    // Finds out that nobody listens any more.
                    guard client.send(Array(": still here\n\n".utf8)) else { return }
                }
            }
        } catch {
            let told = "\(error)".onOneLine(300)
            let isNew = trouble.withLock { known in
                defer { known = told }
                return known != told
            }
            if isNew { report(told) }
            _ = client.send((hasBegun ? [] : head) + Array("event: trouble\ndata: \(told)\n\n".utf8))
        }
    }
}
