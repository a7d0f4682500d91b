import CProcess
import Foundation

/// Trusted programs of this machine, asked for what they know about themselves.
enum SystemPrograms {
    /// The absolute path of `name`, looked up in `PATH` unless it names a folder itself; nil when there is none.
    static func path(of name: String, in environment: [String: String]) -> String? {
        if name.contains("/") {
            let path = URL(fileURLWithPath: name).standardizedFileURL.path
            return FileManager.default.isExecutableFile(atPath: path) ? path : nil
        }
        let folders = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs `command` to its end with nothing to read; all it prints, and its exit code, 128 + signal when killed.
    ///
    /// - Throws: ``CodeError/Code/startFailed`` when it cannot be started or is not done within `limit`.
    static func output(
        of command: [String], environment: [String: String], within limit: Duration
    ) async throws(CodeError) -> (text: String, exitCode: Int) {
        let launch = ChildLaunch(command: command, environment: environment)
        let result: Result<(text: String, exitCode: Int), CodeError> = await withCheckedContinuation { continuation in
            let thread = Thread {
                cprocess_block_sigpipe()
                do throws(CodeError) {
                    let child = try ChildProcess(launch)
                    var exchange = WorkerExchange(with: child, limits: CodeLimits())
                    let ended = exchange.drain(within: limit)
                    child.kill()
                    let exitCode = child.reap()
                    guard ended else {
                        throw CodeError(.startFailed, "\(command[0]) did not end within \(limit).")
                    }
                    continuation.resume(
                        returning: .success((String(decoding: exchange.printed, as: UTF8.self), exitCode)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            thread.start()
        }
        return try result.get()
    }
}
