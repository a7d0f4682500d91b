import Foundation
import Subprocess
import Synchronization

/// A server process that this process started and that ends with it.
///
/// The server leads a session of its own. A pipe on its standard input tells it that this process has ended, however it
/// ended: then the shell that waits there ends the server.
final class LocalServerProcess: Sendable {
    /// Whether the server has ended; apart from the process, which the work must not keep alive.
    private final class End: Sendable {
        let hasCome = Mutex(false)
    }

    private let task = Mutex<Task<Void, Never>?>(nil)
    private let end = End()

    /// Runs `command` and writes its output to the file `log`.
    ///
    /// - Returns: The process and its number.
    /// - Throws: ``ModelError/Code/localServer`` when it cannot be started.
    static func start(
        _ command: LocalEngine.Command, log: String
    ) async throws -> (process: LocalServerProcess, pid: Int) {
        let process = LocalServerProcess()
        let end = process.end
        let pid: Int = try await withCheckedThrowingContinuation { continuation in
            let answer = Mutex<CheckedContinuation<Int, any Error>?>(continuation)
            let take: @Sendable () -> CheckedContinuation<Int, any Error>? = {
                answer.withLock { answer in
                    defer { answer = nil }
                    return answer
                }
            }
            process.hold(
                Task {
                    do {
                        try await serve(command, log: log) { take()?.resume(returning: $0) }
                    } catch {
                        take()?.resume(
                            throwing: ModelError(
                                .localServer, "\(command.name) could not be started", underlyingError: error))
                    }
                    take()?.resume(throwing: ModelError(.localServer, "\(command.name) ended at once"))
                    end.hasCome.withLock { $0 = true }
                })
        }
        return (process, pid)
    }

    private init() {}

    deinit { task.withLock { $0?.cancel() } }

    private func hold(_ work: Task<Void, Never>) { task.withLock { $0 = work } }

    /// Whether the server has ended.
    var hasEnded: Bool { end.hasCome.withLock { $0 } }

    /// Ends the server and returns when it is gone.
    func stop() async {
        let work = task.withLock { $0 }
        work?.cancel()
        await work?.value
    }

    private static func serve(
        _ command: LocalEngine.Command, log: String, began: @escaping @Sendable (Int) -> Void
    ) async throws {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(3))]
        _ = try await run(
            .name("sh"), arguments: Arguments(["-c", guarding, "sh"] + command.words),
            // Threads that spin while they wait slow each other down on a busy machine.
            environment: .inherit.updating(["OMP_WAIT_POLICY": "passive"]), platformOptions: options,
            input: .inputWriter, output: .sequence, error: .discarded
        ) { execution in
            began(Int(execution.processIdentifier.value))
            guard let file = FileHandle(forWritingAtPath: log) else { return }
            defer { file.closeFile() }
            file.seekToEndOfFile()
            for try await piece in execution.standardOutput {
                try file.write(contentsOf: piece.withUnsafeBytes { Data($0) })
            }
        }
    }

    /// Waits at the other end of the pipe in the background, then becomes the server.
    private static let guarding = #"""
        exec 3<&0
        (cat <&3; kill -TERM $$; sleep 5; kill -KILL $$) >/dev/null 2>&1 &
        exec 3<&- </dev/null 2>&1
        exec "$@"
        """#

    /// Starts `command` so that it stays when this process ends.
    ///
    /// - Returns: Its process number.
    static func startStaying(_ command: LocalEngine.Command, log: String) async throws -> Int {
        let printed = try await ToolRun.output(
            of: "sh",
            [
                "-c", #"log=$1; shift; OMP_WAIT_POLICY=passive "$@" </dev/null >>"$log" 2>&1 & echo $!"#, "sh", log,
            ] + command.words, for: "\(command.name) could not be started", .localServer)
        guard let pid = Int(printed.filter(\.isNumber)) else {
            throw ModelError(.localServer, "\(command.name) could not be started")
        }
        return pid
    }
}
