import CCurl
import Synchronization

/// The one thread that works the multi handle, and the inbox through which tasks reach it.
///
/// Unchecked because all but the inbox belongs to the thread.
final class CurlDriver: @unchecked Sendable {
    enum Command {
        case start(CurlTransfer)
        case cancel(CurlTransfer)
        /// The reader of a paused transfer wants more.
        case resume(CurlTransfer)
        case stop
    }

    private struct Inbox {
        var commands: [Command] = []
        var isClosed = false
    }

    private let inbox = Mutex(Inbox())
    private let multi: UnsafeMutableRawPointer
    private let options: CurlOptions
    private let doorbell: Doorbell
    private let turn = CurlTurn()
    private var active: [CurlTransfer] = []
    private var idleHandles: [CurlEasy] = []

    /// Easy handles kept for later, about 6 kB each: as many as requests may well be under way.
    private static let idleHandleLimit = 512
    /// With nothing under way the thread only waits to be woken.
    private static let longestWait = Duration.seconds(60)

    init(_ options: CurlOptions) throws(ModelError) {
        guard let multi = curl_multi_init() else {
            throw ModelError(.unreachable, "libcurl cannot be started: is there memory left?")
        }
        guard let doorbell = Doorbell() else {
            curl_multi_cleanup(multi)
            throw ModelError(
                .unreachable, "no pipe can be opened for model calls: may more files be open? (ulimit -n)")
        }
        self.multi = multi
        self.doorbell = doorbell
        self.options = options
        ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, options.maximumConnectionsPerHost)
        // Left alone, libcurl closes idle connections as soon as fewer requests are under way.
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, max(64, options.maximumConnectionsPerHost))
    }

    func start() throws(ModelError) {
        guard startThread({ self.run() }) else {
            curl_multi_cleanup(multi)
            throw ModelError(.unreachable, "no thread can be started for model calls: are there too many processes?")
        }
    }

    /// Hands `command` to the thread.
    ///
    /// - Returns: false when the driver has stopped; the command is dropped then.
    @discardableResult
    func submit(_ command: Command) -> Bool {
        let place: Int? = inbox.withLock { inbox in
            guard !inbox.isClosed else { return nil }
            inbox.commands.append(command)
            return inbox.commands.count
        }
        // Not under the lock: the thread wakes at once, and would spin until the lock is free.
        if place == 1 { doorbell.ring() }
        return place != nil
    }

    /// Closes `transfer`, whether it has reached the thread yet or not.
    func cancel(_ transfer: CurlTransfer) {
        transfer.isCancelled.store(true, ordering: .relaxed)
        submit(.cancel(transfer))
    }

    // MARK: On the thread

    private func run() {
        while true {
            turn.now = .now
            let commands = inbox.withLock { inbox in
                let commands = inbox.commands
                inbox.commands.removeAll(keepingCapacity: commands.count <= 1024)
                return commands
            }
            for command in commands {
                switch command {
                case .start(let transfer): begin(transfer)
                case .cancel(let transfer):
                    if transfer.easy != nil { end(transfer, throwing: CancellationError()) }
                case .resume(let transfer): resume(transfer)
                case .stop: return shutDown()
                }
            }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            collectFinished()
            endExpired()
            waitForWork()
        }
    }

    /// Until a socket is ready, a command is there or a deadline is over.
    private func waitForWork() {
        var bell = curl_waitfd(fd: doorbell.descriptor, events: Int16(CURL_WAIT_POLLIN), revents: 0)
        curl_multi_poll(multi, &bell, 1, wait(), nil)
        if bell.revents != 0 { doorbell.silence() }
    }

    private func wait() -> Int32 {
        guard let deadline = turn.earliestDeadline else { return Int32(Self.longestWait.milliseconds) }
        let left = min(Self.longestWait, deadline - turn.now)
        // Rounded up: waking just before the deadline would only mean to wait again.
        return Int32(max(0, left.milliseconds + 1))
    }

    private func begin(_ transfer: CurlTransfer) {
        guard !transfer.isCancelled.load(ordering: .relaxed) else {
            return transfer.complete(throwing: CancellationError())
        }
        guard let easy = idleHandles.popLast() ?? CurlEasy() else {
            return transfer.complete(throwing: CurlFailure(CURLE_OUT_OF_MEMORY).modelError(for: transfer.request))
        }
        let result = easy.prepare(for: transfer, options: options)
        guard result == CURLE_OK, curl_multi_add_handle(multi, easy.handle) == CURLM_OK else {
            let failure = CurlFailure(result == CURLE_OK ? CURLE_FAILED_INIT : result)
            return transfer.complete(throwing: failure.modelError(for: transfer.request))
        }
        transfer.easy = easy
        transfer.turn = turn
        transfer.started = turn.now
        transfer.slot = active.count
        active.append(transfer)
        turn.mustLook(at: turn.now + transfer.request.timeouts.total)
    }

    private func resume(_ transfer: CurlTransfer) {
        guard let easy = transfer.easy, transfer.isPaused else { return }
        transfer.isPaused = false
        transfer.lastActivity = turn.now
        turn.mustLook(at: turn.now + transfer.request.timeouts.idle)
        curl_easy_pause(easy.handle, CURLPAUSE_CONT)
    }

    private func collectFinished() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE else { continue }
            let result = message.pointee.data.result
            var context: UnsafeMutableRawPointer?
            guard let handle = message.pointee.easy_handle,
                ccurl_get_pointer(handle, CURLINFO_PRIVATE, &context) == CURLE_OK,
                let transfer = CurlEasy.transfer(context)
            else { continue }
            if let failure = transfer.failure {
                end(transfer, throwing: failure)
            } else if result == CURLE_OK {
                release(transfer, stillFit: true)
                transfer.complete(at: .now)
            } else {
                let failure = CurlFailure(result, transfer.easy)
                end(transfer, throwing: failure.modelError(for: transfer.request))
            }
        }
    }

    private func endExpired() {
        guard let earliest = turn.earliestDeadline, earliest <= turn.now else { return }
        turn.earliestDeadline = nil
        // Backwards: ending a transfer moves the last one into its place.
        for transfer in active.reversed() {
            let (expired, next) = transfer.expiry(at: turn.now)
            if let expired { end(transfer, throwing: expired) } else { turn.mustLook(at: next) }
        }
    }

    private func end(_ transfer: CurlTransfer, throwing error: any Error) {
        release(transfer)
        transfer.complete(throwing: error)
    }

    /// Takes `transfer` off the multi handle, which closes its connection unless the answer is complete.
    ///
    /// - Parameter stillFit: Whether its handle can serve another such request as it is set up.
    private func release(_ transfer: CurlTransfer, stillFit: Bool = false) {
        guard let easy = transfer.easy else { return }
        curl_multi_remove_handle(multi, easy.handle)
        transfer.easy = nil
        transfer.turn = nil
        let last = active.removeLast()
        if last !== transfer {
            active[transfer.slot] = last
            last.slot = transfer.slot
        }
        if stillFit { easy.letGo() } else { easy.reset() }
        if idleHandles.count < Self.idleHandleLimit { idleHandles.append(easy) }
    }

    private func shutDown() {
        let left = inbox.withLock { inbox in
            inbox.isClosed = true
            defer { inbox.commands = [] }
            return inbox.commands
        }
        for case .start(let transfer) in left { transfer.complete(throwing: CancellationError()) }
        for transfer in active.reversed() { end(transfer, throwing: CancellationError()) }
        idleHandles = []
        curl_multi_cleanup(multi)
    }
}
