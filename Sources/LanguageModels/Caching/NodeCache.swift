import Synchronization
public import TraceGraph

/// Where results of operations are kept between runs.
public protocol NodeCache: Sendable {
    /// The result kept for `key`; nil when there is none.
    func value(for key: NodeKey) throws -> Value?

    /// Keeps `value` as the result for `key`.
    ///
    /// - Parameter replacing: Whether it takes the place of a result that is already kept; the first one stays otherwise.
    /// - Returns: The result that is kept now.
    @discardableResult
    func keep(_ value: Value, for key: NodeKey, replacing: Bool) throws -> Value
}

/// Keeps results in memory for as long as it lives.
public final class MemoryNodeCache: NodeCache {
    private let values = Mutex<[NodeKey: Value]>([:])

    public init() {}

    public func value(for key: NodeKey) -> Value? { values.withLock { $0[key] } }

    @discardableResult
    public func keep(_ value: Value, for key: NodeKey, replacing: Bool) -> Value {
        values.withLock { values in
            if !replacing, let kept = values[key] { return kept }
            values[key] = value
            return value
        }
    }
}
