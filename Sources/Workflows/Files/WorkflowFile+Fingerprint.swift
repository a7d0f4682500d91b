import ContentHash
public import LanguageModels
public import TraceGraph

extension WorkflowFile {
    /// Everything that decides what the workflow does: the file with its variables filled in, the digests of the texts
    /// it names in place of their paths, and the models that play its roles now. Comments, layout and where the texts
    /// lie make no difference.
    ///
    /// Left out is what a caller may decide otherwise and knows better: the data and its split, optimizer, options,
    /// steps, seed and budget. Variables that a command is merely handed on (`env: [NAME]`) are left out too: secrets
    /// travel there.
    public var fingerprint: Value {
        [
            "document": document,
            "models": .list(
                models.map { role in
                    .list(([role.role] + ([role.model] + role.fallbacks).map(\.description)).map(Value.text))
                }),
        ]
    }

    /// Every model that the workflow and its metrics can ask, whatever values its parameters have; each once, by name.
    public var askedModels: [ModelName] {
        var asked = models.flatMap { [$0.model] + $0.fallbacks }
        for step in allSteps {
            guard case .prompt(let prompt) = step.action else { continue }
            switch prompt.model {
            case .fixed(let model): asked.append(model)
            case .role: break
            case .parameter(let reference):
                let definition = parameters.first { $0.definition.name == reference.name }?.definition
                let choices = (definition?.constraint.options ?? []) + [definition?.initial].compactMap { $0 }
                asked += choices.compactMap { $0.text.flatMap(model(named:)) }
            }
        }
        asked += metrics.flatMap(\.judgeModels).compactMap(model(named:))
        return Set(asked).sorted { $0.description < $1.description }
    }
}

extension WorkflowReader {
    /// The document as a value that is the same for files that mean the same; see ``WorkflowFile/fingerprint``.
    ///
    /// To be called once everything is read.
    func document(_ root: SourceNode) -> Value {
        guard case .mapping(let entries) = root.content else { return .null }
        return Self.ordered(
            entries.filter { !["models", "bindings"].contains($0.key) }.map { entry in
                switch entry.key {
                case "data": (entry.key, parts(of: entry.value, without: ["file", "split"]))
                case "optimize":
                    (
                        entry.key,
                        parts(
                            of: entry.value,
                            without: [
                                "optimizer", "options", "steps", "minibatch", "siblings", "seed", "repeats", "budget",
                            ])
                    )
                default: (entry.key, meaning(of: entry.value))
                }
            })
    }

    private func parts(of node: SourceNode, without left: Set<String>) -> Value {
        guard case .mapping(let entries) = node.content else { return meaning(of: node) }
        return Self.ordered(
            entries.filter { !left.contains($0.key) }.map { ($0.key, meaning(of: $0.value)) })
    }

    private func meaning(of node: SourceNode) -> Value {
        switch node.content {
        case .scalar(let scalar): digests[scalar.text].map { ["file": .text($0.hex)] } ?? SourceNode.meaning(of: scalar)
        case .list(let list): .list(list.map(meaning))
        case .mapping(let entries): Self.ordered(entries.map { ($0.key, meaning(of: $0.value)) })
        case .unusable: .null
        }
    }

    /// A mapping whose order counts, as that of steps and parameters does.
    private static func ordered(_ entries: [(String, Value)]) -> Value {
        ["mapping": .list(entries.map { [.text($0.0), $0.1] })]
    }
}
