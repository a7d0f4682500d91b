import LanguageModels
import TraceGraph

extension WorkflowReader {
    /// Notes all names of the workflow, so that any part can refer to any other.
    func declareNames(_ document: [String: SourceNode.Entry]) {
        let parts: [(String, Meaning)] = [
            ("inputs", .input), ("constants", .constant), ("parameters", .parameter), ("steps", .step),
        ]
        for (key, meaning) in parts {
            guard let node = document[key]?.value, case .mapping(let entries) = node.content else { continue }
            for entry in entries {
                if !Reference.isName(entry.key) {
                    error(
                        entry.place,
                        "'\(entry.key)' is no name; expected a letter, then letters, digits, '_' or '-'")
                }
                if let other = meanings[entry.key] {
                    error(
                        entry.place,
                        "'\(entry.key)' is already the name of a\(other == .input ? "n" : "") \(other.rawValue)")
                    continue
                }
                meanings[entry.key] = meaning
                names.append((entry.key, meaning))
            }
        }
        if let program = document["program"] {
            if meanings[Self.wholeProgram] != nil {
                error(program.place, "something is called 'program' already; give it another name")
            } else {
                meanings[Self.wholeProgram] = .step
            }
        }
    }

    /// A program that is the whole workflow goes by this name, as a step does.
    static let wholeProgram = "program"

    func inputs(_ entry: SourceNode.Entry?) -> [WorkflowInput] {
        guard let entry, let entries = anyEntries(of: entry.value, what: "inputs") else { return [] }
        return entries.compactMap { entry in
            let kinds = WorkflowInput.Kind.allCases.map(\.rawValue)
            guard
                let word = word(
                    SourceNode.Entry(key: "type of input", place: entry.place, value: entry.value), among: kinds)
            else { return nil }
            return WorkflowInput.Kind(rawValue: word).map {
                WorkflowInput(name: entry.key, kind: $0, location: location(entry.place))
            }
        }
    }

    func readConstants(_ entry: SourceNode.Entry?) -> [WorkflowConstant] {
        guard let entry, let entries = anyEntries(of: entry.value, what: "constants") else { return [] }
        return entries.compactMap { entry in
            guard let (value, file) = sourceValue(entry) else {
                broken.insert(entry.key)
                return nil
            }
            let constant = WorkflowConstant(
                name: entry.key, value: value, file: file, location: location(entry.value.place))
            constants[entry.key] = constant
            if case .scalar(let scalar) = entry.value.content { layouts[entry.key] = scalar.layout }
            return constant
        }
    }

    // MARK: Models

    /// A role or a `provider:model`, or nil after a report.
    func model(_ text: String, at place: SourceNode.Place) -> ModelName? {
        if let role = roles[text] { return role.model }
        if let model = ModelName(text) { return model }
        if broken.contains(text) { return nil }
        let suggestion = Spelling.suggestion(for: text, among: roles.keys.sorted())
        let known = roles.isEmpty ? "" : "; roles: \(roles.keys.sorted().joined(separator: ", "))"
        error(
            place,
            "'\(text)' is neither provider:model nor a role of 'models'\(suggestion.isEmpty ? known : suggestion)")
        return nil
    }

    // MARK: Parameters

    func readParameters(_ entry: SourceNode.Entry?) -> [WorkflowParameter] {
        guard let entry, let entries = anyEntries(of: entry.value, what: "parameters") else { return [] }
        return entries.compactMap { entry in
            guard let parameter = parameter(entry) else {
                broken.insert(entry.key)
                return nil
            }
            parameters[entry.key] = parameter
            return parameter
        }
    }

    private func parameter(_ entry: SourceNode.Entry) -> WorkflowParameter? {
        guard let keys = entries(of: entry.value, keys: WorkflowKeys.parameter, what: "a parameter") else { return nil }
        guard let kindEntry = keys["kind"] else {
            error(entry.place, "parameter '\(entry.key)' has no kind; expected \(Self.listed(Self.parameterKinds))")
            return nil
        }
        guard let kind = word(kindEntry, among: Self.parameterKinds).flatMap(ParameterKind.init(rawValue:)) else {
            return nil
        }
        for (key, found) in keys where !Self.keys(of: kind).contains(key) {
            error(
                found.place,
                "'\(key)' means nothing for a parameter of kind \(kind.rawValue); expected \(Self.listed(Self.keys(of: kind)))"
            )
        }
        let constraint = constraint(keys, kind: kind)
        guard let valueEntry = keys["value"] else {
            error(entry.place, "parameter '\(entry.key)' has no value; expected its starting value")
            return nil
        }
        guard let (value, file) = startingValue(valueEntry, kind: kind), let constraint else { return nil }
        var definition = ParameterDefinition(
            entry.key, kind: kind, initial: value, constraint: constraint,
            documentation: text(keys["description"]) ?? "")
        do {
            definition.initial = try definition.checked(value)
        } catch {
            self.error(valueEntry.value.place, "the value of '\(entry.key)' is not allowed: \(error.reason)")
            return nil
        }
        if case .scalar(let scalar) = valueEntry.value.content { layouts[entry.key] = scalar.layout }
        return WorkflowParameter(
            definition: definition, file: file,
            location: file.map { FileLocation(file: $0, line: 1, column: 1) } ?? location(valueEntry.value.place))
    }

    static let parameterKinds = ParameterKind.allCases.map(\.rawValue)

    static func keys(of kind: ParameterKind) -> [String] {
        let common = ["kind", "value", "note", "description"]
        switch kind {
        case .text: return common + ["keep", "max_length"]
        case .code: return common + ["language", "entry", "max_length"]
        case .number, .integer: return common + ["range", "log"]
        case .choice: return common + ["options"]
        case .flag: return common
        case .examples: return common + ["max"]
        }
    }

    /// A text from a file loses its last line break, which editors add and prompts do not want; code stays as it is.
    private func startingValue(_ entry: SourceNode.Entry, kind: ParameterKind) -> (Value, String?)? {
        switch kind {
        case .text, .code:
            guard let source = sourceText(entry) else { return nil }
            var text = source.text
            if kind == .text, source.file != nil, text.hasSuffix("\n") { text.removeLast() }
            return (.text(text), source.file)
        case .number, .integer, .choice, .flag, .examples:
            return sourceValue(entry)
        }
    }

    private func constraint(_ keys: [String: SourceNode.Entry], kind: ParameterKind) -> ParameterConstraint? {
        let before = problems.count
        var constraint = ParameterConstraint(
            note: text(keys["note"]), options: options(keys["options"]) ?? [], keep: texts(keys["keep"]) ?? [],
            maximumCount: integer(keys["max"], atLeast: 0), maximumLength: integer(keys["max_length"], atLeast: 1),
            language: kind == .code ? text(keys["language"]) ?? "python" : nil, entry: text(keys["entry"]))
        if kind == .choice, keys["options"] == nil, let kindEntry = keys["kind"] {
            error(kindEntry.place, "a choice has no options; expected 'options' with a list of values")
        }
        if let entry = keys["entry"], let text = constraint.entry { _ = signature(text, at: entry.value.place) }
        if let range = keys["range"] { constraint.range = self.range(range) }
        constraint.isLogarithmic = flag(keys["log"]) ?? false
        if constraint.isLogarithmic, let log = keys["log"] {
            if let range = constraint.range, range.lowerBound <= 0 {
                error(log.place, "'log' wants a range above 0, found \(range.lowerBound)")
            } else if keys["range"] == nil {
                error(log.place, "'log' wants a 'range'")
            }
        }
        return problems.dropFirst(before).contains { $0.severity == .error } ? nil : constraint
    }

    private func options(_ entry: SourceNode.Entry?) -> [Value]? {
        guard let entry else { return nil }
        guard let list = value(entry)?.list, !list.isEmpty else {
            error(
                entry.value.place,
                "expected a list with at least one value for 'options', found \(Self.described(entry.value))")
            return nil
        }
        if Set(list).count < list.count { error(entry.value.place, "'options' names a value twice") }
        return list
    }

    func range(_ entry: SourceNode.Entry) -> ClosedRange<Double>? {
        guard let ends = value(entry)?.list?.map(\.number), ends.count == 2, let low = ends[0], let high = ends[1]
        else {
            error(entry.value.place, "expected [lowest, highest] for 'range', found \(Self.described(entry.value))")
            return nil
        }
        guard low < high else {
            error(entry.value.place, "the range [\(low), \(high)] is empty; expected the lower end first")
            return nil
        }
        return low...high
    }

    /// The signature of a function, or nil after a report.
    func signature(_ text: String, at place: SourceNode.Place) -> EntrySignature? {
        do {
            return try EntrySignature(text)
        } catch {
            self.error(place, error.message)
            return nil
        }
    }
}
