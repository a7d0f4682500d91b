import ContentHash
import LanguageModels
import TraceGraph

extension WorkflowRun {
    /// Runs a program with the values as its arguments and its input.
    func run(
        _ command: CommandAction, in step: WorkflowStep, _ arguments: [(name: String, value: Traced<Value>)],
        _ known: Known
    ) async throws -> Traced<Value> {
        var inputs = arguments.map { $0.value.input(as: $0.name) }
        let stdin = try command.input.map { try value(of: $0, base: step.base("stdin"), known) }
        if let stdin { inputs.append(stdin.input(as: "stdin")) }
        let program = command.arguments.first?.template.source ?? ""
        let sentence = "Runs the program \(program) and takes its output as \(command.output.rawValue)."
        return try await traced(
            "run", node: step.name, inputs: inputs,
            documentation: (step.description.isEmpty ? "" : step.description + " ") + sentence
        ) {
            try refuseCode(in: step)
            let values = Fields(arguments.map { ($0.name, $0.value.value) })
            let words = try command.arguments.map { try $0.template.rendered(with: values) }
            let program = Command(
                words: words, input: stdin?.value.plainText ?? "",
                timeout: .seconds(min(max(0, command.timeout), WorkflowReader.mostSeconds)),
                environment: environment(of: command), warden: workflow.warden)
            let given: Fields = ["words": .list(words.map(Value.text)), "stdin": .text(program.input)]
            let isKept = step.caches ?? false
            let execution = execution(of: step, on: given, isKept: isKept)
            return try await chancing(execution, if: Self.isPrograms) {
                guard let nodes = workflow.nodes, isKept else {
                    return try await own(execution, remedy: "it does not say 'cache: true'") {
                        try Self.read(try await program.output(), as: command.output)
                    }
                }
                return try await nodes.value(for: try key(of: command, program), isRepeatable: false) {
                    try Self.read(try await program.output(), as: command.output)
                }
            }
        }
    }

    /// Whether it is the program's failure: another time it may do its part.
    private static func isPrograms(_ failure: any NamedFailure) -> Bool {
        [.commandTimeout, .commandFailed, .unreadableOutput, .tooMuchOutput].contains((failure as? WorkflowError)?.code)
    }

    /// Variables that are handed on are in it by name alone: secrets travel there. The program is in it with all its bytes;
    /// what it reads or starts itself is not, which is why only steps that ask for it are kept.
    ///
    /// - Returns: Nil where the program cannot be read, so that nothing tells whether it is the same one.
    private func key(of command: CommandAction, _ program: Command) throws -> NodeKey? {
        guard let digest = try workflow.digests.digest(of: program.words.first ?? "", in: program.environment) else {
            return nil
        }
        let variables = command.environment.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value.map(Value.text) ?? .null) }
        return NodeKey(
            "command",
            version: [
                "output": .text(command.output.rawValue), "env": .object(Fields(variables)),
                "program": .text(digest.hex),
            ],
            inputs: ["words": .list(program.words.map(Value.text)), "stdin": .text(program.input)],
            repetition: repetition)
    }

    /// - Throws: ``CodeError/Code/noSandbox`` when the program would be given code that is not its author's: programs run
    ///   with this process's rights, and nothing tells whether this one executes what it is given.
    func refuseCode(in step: WorkflowStep) throws(CodeError) {
        guard !workflow.allowsUnsandboxed else { return }
        let handed = workflow.reach.quoted(in: step).intersection(altered).sorted()
        guard handed.isEmpty else { throw CodeError(handing: handed, toProgramOf: step.name) }
    }

    private func environment(of command: CommandAction) -> [String: String] {
        var environment: [String: String] = [:]
        for name in ["PATH", "HOME", "LANG"] { environment[name] = workflow.environment[name] }
        for (name, value) in command.environment { environment[name] = value ?? workflow.environment[name] }
        return environment
    }

    private static func read(_ output: String, as form: CommandAction.Output) throws(WorkflowError) -> Value {
        var text = Substring(output)
        if text.last?.isNewline == true { text.removeLast() }
        switch form {
        case .text: return .text(String(text))
        case .lines:
            return .list(
                text.isEmpty
                    ? []
                    : text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map {
                        .text(String($0))
                    })
        case .json:
            do {
                return try Value(json: String(text))
            } catch {
                throw WorkflowError(.unreadableOutput, "the program's output is not JSON: \(error)")
            }
        }
    }
}
