public import ContentHash
public import TraceGraph

/// All that decides the result of an operation: what it is, in which version, what it reads, and which repeat this is.
public struct NodeKey: Sendable, Hashable {
    /// What the operation is called; two of different names never share a result.
    public let operation: String
    /// The digest of what decides it beside its inputs: its source, its settings.
    public let version: ContentHash
    /// The digests of its inputs, parameters among them, by argument name.
    public let inputs: [String: ContentHash]
    /// Which independent repeat, from 0.
    public let repetition: Int

    /// - Parameters:
    ///   - version: Whatever is another value when the operation does something else: its source, or a number to be raised.
    ///   - repetition: Equal operations of different repeats are run, and kept, separately.
    /// - Returns: Nil when part of an input or of the version is only described, so that equal ones need not be the same.
    /// - Complexity: O(bytes of values).
    public init?(_ operation: String, version: Value, inputs: Fields, repetition: Int = 0) {
        guard let version = Self.digest(version) else { return nil }
        var digests: [String: ContentHash] = [:]
        for (name, value) in inputs {
            guard let digest = Self.digest(value) else { return nil }
            digests[name] = digest
        }
        self.operation = operation
        self.version = version
        self.inputs = digests
        self.repetition = repetition
    }

    private static func digest(_ value: Value) -> ContentHash? {
        value.isWritten ? ContentHash(of: "\(value.kindName)\n\(value.canonicalJSON)") : nil
    }

    /// The key as a value, which a store keeps beside the result and ``digest`` is the digest of.
    public var recorded: Value {
        [
            "operation": .text(operation), "version": .text(version.hex),
            "inputs": .object(Fields(inputs.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value.hex)) })),
            "repetition": .integer(repetition),
        ]
    }

    /// What a result is found by.
    public var digest: ContentHash { ContentHash(of: recorded.canonicalJSON) }
}

extension Value {
    /// Whether JSON says all of it: nothing in it is only described, and every number is one that JSON has.
    fileprivate var isWritten: Bool {
        switch self {
        case .opaque: false
        case .number(let number): number.isFinite
        case .list(let elements): elements.allSatisfy(\.isWritten)
        case .object(let fields): fields.values.allSatisfy(\.isWritten)
        default: true
        }
    }
}
