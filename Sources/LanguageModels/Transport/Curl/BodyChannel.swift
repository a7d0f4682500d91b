import Synchronization

/// The bounded space between the driver, which fills it, and the one task that reads a streamed body.
final class BodyChannel: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var end: Result<Void, any Error>?
        var reader: CheckedContinuation<[UInt8]?, any Error>?
        /// The driver was told to wait and has not been told to go on.
        var isHeld = false
    }

    private let state = Mutex(State())
    private let capacity: Int

    /// - Parameter capacity: What may wait for the reader, bytes; one piece may always wait, however large.
    init(capacity: Int) { self.capacity = capacity }

    var hasEnded: Bool { state.withLock { $0.end != nil } }

    /// Takes a piece, or refuses it when the reader has enough to read: then the driver pauses the transfer.
    func offer(_ piece: UnsafeBufferPointer<UInt8>) -> Bool {
        let reader: CheckedContinuation<[UInt8]?, any Error>?
        let isTaken: Bool
        (isTaken, reader) = state.withLock { state in
            if let reader = state.reader {
                state.reader = nil
                return (true, reader)
            }
            guard state.bytes.isEmpty || state.bytes.count + piece.count <= capacity else {
                state.isHeld = true
                return (false, nil)
            }
            state.bytes.append(contentsOf: piece)
            return (true, nil)
        }
        reader?.resume(returning: Array(piece))
        return isTaken
    }

    /// Ends the body; what was taken before can still be read, except after a cancellation.
    func end(_ result: Result<Void, any Error>) {
        let reader = state.withLock { state in
            if state.end == nil { state.end = result }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(with: result.map { nil })
    }

    /// The next piece; nil at the end.
    ///
    /// - Parameter goOn: Called when a transfer that was made to wait may continue.
    func next(_ goOn: () -> Void) async throws -> [UInt8]? {
        try await withCheckedThrowingContinuation { continuation in
            let (answer, mayGoOn) = state.withLock { state -> (Result<[UInt8]?, any Error>?, Bool) in
                if !state.bytes.isEmpty {
                    let bytes = state.bytes
                    state.bytes = []
                    defer { state.isHeld = false }
                    return (.success(bytes), state.isHeld)
                }
                if let end = state.end { return (end.map { nil }, false) }
                guard state.reader == nil else {
                    let error = ModelError(.interrupted, "two tasks read one body: read it from one")
                    return (.failure(error), false)
                }
                state.reader = continuation
                return (nil, false)
            }
            if mayGoOn { goOn() }
            if let answer { continuation.resume(with: answer) }
        }
    }
}
