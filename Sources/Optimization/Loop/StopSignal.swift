import Synchronization

/// A way to end a run from outside: what is in flight is finished, what was decided is saved.
public final class StopSignal: Sendable {
    private let request = Mutex<String?>(nil)

    public init() {}

    /// Asks the run to end; only the first reason counts.
    public func stop(_ reason: String) { request.withLock { $0 = $0 ?? reason } }

    /// Why the run was asked to end; nil while it was not.
    public var reason: String? { request.withLock { $0 } }
}
