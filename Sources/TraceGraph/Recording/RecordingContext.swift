import Synchronization

extension Recording {
    /// What the code that runs now belongs to: its recording, the composite operation around it, and the operation that
    /// waits for it.
    @usableFromInline
    final class Context: Sendable {
        @usableFromInline let recording: Recording
        let scope: UInt32
        /// Whether an operation runs here; otherwise the workflow itself, where reading a value hides nothing.
        let isOperation: Bool

        private struct Notes {
            var calls: [ModelCall] = []
            var reads: [UInt32] = []
            var isCached = false
        }

        private let notes = Guarded(Notes())

        init(recording: Recording, scope: UInt32, isOperation: Bool) {
            self.recording = recording
            self.scope = scope
            self.isOperation = isOperation
        }

        func add(_ call: ModelCall) { notes.withLock { $0.calls.append(call) } }

        /// The model calls made while it ran.
        var calls: [ModelCall] { notes.withLock { $0.calls } }

        func noteCached() { notes.withLock { $0.isCached = true } }

        /// Whether a cache gave its result.
        var isCached: Bool { notes.withLock { $0.isCached } }

        func read(_ node: UInt32) {
            notes.withLock { if !$0.reads.contains(node) { $0.reads.append(node) } }
        }

        /// The nodes whose values were read while it ran.
        var reads: [UInt32] { notes.withLock { $0.reads } }
    }

    /// Notes that the innermost operation that runs now, one that waits, is answered by a cache; nothing outside a recording.
    public static func noteCached() {
        guard let current, current.isOperation else { return }
        current.noteCached()
    }

    /// What the code that runs now belongs to; nil outside a recording.
    @usableFromInline static var context: Context? { current }

    /// Notes a model call in the innermost operation that runs now; nothing outside a recording.
    ///
    /// - Parameters:
    ///   - model: As `provider:name`.
    ///   - completion: The key under which request and reply are kept, 64 hex digits.
    ///   - duration: Nanoseconds; the call is taken to have just ended.
    public static func note(
        model: String, completion: String?, usage: Usage, wasCached: Bool, duration: Int64
    ) {
        guard let current else { return }
        current.add(
            ModelCall(
                node: NodeID(0), model: model, completion: completion, usage: usage, wasCached: wasCached,
                start: max(0, current.recording.elapsed - duration), duration: duration))
    }
}
