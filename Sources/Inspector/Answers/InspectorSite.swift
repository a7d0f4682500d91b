import Foundation
import Interchange
import Synchronization
import TraceGraph
import TraceStore

/// What the pages are told: every address and its answer.
struct InspectorSite: Sendable {
    let store: TraceStore
    let replays: (any ReplayService)?
    private let kept = KeptTraces()

    init(_ store: TraceStore, replays: (any ReplayService)?) {
        self.store = store
        self.replays = replays
    }

    func answer(to request: PageRequest) async -> PageAnswer {
        do {
            return try await found(request)
        } catch let error as InspectorError {
            switch error.code {
            case .badRequest: return PageAnswer(400, error.message)
            case .notFound: return PageAnswer(404, error.message)
            case .unavailable: return PageAnswer(409, error.message)
            case .cannotListen: return PageAnswer(500, error.message)
            }
        } catch let error as StoreError {
            let isMissing = [.unknownRun, .unknownTrace, .ambiguousRun].contains(error.code)
            return PageAnswer(isMissing ? 404 : 500, "\(error)")
        } catch {
            return PageAnswer(500, "\(error)")
        }
    }

    private func found(_ request: PageRequest) async throws -> PageAnswer {
        if request.method == "POST" {
            guard request.path == "/api/replay" else { throw InspectorError(.notFound, "there is no such address") }
            return PageAnswer(json: try await replay(request))
        }
        guard request.method == "GET" || request.method == "HEAD" else {
            return PageAnswer(405, "only GET and POST are answered")
        }
        switch request.path {
        case "/": return PageAnswer(type: "text/html; charset=utf-8", Array(InspectorPage.html.utf8))
        case "/page.css": return PageAnswer(type: "text/css; charset=utf-8", Array(InspectorPage.css.utf8))
        case "/page.js": return PageAnswer(type: "text/javascript; charset=utf-8", Array(InspectorPage.script.utf8))
        case "/favicon.ico": return PageAnswer(type: "image/svg+xml", Array(InspectorPage.icon.utf8))
        case "/api/runs": return PageAnswer(json: try runs())
        case "/api/run": return PageAnswer(json: try await run(request))
        case "/api/candidate": return PageAnswer(json: try candidate(request))
        case "/api/traces": return PageAnswer(json: try traces(request))
        case "/api/trace": return PageAnswer(json: try trace(request))
        case "/api/graph": return PageAnswer(json: try await graph(request))
        case "/api/pulse": return PageAnswer(json: try pulse(request))
        case "/api/pair": return PageAnswer(json: try pair(request))
        case "/api/node": return PageAnswer(json: try node(request))
        case "/api/compare": return PageAnswer(json: try compare(request))
        case "/export": return try await export(request)
        default: throw InspectorError(.notFound, "there is no such address")
        }
    }

    // MARK: Parts of requests

    /// The trace with the number in `name`.
    func recorded(_ request: PageRequest, _ name: String = "id") throws -> RecordedTrace {
        try kept.trace(try number(request, name), in: store, anew: request.query["fresh"] == "1")
    }

    func number(_ request: PageRequest, _ name: String) throws -> Int {
        guard let number = request.query[name].flatMap({ Int($0) }), number >= 0 else {
            throw InspectorError(.badRequest, "'\(name)' takes a number")
        }
        return number
    }

    func node(_ request: PageRequest, of trace: Trace) throws -> Node {
        let index = try number(request, "node")
        guard index < trace.nodes.count else {
            throw InspectorError(.notFound, "the trace has \(trace.nodes.count) nodes and none is \(index)")
        }
        return trace[NodeID(index)]
    }

    private func export(_ request: PageRequest) async throws -> PageAnswer {
        guard let format = request.query["format"].flatMap({ ExportFormat(rawValue: $0) }) else {
            throw InspectorError(.badRequest, "'format' takes one of those in docs/exports.md")
        }
        let content: [UInt8]
        let name: String
        if let run = request.query["run"] {
            guard let written = try await store.recordedRun(run).exported(as: format) else {
                throw InspectorError(.badRequest, "a run cannot be written as \(format.rawValue)")
            }
            (content, name) = (written, "run")
        } else {
            let trace = try recorded(request, "trace")
            (content, name) = (await trace.exported(as: format), "trace-\(trace.number ?? 0)")
        }
        var answer = PageAnswer(type: format.mediaType, content)
        answer.headers = [("Content-Disposition", "attachment; filename=\"\(name).\(format.rawValue)\"")]
        return answer
    }
}

/// The traces looked at last. A trace never changes, but for feedback that is added to it.
private final class KeptTraces: Sendable {
    private struct State {
        var traces: [(number: Int, trace: RecordedTrace, at: ContinuousClock.Instant)] = []
    }

    private let state = Mutex(State())
    /// A page asks for several things about one trace at once: it is read for the first of them.
    private let turns = (0..<8).map { _ in NSLock() }
    private static let most = 6
    /// Feedback that is added to a trace is seen after this long.
    private static let age = Duration.seconds(5)

    func trace(_ number: Int, in store: TraceStore, anew: Bool) throws -> RecordedTrace {
        try turns[number % turns.count].withLock { try trace(number, readFrom: store, anew: anew) }
    }

    private func trace(_ number: Int, readFrom store: TraceStore, anew: Bool) throws -> RecordedTrace {
        let now = ContinuousClock.now
        let kept = state.withLock { state in state.traces.first { $0.number == number } }
        if let kept, !anew, now - kept.at < Self.age { return kept.trace }
        let read: RecordedTrace
        if let kept, !anew, try isStillSo(kept.trace, number, in: store) {
            read = kept.trace
        } else {
            read = try store.recordedTrace(number)
        }
        state.withLock { state in
            // Who began to read later has what is newer.
            guard !state.traces.contains(where: { $0.number == number && $0.at > now }) else { return }
            state.traces.removeAll { $0.number == number }
            state.traces.append((number, read, now))
            if state.traces.count > Self.most { state.traces.removeFirst() }
        }
        return read
    }

    /// Ten thousand nodes are not read again for the feedback that nobody gave.
    private func isStillSo(_ recorded: RecordedTrace, _ number: Int, in store: TraceStore) throws -> Bool {
        try store.summary(ofTrace: number).score == recorded.score
            && store.feedbackCount(ofTrace: number) == recorded.trace.feedback.count
    }
}
