import Foundation
import Synchronization

/// A real HTTP/1.1 server on a free port of 127.0.0.1, whose answers are given by a closure.
///
/// One thread a connection, keep-alive, TCP_NODELAY. It stops with `stop()` or when it is let go.
public final class TestServer: Sendable {
    public let port: Int
    private let core: TestServerCore

    /// - Parameter answer: Called on the connection's thread for each request.
    public init(_ answer: @escaping @Sendable (TestRequest) -> TestResponse) throws {
        TestSocket.allowMany()
        let listener = try TestSocket.listening()
        port = try listener.port()
        core = TestServerCore(listener: listener, answer: answer)
        let core = core
        Thread.detachNewThread { core.acceptConnections() }
    }

    deinit { core.stop() }

    /// Closes the port and every connection.
    public func stop() { core.stop() }

    /// `http://127.0.0.1:PORT`
    public var url: String { "http://127.0.0.1:\(port)" }

    /// What was asked so far.
    public var requests: [TestRequest] { core.requests }

    /// How many connections clients have opened so far.
    public var connectionCount: Int { core.connectionCount }

    /// Waits until `count` requests have been received in all.
    public func received(_ count: Int) async { await core.received(count) }
}

/// What the server's threads share.
final class TestServerCore: Sendable {
    private struct State {
        var requests: [TestRequest] = []
        var open: [Int: TestSocket] = [:]
        var connectionCount = 0
        var isStopped = false
        /// Until the listener is closed.
        var isListening = true
        var waiting: [(count: Int, signal: TestSignal)] = []
    }

    private let state = Mutex(State())
    private let listener: TestSocket
    private let answer: @Sendable (TestRequest) -> TestResponse

    init(listener: TestSocket, answer: @escaping @Sendable (TestRequest) -> TestResponse) {
        self.listener = listener
        self.answer = answer
    }

    var requests: [TestRequest] { state.withLock { $0.requests } }
    var connectionCount: Int { state.withLock { $0.connectionCount } }
    private var isStopped: Bool { state.withLock { $0.isStopped } }

    func received(_ count: Int) async {
        let signal = TestSignal()
        let isThere = state.withLock { state in
            guard state.requests.count < count else { return true }
            state.waiting.append((count, signal))
            return false
        }
        if !isThere { await signal.wait() }
    }

    func stop() {
        // Inside the lock, and never what is closed: its descriptor may be another server's by now.
        state.withLock { state in
            state.isStopped = true
            if state.isListening { listener.shutDown() }
            for socket in state.open.values { socket.shutDown() }
        }
    }

    func acceptConnections() {
        while let socket = listener.accept() {
            let number: Int? = state.withLock { state in
                guard !state.isStopped else { return nil }
                defer { state.connectionCount += 1 }
                state.open[state.connectionCount] = socket
                return state.connectionCount
            }
            guard let number else {
                socket.close()
                break
            }
            let thread = Thread { self.serve(socket, number) }
            thread.stackSize = 512 << 10
            thread.start()
        }
        state.withLock { state in
            state.isListening = false
            listener.close()
        }
    }

    private func serve(_ socket: TestSocket, _ number: Int) {
        var reader = TestRequestReader(socket: socket, connection: number)
        while let request = reader.next() {
            note(request)
            guard perform(answer(request), on: socket) else { break }
        }
        // Out of the table before the descriptor is given back, so that stopping cannot hit another's.
        state.withLock { _ = $0.open.removeValue(forKey: number) }
        socket.close()
    }

    private func note(_ request: TestRequest) {
        let due = state.withLock { state in
            state.requests.append(request)
            let count = state.requests.count
            let due = state.waiting.filter { $0.count <= count }
            state.waiting.removeAll { $0.count <= count }
            return due
        }
        for (_, signal) in due { signal.fire() }
    }

    /// - Returns: whether the connection can go on.
    private func perform(_ response: TestResponse, on socket: TestSocket) -> Bool {
        for step in response.steps {
            switch step {
            case .bytes(let bytes):
                guard socket.send(bytes) else { return false }
            case .hook(let hook): hook()
            case .wait(let signal): signal.block { isStopped }
            case .untilClientCloses(let signal):
                socket.waitForClose()
                signal.fire()
            case .flood(let count, let stalled):
                guard socket.flood(count, stalled: { stalled.fire() }) else { return false }
            case .close: return false
            case .reset:
                socket.resetOnClose()
                return false
            }
        }
        return true
    }
}
