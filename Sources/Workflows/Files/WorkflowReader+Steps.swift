import TraceGraph

extension WorkflowReader {
    func readSteps(_ entry: SourceNode.Entry?) -> [WorkflowStep] {
        guard let entry, let entries = anyEntries(of: entry.value, what: "steps") else { return [] }
        if entries.isEmpty { error(entry.place, "there are no steps; expected at least one") }
        return entries.compactMap { entry in
            guard let step = step(entry) else {
                broken.insert(entry.key)
                return nil
            }
            return step
        }
    }

    private func step(_ entry: SourceNode.Entry) -> WorkflowStep? {
        guard let all = anyEntries(of: entry.value, what: "a step") else { return nil }
        let keys = Set(all.map(\.key))
        let isPrompt = !keys.isDisjoint(with: ["prompt", "system", "user", "messages"])
        let kinds = (isPrompt ? ["prompt"] : []) + WorkflowKeys.stepKinds.dropFirst().filter(keys.contains)
        guard let kind = kinds.first, kinds.count == 1 else {
            guard kinds.isEmpty else {
                error(
                    entry.place, "step '\(entry.key)' is both \(kinds.joined(separator: " and ")); expected one of them"
                )
                return nil
            }
            reportUnknownKind(of: entry, keys: all)
            return nil
        }
        let step: WorkflowStep? =
            switch kind {
            case "code": codeStep(entry)
            case "command": commandStep(entry)
            case "program": programStep(entry)
            case "http": httpStep(entry)
            case "each": eachStep(entry)
            case "when": whenStep(entry)
            case "repeat": repeatStep(entry)
            case "workflow": workflowStep(entry)
            default: promptStep(entry)
            }
        return step.flatMap { endurance(of: $0, entry) }
    }

    private func reportUnknownKind(of entry: SourceNode.Entry, keys: [SourceNode.Entry]) {
        for key in keys {
            if let kind = Spelling.closest(to: key.key, among: WorkflowKeys.stepKinds) {
                error(key.place, "unknown key '\(key.key)' in a step, did you mean '\(kind)'?")
                return
            }
        }
        error(entry.place, "step '\(entry.key)' does nothing; expected \(Self.listed(WorkflowKeys.stepKinds))")
    }

    /// What `with` says; nil when it is left out.
    func bindings(_ entry: SourceNode.Entry?) -> [Binding]? {
        guard let entry, let entries = anyEntries(of: entry.value, what: "with") else { return nil }
        return entries.compactMap { entry in
            if !Reference.isName(entry.key) { error(entry.place, "'\(entry.key)' is no name") }
            return expression(entry.value).map { Binding(entry.key, $0) }
        }
    }

    /// The names `with` gives, whether or not what they stand for could be read.
    func boundNames(_ entry: SourceNode.Entry?) -> [String]? {
        guard let node = entry?.value, case .mapping(let entries) = node.content else { return nil }
        return entries.map(\.key)
    }

    /// What a step reads under its own names when `with` is left out: the names its texts use.
    func impliedBindings(_ names: [String], at place: SourceNode.Place) -> [Binding] {
        var seen: Set<String> = []
        return names.filter { meanings[$0] != nil && seen.insert($0).inserted }.map { name in
            used.insert(name)
            return Binding(name, .reference(Reference(name, location: location(place))))
        }
    }

    // MARK: Code

    private func codeStep(_ entry: SourceNode.Entry) -> WorkflowStep? {
        guard let keys = entries(of: entry.value, keys: WorkflowKeys.codeStep, what: "a code step"),
            let code = keys["code"]
        else { return nil }
        let given = bindings(keys["with"])
        guard let source = codeSource(code, keys: keys) else { return nil }
        let parameters = source.entry.parameters
        let names = boundNames(keys["with"])
        for argument in names ?? [] where !parameters.contains(where: { $0.name == argument }) {
            let place = keys["with"]?.value.entry(argument)?.place ?? entry.place
            let known = parameters.map(\.name)
            let suggestion = Spelling.suggestion(for: argument, among: known)
            error(
                place,
                "\(source.entry.name) has no parameter '\(argument)'"
                    + (suggestion.isEmpty ? "; its parameters are \(Self.listed(known, or: "and"))" : suggestion))
        }
        // A misspelt argument is one mistake, not two.
        let isMisspelt = names?.contains { name in !parameters.contains { $0.name == name } } ?? false
        for parameter in parameters where parameter.defaultValue == nil && !isMisspelt {
            if let names, !names.contains(parameter.name) {
                error(
                    keys["with"]?.place ?? entry.place,
                    "\(source.entry.name) is not given its parameter '\(parameter.name)'")
            } else if names == nil, meanings[parameter.name] == nil {
                error(
                    entry.place,
                    "nothing is called '\(parameter.name)', which \(source.entry.name) wants; say what it is under 'with'"
                )
            }
        }
        return WorkflowStep(
            name: entry.key, description: text(keys["description"]) ?? "", action: .code(CodeAction(source: source)),
            bindings: given ?? impliedBindings(parameters.map(\.name), at: entry.place), caches: flag(keys["cache"]),
            location: location(entry.place))
    }

    /// The function that `code`, `entry` and `language` name, in a step or a metric.
    func codeSource(_ code: SourceNode.Entry, keys: [String: SourceNode.Entry]) -> CodeSource? {
        guard let written = text(code) else { return nil }
        let language = text(keys["language"])
        var entryText = text(keys["entry"])
        var entryPlace = keys["entry"]?.value.place ?? code.value.place
        let content: CodeSource.Text
        if let reference = Reference(written, location: location(code.value.place)) {
            guard resolve(reference), !broken.contains(reference.name) else { return nil }
            guard let parameter = parameters[reference.name], parameter.definition.kind == .code else {
                error(
                    code.value.place, "expected a parameter of kind code, \(reference) is \(described(reference.name))")
                return nil
            }
            if entryText == nil {
                entryText = parameter.definition.constraint.entry
                entryPlace = code.value.place
            }
            content = .parameter(reference)
        } else {
            guard let source = sourceText(code) else { return nil }
            content = .fixed(source.text, file: source.file)
        }
        guard let entryText else {
            error(code.place, "no entry is named; expected 'entry' with a signature such as f(x: str) -> str")
            return nil
        }
        guard let entry = signature(entryText, at: entryPlace) else { return nil }
        return CodeSource(text: content, language: language ?? "python", entry: entry)
    }

    /// What a name stands for, for messages.
    func described(_ name: String) -> String {
        if let parameter = parameters[name] { return "a parameter of kind \(parameter.definition.kind.rawValue)" }
        return meanings[name].map { $0 == .input ? "an input" : "a \($0.rawValue)" } ?? "unknown"
    }

    // MARK: Commands

    private func commandStep(_ entry: SourceNode.Entry) -> WorkflowStep? {
        guard let keys = entries(of: entry.value, keys: WorkflowKeys.commandStep, what: "a command step"),
            let command = keys["command"]
        else { return nil }
        let given = bindings(keys["with"])
        let available = boundNames(keys["with"]) ?? names.map(\.name)
        guard case .list(let words) = command.value.content, !words.isEmpty else {
            if case .unusable = command.value.content { return nil }
            error(
                command.value.place,
                "expected a list such as [program, argument] for 'command', found \(Self.described(command.value)); "
                    + "no shell takes part")
            return nil
        }
        let arguments = words.compactMap { word -> PlacedTemplate? in
            let source = SourceNode.Entry(key: "command", place: word.place, value: word)
            guard let text = text(source), case .scalar(let scalar) = word.content else { return nil }
            let written = SourceText(text: text, file: nil, location: location(word.place), layout: scalar.layout)
            guard let placed = template(written),
                resolveNames(of: placed, in: written, among: available, hint: withHint(keys))
            else { return nil }
            return placed
        }
        let input = keys["stdin"].flatMap { expression($0.value) }
        let output = word(keys["output"], among: CommandAction.Output.allCases.map(\.rawValue))
        let action = CommandAction(
            arguments: arguments, input: input, timeout: seconds(keys["timeout"]) ?? 60,
            output: output.flatMap(CommandAction.Output.init(rawValue:)) ?? .text,
            environment: commandEnvironment(keys["env"]))
        guard arguments.count == words.count else { return nil }
        return WorkflowStep(
            name: entry.key, description: text(keys["description"]) ?? "", action: .command(action),
            bindings: given ?? impliedBindings(arguments.flatMap(\.template.names), at: entry.place),
            caches: flag(keys["cache"]), location: location(entry.place))
    }

    /// A hint for a name that is known to the workflow but that `with` leaves out.
    func withHint(_ keys: [String: SourceNode.Entry]) -> (String) -> String {
        { [meanings] name in
            keys["with"] != nil && meanings[name] != nil ? "; add '\(name): $\(name)' to 'with'" : ""
        }
    }

    func commandEnvironment(_ entry: SourceNode.Entry?) -> [String: String?] {
        guard let entry else { return [:] }
        switch entry.value.content {
        case .mapping(let entries):
            var environment: [String: String?] = [:]
            for entry in entries { environment[entry.key] = text(entry) }
            return environment
        default:
            return Dictionary((texts(entry) ?? []).map { ($0, nil) }, uniquingKeysWith: { first, _ in first })
        }
    }
}

extension SourceNode {
    /// The entry of a mapping under `key`.
    func entry(_ key: String) -> Entry? {
        if case .mapping(let entries) = content { entries.first { $0.key == key } } else { nil }
    }
}
