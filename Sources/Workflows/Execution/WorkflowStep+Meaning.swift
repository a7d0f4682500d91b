import LanguageModels
import TraceGraph

extension WorkflowStep {
    /// Everything the file says about what the step does, as a value that is another one when the step does something else:
    /// texts, code and settings that stand in the file, the names it reads, and who plays the roles it asks.
    ///
    /// Values of parameters and of what it reads are left out: they are inputs of its nodes.
    func meaning(in file: WorkflowFile) -> Value {
        [
            "description": .text(description),
            "with": .list(bindings.map { [.text($0.name), $0.expression.meaning] }),
            "does": action.meaning(in: file),
        ]
    }
}

extension WorkflowStep.Action {
    fileprivate func meaning(in file: WorkflowFile) -> Value {
        switch self {
        case .prompt(let prompt):
            let messages = prompt.messages.map { message -> Value in
                [.text(message.role.rawValue), message.content.meaning]
            }
            return [
                "messages": .list(messages), "model": prompt.model.meaning(in: file),
                "settings": .list(prompt.settings.map { [.text($0.name), $0.expression.meaning] }),
                "format": prompt.format.meaning,
            ]
        case .code(let code):
            let source: Value =
                switch code.source.text {
                case .fixed(let text, _): ["fixed": .text(text)]
                case .parameter(let reference): ["parameter": .text(reference.description)]
                }
            return [
                "source": source, "language": .text(code.source.language),
                "entry": .text(code.source.entry.description),
            ]
        case .command(let command):
            let variables = command.environment.sorted { $0.key < $1.key }
                .map { ($0.key, $0.value.map(Value.text) ?? .null) }
            return [
                "words": .list(command.arguments.map { .text($0.template.source) }),
                "stdin": command.input?.meaning ?? .null, "output": .text(command.output.rawValue),
                "env": .object(Fields(variables)),
            ]
        case .program(let program):
            let variables = program.environment.sorted { $0.key < $1.key }
                .map { ($0.key, $0.value.map(Value.text) ?? .null) }
            return [
                "words": .list(program.words.map(Value.text)),
                "parameters": .list(program.parameters.map { .text($0.description) }),
                "env": .object(Fields(variables)),
            ]
        }
    }
}

extension PromptText {
    fileprivate var meaning: Value {
        switch self {
        case .fixed(let placed): ["fixed": .text(placed.template.source)]
        case .template(let reference): ["template": .text(reference.description)]
        case .verbatim(let reference): ["verbatim": .text(reference.description)]
        }
    }
}

extension ModelChoice {
    fileprivate func meaning(in file: WorkflowFile) -> Value {
        switch self {
        case .fixed(let model): ["model": .text(model.description)]
        case .role(let role): ["model": file.model(named: role).map { .text($0.description) } ?? .text(role)]
        // Which model a value names is for the roles to say.
        case .parameter(let reference):
            [
                "parameter": .text(reference.description),
                "roles": .list(file.models.map { [.text($0.role), .text($0.model.description)] }),
            ]
        }
    }
}

extension ChatRequest.ReplyFormat {
    fileprivate var meaning: Value {
        switch self {
        case .text: "text"
        case .json: "json"
        case .schema(let name, let schema): [.text(name), schema]
        }
    }
}

extension Expression {
    /// The expression as a value; equal for expressions that say the same, wherever they stand.
    var meaning: Value {
        switch self {
        case .reference(let reference): ["reference": .text(reference.description)]
        case .literal(let value): ["literal": value]
        case .template(let placed): ["template": .text(placed.template.source)]
        case .list(let elements): ["list": .list(elements.map(\.meaning))]
        case .object(let bindings): ["object": .list(bindings.map { [.text($0.name), $0.expression.meaning] })]
        }
    }
}
