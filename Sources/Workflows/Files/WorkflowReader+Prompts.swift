import LanguageModels
import TraceGraph

extension WorkflowReader {
    func promptStep(_ entry: SourceNode.Entry) -> WorkflowStep? {
        guard let keys = entries(of: entry.value, keys: WorkflowKeys.promptStep, what: "a prompt step") else {
            return nil
        }
        let before = problems.count
        let given = bindings(keys["with"])
        let scope = PromptScope(names: boundNames(keys["with"]), hint: withHint(keys))
        var implied: [String] = []
        let messages = messages(entry, keys, scope, &implied)
        let model = modelChoice(keys["model"], step: entry)
        let action = model.map { model in
            PromptAction(
                messages: messages, model: model, temperature: numberSetting(keys["temperature"], in: 0...2),
                maximumTokens: integerSetting(keys["max_tokens"], atLeast: 1),
                topP: numberSetting(keys["top_p"], in: 0...1),
                seed: integerSetting(keys["seed"]), stop: setting(keys["stop"], ["text", "list", "choice"]),
                format: format(keys, step: entry.key), wantsLogProbabilities: flag(keys["logprobs"]) ?? false)
        }
        guard let action, !problems.dropFirst(before).contains(where: { $0.severity == .error }) else { return nil }
        return WorkflowStep(
            name: entry.key, description: text(keys["description"]) ?? "", action: .prompt(action),
            bindings: given ?? impliedBindings(implied, at: entry.place), location: location(entry.place))
    }

    /// What the texts of a prompt can use: the names `with` gives, or, when it is left out, all of the workflow's.
    struct PromptScope {
        var names: [String]?
        var hint: (String) -> String
    }

    // MARK: Messages

    private func messages(
        _ step: SourceNode.Entry, _ keys: [String: SourceNode.Entry], _ scope: PromptScope, _ implied: inout [String]
    ) -> [PromptMessage] {
        var texts = keys.filter { WorkflowKeys.promptTexts.contains($0.key) }
        if let prompt = keys["prompt"] {
            if case .mapping = prompt.value.content {
                for (key, entry) in entries(of: prompt.value, keys: WorkflowKeys.promptTexts, what: "a prompt") ?? [:] {
                    if texts[key] != nil { error(entry.place, "'\(key)' is given twice, here and beside 'prompt'") }
                    texts[key] = entry
                }
            } else if texts["user"] != nil {
                error(prompt.place, "'prompt' with a text is the user message, and 'user' is given too; expected one")
            } else {
                texts["user"] = prompt
            }
        }
        var messages: [PromptMessage] = []
        for (key, role) in [("system", ChatMessage.Role.system), ("user", .user)] {
            guard let entry = texts[key], let content = content(entry, scope, &implied) else { continue }
            messages.append(PromptMessage(role: role, content: content))
        }
        if let list = texts["messages"] {
            if texts["user"] != nil { error(list.place, "'messages' and a user text are both given; expected one") }
            messages += listed(list, scope, &implied)
        } else if texts["user"] == nil {
            error(step.place, "step '\(step.key)' has no user message; expected 'prompt', 'user' or 'messages'")
        }
        return messages
    }

    private func listed(
        _ entry: SourceNode.Entry, _ scope: PromptScope, _ implied: inout [String]
    ) -> [PromptMessage] {
        guard case .list(let list) = entry.value.content, !list.isEmpty else {
            error(
                entry.value.place,
                "expected a list such as [user: text] for 'messages', found \(Self.described(entry.value))")
            return []
        }
        var messages: [PromptMessage] = []
        for node in list {
            guard let keys = entries(of: node, keys: WorkflowKeys.message, what: "a message") else { continue }
            guard let (key, entry) = keys.first, keys.count == 1, let role = ChatMessage.Role(rawValue: key) else {
                error(node.place, "expected one of system, user and assistant with a text in a message")
                continue
            }
            guard let content = content(entry, scope, &implied) else { continue }
            messages.append(PromptMessage(role: role, content: content))
        }
        return messages
    }

    private func content(
        _ entry: SourceNode.Entry, _ scope: PromptScope, _ implied: inout [String]
    ) -> PromptText? {
        guard let written = text(entry) else { return nil }
        guard let reference = Reference(written, location: location(entry.value.place)) else {
            guard let source = sourceText(entry), let placed = template(trimmed(source)),
                check(placed, source, scope, &implied)
            else { return nil }
            return .fixed(placed)
        }
        guard resolve(reference) else { return nil }
        guard !broken.contains(reference.name) else { return .verbatim(reference) }
        let initial: (value: Value, file: String?, location: FileLocation)
        switch meanings[reference.name] {
        case .parameter:
            guard let parameter = parameters[reference.name] else { return nil }
            guard [.text, .choice].contains(parameter.definition.kind) else {
                error(entry.value.place, "expected a text, \(reference) is \(described(reference.name))")
                return nil
            }
            initial = (parameter.definition.initial, parameter.file, parameter.location)
        case .constant:
            guard let constant = constants[reference.name] else { return nil }
            initial = (constant.value, constant.file, constant.location)
        default:
            return .verbatim(reference)
        }
        guard let text = initial.value.text else {
            error(entry.value.place, "expected a text, \(reference) is a \(initial.value.kindName)")
            return nil
        }
        let source = SourceText(
            text: text, file: initial.file, location: initial.location, layout: layouts[reference.name] ?? .unknown)
        guard let placed = template(source), check(placed, source, scope, &implied) else { return nil }
        return .template(reference)
    }

    /// Without the last line break of a file, which editors add and prompts do not want.
    private func trimmed(_ source: SourceText) -> SourceText {
        var source = source
        if source.file != nil, source.text.hasSuffix("\n") { source.text.removeLast() }
        return source
    }

    private func check(
        _ placed: PlacedTemplate, _ source: SourceText, _ scope: PromptScope, _ implied: inout [String]
    ) -> Bool {
        implied += placed.template.names
        return resolveNames(of: placed, in: source, among: scope.names ?? names.map(\.name), hint: scope.hint)
    }

    // MARK: Settings

    private func modelChoice(_ entry: SourceNode.Entry?, step: SourceNode.Entry) -> ModelChoice? {
        guard let entry else {
            if roles["task"] != nil { return .role("task") }
            if broken.contains("task") { return nil }
            error(step.place, "step '\(step.key)' names no model; expected 'model', or a role 'task' under 'models'")
            return nil
        }
        guard let written = text(entry) else { return nil }
        guard let reference = Reference(written, location: location(entry.value.place)) else {
            guard let model = model(written, at: entry.value.place) else { return nil }
            return roles[written] == nil ? .fixed(model) : .role(written)
        }
        guard resolve(reference), !broken.contains(reference.name) else { return nil }
        guard let parameter = parameters[reference.name], parameter.definition.kind == .choice else {
            error(
                entry.value.place, "expected a parameter of kind choice, \(reference) is \(described(reference.name))")
            return nil
        }
        for option in parameter.definition.constraint.options {
            guard let text = option.text else {
                error(entry.value.place, "\(reference) has the option \(option.json), which is no model")
                return nil
            }
            guard model(text, at: entry.value.place) != nil else { return nil }
        }
        return .parameter(reference)
    }

    private func numberSetting(_ entry: SourceNode.Entry?, in range: ClosedRange<Double>) -> Expression? {
        guard let entry else { return nil }
        if entry.value.text?.hasPrefix("$") == true { return setting(entry, ["number", "integer", "choice"]) }
        return number(entry, in: range).map { .literal(.number($0)) }
    }

    private func integerSetting(_ entry: SourceNode.Entry?, atLeast least: Int? = nil) -> Expression? {
        guard let entry else { return nil }
        if entry.value.text?.hasPrefix("$") == true { return setting(entry, ["integer", "choice"]) }
        return integer(entry, atLeast: least).map { .literal(.integer($0)) }
    }

    /// A value or a reference; a parameter must be of one of `kinds`.
    private func setting(_ entry: SourceNode.Entry?, _ kinds: [String]) -> Expression? {
        guard let entry, let expression = expression(entry.value) else { return nil }
        if case .reference(let reference) = expression, let parameter = parameters[reference.name],
            !kinds.contains(parameter.definition.kind.rawValue)
        {
            error(
                entry.value.place,
                "expected \(Self.listed(kinds)) for '\(entry.key)', \(reference) is \(described(reference.name))")
            return nil
        }
        return expression
    }

    private func format(_ keys: [String: SourceNode.Entry], step: String) -> ChatRequest.ReplyFormat {
        if let schema = keys["schema"] {
            if keys["json"] != nil { error(schema.place, "'json' and 'schema' are both given; expected one") }
            guard let value = sourceValue(schema)?.value else { return .text }
            guard value.object != nil else {
                error(
                    schema.value.place,
                    "expected a JSON Schema, a mapping, for 'schema', found \(Self.described(schema.value))")
                return .text
            }
            return .schema(name: step, value)
        }
        return flag(keys["json"]) == true ? .json : .text
    }
}
