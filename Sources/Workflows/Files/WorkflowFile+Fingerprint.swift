import LanguageModels
public import TraceGraph

extension WorkflowFile {
    /// Everything in the file, and in the files it names, that decides what the workflow does, data left out.
    ///
    /// - Throws: What reading the file throws.
    public func fingerprint(files: SourceFiles = .disk) throws -> Value {
        let text = try files.contents(path).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return [
            "file": .text(text),
            "models": .list(models.map { .list([.text($0.role), .text($0.model.description)]) }),
            "parameters": .list(
                parameters.map { .list([.text($0.definition.name), $0.definition.initial]) }),
            "constants": .list(constants.map { .list([.text($0.name), $0.value]) }),
            "code": .list(
                codeSources.map { source in
                    if case .fixed(let text, _) = source.text { .text(text) } else { .null }
                }),
        ]
    }
}
