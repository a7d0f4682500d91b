import CCrypto

/// Takes content piece by piece and gives the digest of all of it, without putting the pieces together in memory.
public struct ContentHasher {
    private var state = SHA256_CTX()

    public init() { SHA256_Init(&state) }

    /// Takes the UTF-8 of `text`.
    public mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
    }

    /// Takes `bytes` as they are.
    public mutating func add(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { add($0) }
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        SHA256_Update(&state, bytes.baseAddress, bytes.count)
    }

    /// The digest of everything taken so far.
    public var hash: ContentHash {
        var end = state
        return withUnsafeTemporaryAllocation(byteCount: ContentHash.size, alignment: 8) { digest in
            SHA256_Final(digest.bindMemory(to: UInt8.self).baseAddress, &end)
            return ContentHash(digest: UnsafeRawBufferPointer(digest))
        }
    }
}
