import Foundation
import Synchronization

/// Listens on 127.0.0.1 and holds a conversation with whoever comes: a thread for each connection, of which there are a
/// handful.
final class LoopbackListener: Sendable {
    /// What is left of a conversation when the listener closes.
    enum Farewell {
        /// Nothing: reads and writes of it end at once.
        case none
        /// What was received whole is answered, by a sender that takes its answer within some seconds.
        case answers
    }

    private let socket: ServerSocket
    private let connections = Mutex<Set<Int32>>([])
    private let closed = Atomic(false)
    private let conversations = DispatchGroup()

    private static let mostConnections = 64
    /// What a read or a write of a connection waits for at the most, seconds.
    private static let patience = 60

    /// - Parameter port: 0 for any that is free.
    /// - Throws: ``InspectorError`` with code `cannotListen`.
    init(port: UInt16) throws {
        socket = try ServerSocket.listening(on: port)
    }

    var port: UInt16 { socket.port }
    /// Whether conversations are to end.
    var isClosed: Bool { closed.load(ordering: .acquiring) }

    /// Has `converse` talk to each connection on a thread of its own, until ``close(_:)``. Blocks the calling thread.
    func serve(_ converse: @escaping @Sendable (ServerSocket) -> Void) {
        while let client = socket.accept() {
            let isWelcome = connections.withLock { open in
                guard open.count < Self.mostConnections, !isClosed else { return false }
                open.insert(client.descriptor)
                return true
            }
            guard isWelcome else {
                _ = client.send(PageAnswer(503, "too many connections").bytes(keepsOpen: false))
                client.close()
                continue
            }
            conversations.enter()
            let thread = Thread { [self] in
                client.setPatience(Self.patience)
                converse(client)
                _ = connections.withLock { $0.remove(client.descriptor) }
                client.close()
                conversations.leave()
            }
            thread.stackSize = 1 << 20
            thread.start()
        }
        socket.close()
    }

    /// Ends ``serve(_:)`` and all conversations.
    func close(_ farewell: Farewell) {
        closed.store(true, ordering: .releasing)
        socket.shutDown()
        connections.withLock { open in
            for descriptor in open {
                let client = ServerSocket(descriptor: descriptor)
                switch farewell {
                case .none: client.shutDown()
                case .answers: client.stopReceiving()
                }
            }
        }
        if farewell == .answers { _ = conversations.wait(timeout: .now() + 5) }
    }
}
