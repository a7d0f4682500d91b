import ContentHash
import LanguageModels
import TraceGraph
import TraceStore
import Workflows

/// The part of the environment that decides a run: the variables its file fills in, and the addresses of its models.
///
/// Names of models and addresses are kept as they are. Everything else may be a secret: of it only the beginning of a
/// digest is kept, which tells whether it is still the same.
struct RecordedVariables {
    private let variables: Fields
    private let endpoints: Fields

    /// What a run has kept; nothing for one that has kept none.
    init(_ settings: Value) throws {
        variables = settings["variables"]?.object ?? [:]
        endpoints = settings["endpoints"]?.object ?? [:]
    }

    /// What is kept of the variables of `file`.
    static func recorded(_ file: WorkflowFile) -> Value {
        .object(
            Fields(file.variables.sorted { $0.key < $1.key }.map { ($0.key, recorded($0.value)) }))
    }

    private static func recorded(_ value: String?) -> Value {
        guard let value else { return .null }
        guard let model = ModelName(value), providers.contains(model.provider) else {
            return ["digest": .text(String(ContentHash(of: value).hex.prefix(8)))]
        }
        return .text(value)
    }

    /// Those whose models' names are sure to be no secret.
    private static let providers: Set<String> = ["openai", "anthropic", "ollama", "local", "scripted"]

    /// `environment` as it was for `run`, as far as it decides it; what had to be put back is told of.
    ///
    /// - Throws: ``CommandError`` naming the variables that are not as they were and that are not kept.
    func restored(in environment: [String: String], for run: StoredRun) async throws -> [String: String] {
        var restored = environment
        var missing: [String] = []
        for (name, value) in variables where Self.recorded(environment[name]) != value {
            if value["digest"] != nil {
                missing.append(name)
                continue
            }
            note(name, environment[name], run)
            restored[name] = value.text
        }
        guard missing.isEmpty else {
            throw CommandError(
                "\(run.label) was started with another value of \(missing.joined(separator: ", ")), which the workflow "
                    + "file reads; set it as it was then")
        }
        let catalog = ModelCatalog(environment: restored)
        for (text, value) in endpoints {
            guard let model = ModelName(text), let variable = Self.addresses[model.provider],
                try await catalog.endpoint(of: model) != value.text
            else { continue }
            note(variable, environment[variable], run)
            restored[variable] = value.text
        }
        return restored
    }

    private static let addresses = [
        "openai": ProviderVariables.openAI.address, "anthropic": ProviderVariables.anthropic.address,
        "ollama": ProviderVariables.ollama.address,
    ]

    private func note(_ name: String, _ value: String?, _ run: StoredRun) {
        guard value?.isEmpty == false else { return }
        Output.message("note: \(name) is set to something else now; \(run.label) goes on with what it was started with")
    }
}
