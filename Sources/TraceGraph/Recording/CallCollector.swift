import Synchronization

/// Gathers the model calls made while an operation runs.
final class CallCollector: Sendable {
    private let calls = Mutex<[ModelCall]>([])

    func add(_ call: ModelCall) { calls.withLock { $0.append(call) } }

    var all: [ModelCall] { calls.withLock { $0 } }
}

extension Recording {
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
        current.calls.add(
            ModelCall(
                node: NodeID(0), model: model, completion: completion, usage: usage, wasCached: wasCached,
                start: max(0, current.recording.elapsed - duration), duration: duration))
    }
}
