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
                "parameters": .list(program.parameters.map { .text("$\($0.name)") }),
                "env": .object(Fields(variables)),
            ]
        case .http(let http):
            // Headers may hold secrets: their names tell, their values are for each request.
            return [
                "address": .text(http.address.template.source), "method": .text(http.method),
                "headers": .list(http.headers.map { .text($0.name) }), "body": http.body?.meaning ?? .null,
                "output": .text(http.output.rawValue),
            ]
        case .each(let each):
            return [
                "each": each.list.meaning, "as": .text(each.element), "does": each.block.meaning(in: file),
            ]
        case .when(let when):
            return [
                "when": when.condition.meaning, "then": when.then.meaning(in: file),
                "else": when.otherwise?.meaning(in: file) ?? .null,
            ]
        case .repeat(let action):
            return [
                "turns": .integer(action.turns), "start": action.start.meaning, "does": action.block.meaning(in: file),
                "next": action.next.meaning, "until": action.until?.meaning ?? .null,
            ]
        case .workflow(let action):
            return [
                "inputs": .list(action.inputs.map { [.text($0.name), .text($0.kind.rawValue), $0.value.meaning] }),
                "does": action.block.meaning(in: file),
            ]
        }
    }
}

extension WorkflowBlock {
    fileprivate func meaning(in file: WorkflowFile) -> Value {
        [
            "steps": .list(steps.map { [.text($0.name), $0.meaning(in: file)] }),
            "output": output.meaning,
        ]
    }
}

extension Condition {
    fileprivate var meaning: Value {
        switch self {
        case .holds(let one): ["holds": one.meaning]
        case .equals(let a, let b): ["equals": [a.meaning, b.meaning]]
        case .contains(let a, let b): ["contains": [a.meaning, b.meaning]]
        case .above(let a, let b): ["above": [a.meaning, b.meaning]]
        case .below(let a, let b): ["below": [a.meaning, b.meaning]]
        case .not(let inner): ["not": inner.meaning]
        case .all(let inner): ["all": .list(inner.map(\.meaning))]
        case .any(let inner): ["any": .list(inner.map(\.meaning))]
        }
    }
}

extension [Binding] {
    fileprivate var meaning: Value { .list(map { [.text($0.name), $0.expression.meaning] }) }
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
        case .template(let placed):
            placed.meanings.isEmpty
                ? ["template": .text(placed.template.source)]
                : [
                    "template": .text(placed.template.source),
                    "names": .object(
                        Fields(placed.meanings.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) })),
                ]
        case .list(let elements): ["list": .list(elements.map(\.meaning))]
        case .object(let bindings): ["object": .list(bindings.map { [.text($0.name), $0.expression.meaning] })]
        }
    }
}
