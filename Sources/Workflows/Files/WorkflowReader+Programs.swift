import ContentHash
import TraceGraph

extension WorkflowReader {
    /// The step that stands for the file's `program`; nil when there is none, or after a report.
    func wholeProgram(_ document: [String: SourceNode.Entry]) -> WorkflowStep? {
        guard let entry = document["program"] else { return nil }
        if let steps = document["steps"] {
            error(steps.place, "the workflow has 'steps' and 'program'; expected one (a step may be a program)")
            return nil
        }
        var keys: [String: SourceNode.Entry] = ["command": entry]
        if case .mapping = entry.value.content {
            guard let given = entries(of: entry.value, keys: WorkflowKeys.program, what: "a program") else {
                return nil
            }
            keys = given
        }
        guard let command = keys["command"] else {
            error(entry.place, "the program has no 'command'; expected a list such as [python3, app.py]")
            return nil
        }
        let listed = names.filter { $0.meaning == .parameter }.map(\.name)
        used.formUnion(listed)
        used.formUnion(names.filter { $0.meaning == .input }.map(\.name))
        let place = location(entry.place)
        guard
            var action = programAction(
                command, keys, parameters: listed.map { .init($0, Reference($0, location: place)) })
        else { return nil }
        action.isWhole = true
        let inputs = names.filter { $0.meaning == .input }.map(\.name)
        return WorkflowStep(
            name: Self.wholeProgram, description: text(keys["description"]) ?? "", action: .program(action),
            bindings: inputs.map { Binding($0, .reference(Reference($0, location: place))) }, location: place)
    }

    func programStep(_ entry: SourceNode.Entry) -> WorkflowStep? {
        guard let keys = entries(of: entry.value, keys: WorkflowKeys.programStep, what: "a program step"),
            let program = keys["program"]
        else { return nil }
        let before = problems.count
        let given = bindings(keys["with"])
        if given == nil, keys["with"] == nil {
            error(entry.place, "step '\(entry.key)' says nothing of what the program is given; expected 'with'")
        }
        let action = programAction(program, keys, parameters: programParameters(keys["parameters"]))
        guard let action, !problems.dropFirst(before).contains(where: { $0.severity == .error }) else { return nil }
        return WorkflowStep(
            name: entry.key, description: text(keys["description"]) ?? "", action: .program(action),
            bindings: given ?? [], location: location(entry.place))
    }

    /// The parameters a step's program is given values for: those listed, by name.
    private func programParameters(_ entry: SourceNode.Entry?) -> [ProgramAction.Parameter] {
        guard let entry, let listed = texts(entry) else { return [] }
        return listed.compactMap { name in
            guard meanings[name] == .parameter else {
                let known = names.filter { $0.meaning == .parameter }.map(\.name)
                let suggestion = Spelling.suggestion(for: name, among: known)
                error(
                    entry.value.place,
                    "no parameter is called '\(name)'"
                        + (suggestion.isEmpty ? "; expected \(Self.listed(known))" : suggestion))
                return nil
            }
            used.insert(name)
            return .init(name, Reference(name, location: location(entry.value.place)))
        }
    }

    private func programAction(
        _ command: SourceNode.Entry, _ keys: [String: SourceNode.Entry], parameters: [ProgramAction.Parameter]
    ) -> ProgramAction? {
        guard case .list(let nodes) = command.value.content, !nodes.isEmpty else {
            if case .unusable = command.value.content { return nil }
            error(
                command.value.place,
                "expected a list such as [python3, app.py] for '\(command.key)', found "
                    + "\(Self.described(command.value)); no shell takes part")
            return nil
        }
        guard let words = texts(command) else { return nil }
        // What the program's own files hold decides what the workflow does.
        for (word, node) in zip(words, nodes) where digests[word] == nil {
            do {
                guard let bytes = try files.contents(SourceFiles.path(word, in: folder)) else { continue }
                digests[word] = ContentHash(of: bytes)
            } catch is SourceFiles.IsFolder {
                // An argument such as `.`, whose contents nobody can tell.
            } catch {
                self.error(
                    node.place,
                    "\(word) cannot be read: \(error); nothing would tell when it changes, so make it readable")
                return nil
            }
        }
        return ProgramAction(
            words: words, parameters: parameters, environment: commandEnvironment(keys["env"]),
            isSandboxed: flag(keys["sandbox"]) ?? false,
            concurrency: integer(keys["concurrency"], atLeast: 1, atMost: 1024) ?? 8,
            processes: integer(keys["processes"], atLeast: 1, atMost: 256) ?? 1,
            timeout: seconds(keys["timeout"]) ?? 600, isWhole: false)
    }
}

extension WorkflowStep {
    /// What the step's result stands for as an output.
    var result: Expression { .reference(Reference(name, location: location)) }
}
