import CCurl
import HTTPTypes
import Synchronization

/// What the driver's current turn shares with its transfers.
final class CurlTurn {
    /// When the turn began.
    var now = ContinuousClock.now
    var fieldNames = FieldNames()
    /// What is watched, by descriptor.
    var sockets: [Int32: Socket] = [:]
    /// No transfer has to be ended before this moment.
    var earliestDeadline: ContinuousClock.Instant?

    struct Socket {
        let watched: SocketWatch.Events
        /// Whether a transfer waits for it.
        var isWanted = true
    }

    func mustLook(at moment: ContinuousClock.Instant) {
        if let earliest = earliestDeadline, earliest <= moment { return }
        earliestDeadline = moment
    }
}

/// One request on its way and what has arrived of its answer.
///
/// Unchecked because it changes hands: the calling task makes it and leaves it in the driver's inbox; then it belongs to
/// whoever works the multi handle until it is over, and at last to the one that tells the caller. `isCancelled` is excepted.
final class CurlTransfer: @unchecked Sendable {
    enum Receiver {
        case whole(CheckedContinuation<TransportResponse, any Error>)
        /// The head is owed until it was sent.
        case pieces(head: CheckedContinuation<HTTPResponse, any Error>?, BodyChannel)
    }

    let request: TransportRequest
    let isCancelled = Atomic(false)
    /// Nil once the caller was answered.
    var receiver: Receiver?

    /// Set while the driver works on it.
    var easy: CurlEasy?
    var slot = 0
    var turn: CurlTurn?

    var started = ContinuousClock.now
    var sent: ContinuousClock.Instant?
    var lastActivity: ContinuousClock.Instant?
    var isPaused = false
    /// Why the transfer was stopped from this side.
    var failure: (any Error)?

    var head = CurlHead()
    private var body: [UInt8] = []
    private var received = 0

    init(_ request: TransportRequest) { self.request = request }

    /// The request goes out now; false stops the transfer.
    ///
    /// It goes out once. Where a kept connection ends before a byte has come, libcurl would send it again by itself, once for
    /// each connection that is left: whether the server acted on it nobody knows, and no budget would have counted it.
    func begin() -> Bool {
        guard let turn else { return false }
        guard sent == nil else {
            failure = ModelError.broken(request.address)
            return false
        }
        sent = turn.now
        turn.mustLook(at: turn.now + request.timeouts.firstByte)
        return true
    }

    private func noteActivity() {
        guard let turn else { return }
        if lastActivity == nil { turn.mustLook(at: turn.now + request.timeouts.idle) }
        lastActivity = turn.now
    }

    /// Takes one header line; false stops the transfer.
    func receiveHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        noteActivity()
        guard let turn else { return false }
        switch head.consume(line, &turn.fieldNames) {
        case .more: return true
        case .tooLarge:
            failure = ModelError(
                .unreadableReply, "the answer of \(request.address) has more header fields than any server needs",
                url: request.address.description)
            return false
        case .complete:
            if case .pieces(let owed?, let channel) = receiver {
                receiver = .pieces(head: nil, channel)
                owed.resume(returning: head.response)
            }
            return true
        }
    }

    enum Reception { case taken, refused, stop }

    /// Takes a piece of the body.
    func receiveBody(_ piece: UnsafeBufferPointer<UInt8>) -> Reception {
        noteActivity()
        guard received + piece.count <= request.maximumBodySize else {
            failure = ModelError(
                .unreadableReply,
                "the answer of \(request.address) is larger than the \(request.maximumBodySize) bytes allowed",
                url: request.address.description, status: head.response.status.code)
            return .stop
        }
        switch receiver {
        case .whole:
            body.append(contentsOf: piece)
        case .pieces(_, let channel):
            guard channel.offer(piece) else {
                isPaused = true
                return .refused
            }
        case nil:
            return .stop
        }
        received += piece.count
        return .taken
    }

    /// Which limit `now` is past, and when to look again if none.
    func expiry(at now: ContinuousClock.Instant) -> (expired: ModelError?, next: ContinuousClock.Instant) {
        let limits = request.timeouts
        var next = started + limits.total
        if next <= now { return (timeout("did not finish its answer within", limits.total), next) }
        if let lastActivity {
            guard !isPaused else { return (nil, next) }
            let idle = lastActivity + limits.idle
            if idle <= now { return (timeout("sent nothing more for", limits.idle), next) }
            next = min(next, idle)
        } else if let sent {
            let first = sent + limits.firstByte
            if first <= now { return (timeout("did not begin to answer within", limits.firstByte), next) }
            next = min(next, first)
        }
        return (nil, next)
    }

    private func timeout(_ what: String, _ limit: Duration) -> ModelError {
        .timeout(request.address, what, limit)
    }

    /// Answers the caller: the transfer is over and nothing refers to it any more.
    func complete(at now: ContinuousClock.Instant) {
        // libcurl takes a connection that is closed inside the head for an answer that ends there.
        guard head.isComplete else {
            return complete(throwing: ModelError.broken(request.address))
        }
        switch receiver {
        case .whole(let continuation):
            let duration = (now - (sent ?? started)).nanoseconds
            continuation.resume(
                returning: TransportResponse(head: head.response, body: body, duration: max(0, duration)))
        case .pieces(let owed, let channel):
            owed?.resume(returning: head.response)
            channel.end(.success(()))
        case nil: break
        }
        receiver = nil
    }

    func complete(throwing error: any Error) {
        switch receiver {
        case .whole(let continuation): continuation.resume(throwing: error)
        case .pieces(let owed, let channel):
            owed?.resume(throwing: error)
            channel.end(.failure(error))
        case nil: break
        }
        receiver = nil
    }
}
