/// A promptfoo configuration made into a workflow file and a dataset.
///
/// Prompts become parameters, providers the roles of models, tests the examples. Assertions that a fixed text can check
/// become a built-in metric where all tests have one of the same kind, else a metric in Python that keeps each test's own
/// list; rubrics become a judge. Whatever has no counterpart is left out and told, an item a line.
public struct PromptfooImport: Sendable {
    /// A file to be written beside the others.
    public struct File: Sendable, Hashable {
        /// Relative to the folder of the workflow file.
        public var path: String
        public var content: String
    }

    /// The workflow's name, after that of the configuration's folder or file.
    public let name: String
    /// The workflow file first, then what it names.
    public let files: [File]
    /// What could not be carried over, or only in part, and what to do about it.
    public let remarks: [String]

    /// Reads a configuration and all it names, and asks nobody.
    ///
    /// - Parameters:
    ///   - path: `promptfooconfig.yaml`, or the same in JSON.
    ///   - folder: Where the files are going to be written, as seen from where Optrace runs: texts that the configuration
    ///     keeps in files are named from there.
    ///   - name: The workflow's name; nil to make one from the path.
    /// - Throws: ``PromptfooError`` when the configuration cannot be read, or has nothing to carry over.
    public init(
        contentsOf path: String, writingTo folder: String, name: String? = nil, files: SourceFiles = .disk
    ) throws(PromptfooError) {
        var source = PromptfooSource(path: path, files: files)
        let document = try source.document()
        self.name = name ?? Self.name(after: path)
        let suite = try PromptfooSuite(document, &source)
        var writer = PromptfooWorkflow(suite, name: self.name, source: source, folder: folder)
        self.files = writer.files()
        remarks = writer.remarks
    }

    /// The folder of a file that has the usual name, else the file.
    private static func name(after path: String) -> String {
        let parts = path.split(separator: "/").map(String.init)
        let base = parts.last?.split(separator: ".").first.map(String.init) ?? "imported"
        let chosen = base.hasPrefix("promptfoo") && parts.count > 1 ? parts[parts.count - 2] : base
        let name = String(chosen.map { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" ? $0 : "_" })
        return Reference.isName(name) ? name : "imported"
    }
}

/// A promptfoo configuration that cannot be taken over.
public struct PromptfooError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, where, and what would be right.
    public let message: String

    public init(_ message: String) { self.message = message }

    public var description: String { message }
}
