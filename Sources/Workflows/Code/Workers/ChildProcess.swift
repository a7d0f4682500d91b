import CProcess
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a child is started with.
struct ChildLaunch: Sendable {
    /// The program's absolute path and its arguments.
    var command: [String]
    /// The whole environment of the child.
    var environment: [String: String]
    /// Readable by the child on descriptor 5, to its end.
    var extra: [UInt8] = []
    /// A system call filter put on the child itself.
    var filter: [UInt8] = []
    /// The folder it starts in; nil for this process's own.
    var directory: String?
}

/// A running child in a session of its own: requests go in on one pipe, replies come back on another, and all it prints
/// on a third.
///
/// It must be started, used and reaped by one thread, and dies with that thread; ``kill()`` may come from anywhere.
final class ChildProcess: Sendable {
    /// Write end; never waits.
    let requests: Int32
    /// Read end; never waits.
    let replies: Int32
    /// Read end; never waits. At its end every process of the child is gone or has given up its output.
    let output: Int32

    private let process: pid_t
    private let isReaped = Mutex(false)

    init(_ launch: ChildLaunch) throws(CodeError) {
        var opened: [Int32] = []
        func pipe() throws(CodeError) -> (read: Int32, write: Int32) {
            var ends: [Int32] = [-1, -1]
            let error = cprocess_pipe(&ends)
            guard error == 0 else { throw Self.failure("no pipe for it could be made", error) }
            opened += ends
            return (ends[0], ends[1])
        }
        do throws(CodeError) {
            let request = try pipe()
            let reply = try pipe()
            let output = try pipe()
            var childEnds = [request.read, reply.write, output.write]
            var extra: Int32 = -1
            if !launch.extra.isEmpty {
                let source = try pipe()
                // A pipe holds at least 4 096 bytes, more than any filter, so this never waits.
                let written = write(source.write, launch.extra, launch.extra.count)
                guard written == launch.extra.count else { throw Self.failure("its filter could not be passed", errno) }
                extra = source.read
                childEnds += [source.read, source.write]
            }
            for end in [request.write, reply.read, output.read] {
                let error = cprocess_set_nonblocking(end)
                guard error == 0 else { throw Self.failure("its pipes could not be set up", error) }
            }
            (requests, replies, self.output) = (request.write, reply.read, output.read)
            process = try Self.start(
                launch, request: request.read, reply: reply.write, output: output.write, extra: extra)
            for end in childEnds { close(end) }
        } catch {
            for end in opened { close(end) }
            throw error
        }
    }

    deinit {
        close(requests)
        close(replies)
        close(output)
    }

    private static func start(
        _ launch: ChildLaunch, request: Int32, reply: Int32, output: Int32, extra: Int32
    ) throws(CodeError) -> pid_t {
        var process: pid_t = 0
        let environment = launch.environment.map { "\($0.key)=\($0.value)" }
        let error = withCStrings(launch.command) { arguments in
            withCStrings(environment) { environment in
                withCStrings([launch.directory].compactMap { $0 }) { directory in
                    launch.filter.withUnsafeBytes { filter in
                        // Without a directory the first string is the terminator: null.
                        var start = cprocess_launch(
                            path: arguments[0], arguments: arguments, environment: environment, request: request,
                            reply: reply, output: output, extra: extra, directory: directory[0],
                            filter: filter.baseAddress, filter_size: filter.count)
                        return cprocess_start(&start, &process)
                    }
                }
            }
        }
        guard error == 0 else { throw failure("no process could be made", error) }
        return process
    }

    private static func failure(_ what: String, _ error: Int32) -> CodeError {
        CodeError(.startFailed, "A child for code could not be started: \(what) (\(String(cString: strerror(error)))).")
    }

    /// Kills the child and its process group; nothing once it is reaped.
    func kill() {
        isReaped.withLock { isReaped in
            guard !isReaped else { return }
            #if canImport(Darwin)
                _ = Darwin.kill(-process, SIGKILL)
                _ = Darwin.kill(process, SIGKILL)
            #elseif canImport(Musl)
                _ = Musl.kill(-process, SIGKILL)
                _ = Musl.kill(process, SIGKILL)
            #else
                // The group exists once the child has made its session; the child itself from the beginning.
                _ = Glibc.kill(-process, SIGKILL)
                _ = Glibc.kill(process, SIGKILL)
            #endif
        }
    }

    /// Waits for the end of the child; 128 + signal for one that was killed.
    func reap() -> Int {
        isReaped.withLock { isReaped in
            guard !isReaped else { return -1 }
            var status: Int32 = 0
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
            isReaped = true
            return Int(cprocess_exit_code(status))
        }
    }
}

/// Calls `body` with the null-terminated C form of `strings`.
private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { buffer in
        // Not empty: it holds the terminator at least.
        buffer.baseAddress.map(body)
    }.unsafelyUnwrapped
}
