public import ContentHash

/// A piece of code and the way it is called: the value of a code parameter, a code node or a code metric.
public struct CodeFunction: Sendable, Hashable {
    /// Who decides what a call does: who wrote the source, or what it works on. Says what may happen where no sandbox can
    /// be had.
    public enum Origin: String, Sendable, Hashable {
        /// A person, in the workflow's own files.
        case author
        /// A language model.
        case model
    }

    /// The language, as workflow files name it: `python`.
    public let language: String
    /// The whole source text.
    public let source: String
    /// The function to call and its parameters.
    public let entry: EntrySignature
    public var origin: Origin
    /// The digest of ``source``: two functions with the same digest may share a running child.
    public let sourceHash: ContentHash

    public init(language: String = "python", source: String, entry: EntrySignature, origin: Origin) {
        self.language = language
        self.source = source
        self.entry = entry
        self.origin = origin
        self.sourceHash = ContentHash(of: source)
    }
}
