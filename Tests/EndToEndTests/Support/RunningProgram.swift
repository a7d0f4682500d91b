import Subprocess
import Synchronization

/// The program while it runs, for tests that interfere with it.
struct RunningProgram: Sendable {
    fileprivate let errors: ErrorText
    private let send: @Sendable () throws -> Void
    private let end: @Sendable () throws -> Void

    init(
        errors: ErrorText, interrupt: @escaping @Sendable () throws -> Void,
        kill: @escaping @Sendable () throws -> Void
    ) {
        self.errors = errors
        self.send = interrupt
        self.end = kill
    }

    /// What Ctrl-C does: SIGINT to every process of the group.
    func interrupt() throws { try send() }

    /// What `kill -9` does, to the program alone; nothing once it has ended.
    func kill() {
        // That it has ended already is the only way this can fail.
        try? end()
    }

    /// Waits until it has written `count` lines to standard error.
    ///
    /// - Returns: False when it ended before.
    func says(lines count: Int) async -> Bool { await errors.satisfies { $0.count { $0 == "\n" } >= count } }

    /// Waits until it has ended.
    func ends() async { _ = await errors.satisfies { _ in false } }

    /// Waits until it has written `text` to standard error.
    ///
    /// - Throws: ``ProgramError`` when it ends without.
    func says(_ text: String) async throws {
        guard await errors.contains(text) else {
            throw ProgramError(message: "the program ended without saying '\(text)': \(errors.text)")
        }
    }
}

/// What a running program writes to standard error, as it comes.
final class ErrorText: Sendable {
    private struct State {
        var text = ""
        var isOver = false
        var waiting: [(isMet: @Sendable (String) -> Bool, continuation: CheckedContinuation<Bool, Never>)] = []
    }

    private let state = Mutex(State())

    var text: String { state.withLock { $0.text } }

    /// Reads until the program closes it.
    func read(_ lines: SubprocessOutputSequence) async throws {
        defer { note(nil) }
        for try await line in lines.strings() { note(line) }
    }

    /// Adds a line; nil for the end.
    private func note(_ line: String?) {
        let due = state.withLock { state in
            if let line { state.text += line + "\n" } else { state.isOver = true }
            let due = state.waiting.filter { state.isOver || $0.isMet(state.text) }
            state.waiting.removeAll { state.isOver || $0.isMet(state.text) }
            return due.map { ($0.continuation, $0.isMet(state.text)) }
        }
        for (continuation, isThere) in due { continuation.resume(returning: isThere) }
    }

    /// Waits until `text` is there; false when the program ended without it.
    func contains(_ text: String) async -> Bool { await satisfies { $0.contains(text) } }

    /// Waits until what is there meets a condition; false when the program ended without.
    func satisfies(_ isMet: @escaping @Sendable (String) -> Bool) async -> Bool {
        await withCheckedContinuation { continuation in
            let known: Bool? = state.withLock { state in
                if isMet(state.text) { return true }
                if state.isOver { return false }
                state.waiting.append((isMet, continuation))
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }
}
