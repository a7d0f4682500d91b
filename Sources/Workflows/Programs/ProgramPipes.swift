import CProcess
import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A child and the thread that owns it: lines go in and come out at any time, in any number.
///
/// The thread starts the child, because a child dies with the thread that started it, and waits in `poll` for it, so
/// that no thread of the concurrency pool ever does.
final class ProgramPipes: Sendable {
    /// How the child ended.
    struct Ending: Sendable {
        /// 128 + signal when it was killed; nil when it could not be started.
        var exitCode: Int?
        /// The end of what it printed.
        var printed: String
        /// Why it was ended from here; nil when it ended by itself.
        var reason: ProgramError?
    }

    private struct State {
        var outbox: [UInt8] = []
        var child: ChildProcess?
        var verdict: ProgramError?
        var isOver = false
    }

    private let state = Mutex(State())
    /// Written to when there is something to send.
    private let bell: (read: Int32, write: Int32)

    /// - Parameters:
    ///   - line: Called on the thread with each line that comes back, without its end; what it throws ends the child.
    ///   - over: Called on the thread once all processes of the child are gone.
    init(
        _ launch: ChildLaunch, line: @escaping @Sendable ([UInt8]) throws(ProgramError) -> Void,
        over: @escaping @Sendable (Ending) -> Void
    ) {
        var ends: [Int32] = [-1, -1]
        let error = cprocess_pipe(&ends)
        bell = (ends[0], ends[1])
        guard error == 0 else {
            let reason = String(cString: strerror(error))
            state.withLock { $0.isOver = true }
            over(
                Ending(
                    exitCode: nil, printed: "",
                    reason: ProgramError(.notStarted, "no pipe for the program could be made (\(reason))")))
            return
        }
        _ = cprocess_set_nonblocking(bell.write)
        _ = cprocess_set_nonblocking(bell.read)
        let thread = Thread { [self] in
            let ending = serve(launch, line)
            state.withLock { state in
                state.isOver = true
                state.child = nil
            }
            over(ending)
        }
        thread.name = "optrace-program"
        thread.start()
    }

    deinit {
        if bell.read >= 0 {
            close(bell.read)
            close(bell.write)
        }
    }

    /// Sends `line`, which ends with a line break; nothing once the child is gone.
    func send(_ line: [UInt8]) {
        let rings = state.withLock { state in
            guard !state.isOver else { return false }
            defer { state.outbox += line }
            return state.outbox.isEmpty
        }
        if rings { ring() }
    }

    /// Kills the child and all it started, for `reason`.
    func kill(_ reason: ProgramError) {
        state.withLock { state in
            state.verdict = state.verdict ?? reason
            state.child?.kill()
        }
        ring()
    }

    private func ring() {
        var byte: UInt8 = 1
        // A full pipe rings already.
        _ = write(bell.write, &byte, 1)
    }

    // MARK: On the thread

    private func serve(_ launch: ChildLaunch, _ line: ([UInt8]) throws(ProgramError) -> Void) -> Ending {
        cprocess_block_sigpipe()
        let child: ChildProcess
        do throws(CodeError) {
            child = try ChildProcess(launch)
        } catch {
            return Ending(exitCode: nil, printed: "", reason: ProgramError(.notStarted, error.message))
        }
        let isUnwanted = state.withLock { state in
            state.child = child
            return state.verdict != nil
        }
        if isUnwanted { child.kill() }
        var exchange = ProgramExchange(with: child)
        var problem: ProgramError?
        while problem == nil, exchange.isOpen {
            exchange.wait(bell: bell.read)
            let (fresh, verdict) = state.withLock { state in
                defer { state.outbox = [] }
                return (state.outbox, state.verdict)
            }
            if verdict != nil { break }
            exchange.send(fresh)
            do throws(ProgramError) {
                try exchange.read(line)
            } catch {
                problem = error
            }
        }
        // One that closed the pipe is given a moment to end by itself, so that its status can be told.
        let endedByItself = problem == nil && exchange.drain(within: 0.5)
        if !endedByItself { child.kill() }
        let exitCode = child.reap()
        _ = exchange.drain(within: 2)
        let verdict = state.withLock { $0.verdict }
        return Ending(exitCode: exitCode, printed: exchange.printed, reason: problem ?? verdict)
    }
}
