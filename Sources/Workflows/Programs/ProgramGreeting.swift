public import TraceGraph

/// What a program says of itself before its first example.
public struct ProgramGreeting: Sendable, Hashable {
    /// An input that the program wants of every example.
    public struct Input: Sendable, Hashable {
        public var name: String
        public var kind: WorkflowInput.Kind
        /// What it is when nothing is given; nil when it has to be given.
        public var standard: Value?
    }

    /// What the program calls itself; may be empty.
    public var name: String
    /// What it does, in words; may be empty.
    public var documentation: String
    public var parameters: [ParameterDefinition]
    public var inputs: [Input]
    /// The roles of the models it asks for.
    public var models: [String]
    /// The most examples it wants to work on at once; nil for no limit of its own.
    public var concurrency: Int?

    /// The parameter called `name`.
    func parameter(_ name: String) -> ParameterDefinition? { parameters.first { $0.name == name } }

    /// Reads the first message of a program.
    ///
    /// - Throws: ``ProgramError`` for another version of the protocol, or for what is no greeting.
    init(_ message: Value) throws(ProgramError) {
        guard message["type"]?.text == "hello" else {
            throw Self.violation("its first message is '\(message["type"]?.plainText ?? "")', expected 'hello'")
        }
        guard let version = message["protocol"]?.integer else {
            throw Self.violation("its 'hello' names no version: expected 'protocol': \(ProgramLaunch.protocolVersion)")
        }
        guard version == ProgramLaunch.protocolVersion else {
            throw ProgramError(
                .version,
                "the program speaks version \(version) of the protocol, this Optrace version "
                    + "\(ProgramLaunch.protocolVersion): use the module that came with it (docs/protocol.md)")
        }
        name = message["name"]?.text ?? ""
        documentation = message["doc"]?.text ?? ""
        models = message["models"]?.list?.compactMap(\.text) ?? []
        concurrency = message["concurrency"]?.integer.map { max(1, $0) }
        parameters = []
        for declared in message["parameters"]?.list ?? [] { parameters.append(try Self.parameter(declared)) }
        let names = parameters.map(\.name)
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw Self.violation("it declares the parameter '\(twice)' twice")
        }
        inputs = []
        for declared in message["inputs"]?.list ?? [] { inputs.append(try Self.input(declared)) }
    }

    private static func violation(_ what: String) -> ProgramError {
        ProgramError(.violation, "the program does not keep to the protocol: \(what)")
    }

    private static func input(_ declared: Value) throws(ProgramError) -> Input {
        guard let name = declared["name"]?.text, Reference.isName(name) else {
            throw violation("an input has no name that a workflow file can have: \(declared.json)")
        }
        let kind = declared["kind"]?.text ?? "any"
        guard let kind = WorkflowInput.Kind(rawValue: kind) else {
            throw violation("the input '\(name)' is of the unknown kind '\(kind)'")
        }
        return Input(name: name, kind: kind, standard: declared["default"])
    }

    private static func parameter(_ declared: Value) throws(ProgramError) -> ParameterDefinition {
        guard let name = declared["name"]?.text, Reference.isName(name) else {
            throw violation("a parameter has no name that a workflow file can have: \(declared.json)")
        }
        let word = declared["kind"]?.text ?? ""
        guard let kind = ParameterKind(rawValue: word) else {
            throw violation("the parameter '\(name)' is of the unknown kind '\(word)'")
        }
        guard let value = declared["value"] else { throw violation("the parameter '\(name)' has no value") }
        var constraint = ParameterConstraint(
            note: declared["note"]?.text, isLogarithmic: declared["log"]?.flag ?? false,
            options: declared["options"]?.list ?? [], keep: declared["keep"]?.list?.compactMap(\.text) ?? [],
            maximumCount: declared["max"]?.integer, maximumLength: declared["max_length"]?.integer,
            language: kind == .code ? declared["language"]?.text ?? "python" : nil, entry: declared["entry"]?.text)
        if let ends = declared["range"]?.list {
            guard ends.count == 2, let low = ends[0].number, let high = ends[1].number, low < high else {
                throw violation("the range of '\(name)' is not [lowest, highest]")
            }
            constraint.range = low...high
        }
        var definition = ParameterDefinition(
            name, kind: kind, initial: value, constraint: constraint, documentation: declared["description"]?.text ?? ""
        )
        do throws(ParameterError) {
            definition.initial = try definition.checked(value)
        } catch {
            throw ProgramError(.violation, "the program's parameter '\(name)': \(error.reason)")
        }
        return definition
    }

    /// - Throws: ``ProgramError/Code/parameters`` when the program does not have `definitions`, or not of their kinds.
    func check(_ definitions: [ParameterDefinition]) throws(ProgramError) {
        for definition in definitions {
            guard let declared = parameter(definition.name) else {
                let known = parameters.map(\.name)
                let suggestion = Spelling.suggestion(for: definition.name, among: known)
                let list = known.isEmpty ? "none" : known.joined(separator: ", ")
                throw ProgramError(
                    .parameters,
                    "the program declares no parameter '\(definition.name)'"
                        + (suggestion.isEmpty ? "; it declares \(list)" : suggestion))
            }
            guard declared.kind == definition.kind else {
                throw ProgramError(
                    .parameters,
                    "the parameter '\(definition.name)' is a \(declared.kind.rawValue) in the program and a "
                        + "\(definition.kind.rawValue) in the workflow file")
            }
        }
    }
}
