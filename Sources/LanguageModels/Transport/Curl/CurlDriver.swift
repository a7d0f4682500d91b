import CCurl
import Synchronization

/// Works the multi handle: a thread that waits for its sockets, and whoever starts a request while the thread waits.
///
/// A request goes out on the thread that makes it: waking another for that costs as much as sending it. Where the handle is
/// being worked already the request lies in the inbox for the next turn, and so it does where many are under way: the thread
/// has turns all the time then, and takes several with it.
///
/// Unchecked because what is mutable here belongs to whoever holds `work`.
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

    /// What came of a transfer that is over; told once `work` is free, since who hears of it may have the next request.
    private struct Ending {
        let transfer: CurlTransfer
        let result: Result<ContinuousClock.Instant, any Error>

        func tell() {
            switch result {
            case .success(let moment): transfer.complete(at: moment)
            case .failure(let error): transfer.complete(throwing: error)
            }
        }
    }

    private let inbox = Mutex(Inbox())
    private let multi: UnsafeMutableRawPointer
    private let options: CurlOptions
    private let doorbell: Doorbell
    private let sockets: SocketWatch
    /// How many transfers are, as of the last turn.
    private let underWay = Atomic(0)

    // Guarded by `work`, as is the multi handle.
    private let work = Mutex(())
    private let turn = CurlTurn()
    private var active: [CurlTransfer] = []
    private var idleHandles: [CurlEasy] = []
    private var endings: [Ending] = []
    private var isStopping = false
    /// When libcurl wants a turn though no socket is ready.
    private var timer: ContinuousClock.Instant?
    /// When the thread stops waiting. It keeps an appointment that is no longer needed: waking it to wait longer costs more.
    private var appointment = ContinuousClock.now

    /// Easy handles kept for later, about 6 kB each: as many as requests may well be under way.
    private static let idleHandleLimit = 512
    /// With nothing under way the thread only waits to be woken.
    private static let longestWait = Duration.seconds(60)
    /// With as many under way requests wait for the thread.
    private static let fewUnderWay = 3
    /// Turns that libcurl may want at once; one that wants more has them after the next look at the sockets.
    private static let turnsAtOnce = 64

    init(_ options: CurlOptions) throws(ModelError) {
        guard let multi = curl_multi_init() else {
            throw ModelError(.unreachable, "libcurl cannot be started: is there memory left?")
        }
        guard let doorbell = Doorbell(), let sockets = SocketWatch(),
            sockets.watch(doorbell.descriptor, for: .readable)
        else {
            curl_multi_cleanup(multi)
            throw ModelError(
                .unreachable, "no pipe can be opened for model calls: may more files be open? (ulimit -n)")
        }
        self.multi = multi
        self.doorbell = doorbell
        self.sockets = sockets
        self.options = options
        ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, options.maximumConnectionsPerHost)
        // Left alone, libcurl closes idle connections as soon as fewer requests are under way.
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, max(64, options.maximumConnectionsPerHost))
        setCalls()
    }

    private func setCalls() {
        let this = Unmanaged.passUnretained(self).toOpaque()
        ccurl_multi_set_sockets(
            multi,
            { _, socket, wanted, context, _ in
                guard let driver = CurlDriver.driver(context) else { return -1 }
                return driver.watch(socket, wanted) ? 0 : -1
            }, this)
        ccurl_multi_set_timer(
            multi,
            { _, milliseconds, context in
                CurlDriver.driver(context)?.setTimer(milliseconds)
                return 0
            }, this)
    }

    private static func driver(_ context: UnsafeMutableRawPointer?) -> CurlDriver? {
        context.map { Unmanaged<CurlDriver>.fromOpaque($0).takeUnretainedValue() }
    }

    func start() throws(ModelError) {
        guard startThread({ self.run() }) else {
            curl_multi_cleanup(multi)
            throw ModelError(.unreachable, "no thread can be started for model calls: are there too many processes?")
        }
    }

    /// Sends the request of `transfer`, here and now where the multi handle is free.
    ///
    /// - Returns: false when the driver has stopped; the transfer is dropped then.
    func start(_ transfer: CurlTransfer) -> Bool {
        guard let place = leave(.start(transfer)) else { return false }
        guard underWay.load(ordering: .relaxed) < Self.fewUnderWay,
            let done = work.withLockIfAvailable({ _ in
                withoutPipeSignals { takeTurn([]) }
                return (endings: takeEndings(), isWanted: isStopping || nextMoment < appointment)
            })
        else {
            // Whoever was first has rung, or takes its turn with both.
            if place == 1 { doorbell.ring() }
            return true
        }
        if done.isWanted { doorbell.ring() }
        for ending in done.endings { ending.tell() }
        return true
    }

    /// Hands `command` to the thread.
    ///
    /// - Returns: false when the driver has stopped; the command is dropped then.
    @discardableResult
    func submit(_ command: Command) -> Bool {
        let place = leave(command)
        // Not under the lock: the thread wakes at once, and would spin until the lock is free.
        if place == 1 { doorbell.ring() }
        return place != nil
    }

    /// - Returns: Its place in the inbox, from 1; nil when the driver has stopped.
    private func leave(_ command: Command) -> Int? {
        inbox.withLock { inbox in
            guard !inbox.isClosed else { return nil }
            inbox.commands.append(command)
            return inbox.commands.count
        }
    }

    /// Closes `transfer`, whether it has reached the multi handle yet or not.
    func cancel(_ transfer: CurlTransfer) {
        transfer.isCancelled.store(true, ordering: .relaxed)
        submit(.cancel(transfer))
    }

    // MARK: The thread

    private func run() {
        var ready: [SocketWatch.Ready] = []
        while true {
            let (endings, milliseconds) = work.withLock { _ in
                takeTurn(ready)
                return (takeEndings(), isStopping ? nil : makeAppointment())
            }
            for ending in endings { ending.tell() }
            guard let milliseconds else { return shutDown() }
            ready = sockets.wait(milliseconds)
            if ready.contains(where: { $0.descriptor == doorbell.descriptor }) { doorbell.silence() }
        }
    }

    /// The next moment at which something has to be done though nothing happens.
    private var nextMoment: ContinuousClock.Instant {
        let latest = turn.now + Self.longestWait
        return min(timer ?? latest, turn.earliestDeadline ?? latest)
    }

    /// How long to wait for it, milliseconds.
    private func makeAppointment() -> Int32 {
        appointment = appointment > turn.now ? min(appointment, nextMoment) : nextMoment
        // Rounded up: waking just before it would only mean to wait again.
        let left = appointment - turn.now
        return left > .zero ? Int32(left.milliseconds + 1) : 0
    }

    // MARK: Under `work`

    private func takeTurn(_ ready: [SocketWatch.Ready]) {
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
            case .stop: isStopping = true
            }
        }
        var running: Int32 = 0
        for socket in ready where socket.descriptor != doorbell.descriptor {
            if turn.sockets[socket.descriptor]?.isWanted == false {
                turn.sockets[socket.descriptor] = nil
                _ = sockets.watch(socket.descriptor, for: [])
                continue
            }
            var events: Int32 = 0
            if socket.events.contains(.readable) { events |= CURL_CSELECT_IN }
            if socket.events.contains(.writable) { events |= CURL_CSELECT_OUT }
            curl_multi_socket_action(multi, socket.descriptor, events, &running)
        }
        for _ in 0..<Self.turnsAtOnce {
            guard let timer, timer <= turn.now else { break }
            self.timer = nil
            curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running)
        }
        collectFinished()
        endExpired()
        underWay.store(active.count, ordering: .relaxed)
    }

    private func takeEndings() -> [Ending] {
        defer { endings.removeAll() }
        return endings
    }

    /// Kept connections are watched on: telling the system with each request would cost as much as waiting for it does. One
    /// that nobody waits for is forgotten when it has something to say.
    private func watch(_ socket: curl_socket_t, _ wanted: Int32) -> Bool {
        var events: SocketWatch.Events = []
        if wanted == CURL_POLL_IN || wanted == CURL_POLL_INOUT { events.insert(.readable) }
        if wanted == CURL_POLL_OUT || wanted == CURL_POLL_INOUT { events.insert(.writable) }
        if events.isEmpty, turn.sockets[socket]?.watched == .readable {
            turn.sockets[socket]?.isWanted = false
            return true
        }
        if turn.sockets[socket]?.watched == events {
            turn.sockets[socket]?.isWanted = true
            return true
        }
        guard sockets.watch(socket, for: events) else { return false }
        turn.sockets[socket] = events.isEmpty ? nil : CurlTurn.Socket(watched: events)
        return true
    }

    private func setTimer(_ milliseconds: Int) {
        timer = milliseconds < 0 ? nil : turn.now + .milliseconds(milliseconds)
    }

    private func begin(_ transfer: CurlTransfer) {
        guard !transfer.isCancelled.load(ordering: .relaxed) else {
            return tell(transfer, CancellationError())
        }
        guard let easy = idleHandles.popLast() ?? CurlEasy() else {
            return tell(transfer, CurlFailure(CURLE_OUT_OF_MEMORY).modelError(for: transfer.request))
        }
        let result = easy.prepare(for: transfer, options: options)
        guard result == CURLE_OK, curl_multi_add_handle(multi, easy.handle) == CURLM_OK else {
            let failure = CurlFailure(result == CURLE_OK ? CURLE_FAILED_INIT : result)
            return tell(transfer, failure.modelError(for: transfer.request))
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
                endings.append(Ending(transfer: transfer, result: .success(.now)))
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
        tell(transfer, error)
    }

    private func tell(_ transfer: CurlTransfer, _ error: any Error) {
        endings.append(Ending(transfer: transfer, result: .failure(error)))
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
        let endings = work.withLock { _ in
            for case .start(let transfer) in left { tell(transfer, CancellationError()) }
            for transfer in active.reversed() { end(transfer, throwing: CancellationError()) }
            idleHandles = []
            curl_multi_cleanup(multi)
            return takeEndings()
        }
        for ending in endings { ending.tell() }
    }
}
