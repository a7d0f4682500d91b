public import LanguageModels

/// One step of a workflow.
public struct WorkflowStep: Sendable, Hashable {
    /// What a step does.
    public enum Action: Sendable, Hashable {
        case prompt(PromptAction)
        case code(CodeAction)
        case command(CommandAction)
        case program(ProgramAction)
        case http(HTTPAction)
        case each(EachAction)
        case when(WhenAction)
        case `repeat`(RepeatAction)
        case workflow(WorkflowAction)
    }

    public var name: String
    /// What `description` says; may be empty.
    public var description: String
    public var action: Action
    /// What the step reads, by the names its texts and functions know it under.
    public var bindings: [Binding]
    /// Whether results may be kept and used again; nil for what suits the kind: code and requests yes,
    /// programs no.
    public var caches: Bool?
    public var location: FileLocation
    /// How often it is tried again when it fails.
    public var retries = 0
    /// Seconds that one try may take; nil for what its kind allows.
    public var timeout: Double?
    /// What its result has to be like.
    public var schema: JSONSchema?

    /// Everything the step reads from the rest of the workflow, in order, with repeats.
    public var references: [Reference] {
        bindings.flatMap(\.expression.references) + actionReferences
    }

    /// Of these, what a run reads whatever happens: which parameters a program reads it says itself.
    var readReferences: [Reference] {
        if case .program = action { bindings.flatMap(\.expression.references) } else { references }
    }

    private var actionReferences: [Reference] {
        switch action {
        case .prompt(let prompt): prompt.references
        case .code(let code): code.source.reference.map { [$0] } ?? []
        case .command(let command): command.input?.references ?? []
        case .program(let program): program.parameters.map(\.reference)
        case .http(let http): http.body?.references ?? []
        case .each(let action): action.list.references + action.block.references(without: [action.element])
        case .when(let when):
            when.condition.references + when.then.references() + (when.otherwise?.references() ?? [])
        case .repeat(let action):
            action.start.flatMap(\.expression.references) + action.references
        case .workflow(let action):
            action.inputs.flatMap(\.value.references) + action.block.references(without: action.inputs.map(\.name))
        }
    }

    /// The blocks inside it, with the names that stand for something in them only.
    var blocks: [(block: WorkflowBlock, own: [String])] {
        switch action {
        case .prompt, .code, .command, .program, .http: []
        case .each(let action): [(action.block, [action.element])]
        case .when(let when): [when.then, when.otherwise].compactMap { $0 }.map { ($0, []) }
        case .repeat(let action): [(action.block, action.start.map(\.name))]
        case .workflow(let action): [(action.block, action.inputs.map(\.name))]
        }
    }

    /// The step and all steps inside it.
    var withInner: [WorkflowStep] { [self] + blocks.flatMap(\.block.allSteps) }
}

/// Asking a model.
public struct PromptAction: Sendable, Hashable {
    public var messages: [PromptMessage]
    public var model: ModelChoice
    public var temperature: Expression?
    public var maximumTokens: Expression?
    public var topP: Expression?
    public var seed: Expression?
    public var stop: Expression?
    public var format: ChatRequest.ReplyFormat
    /// Whether the likelihood of the reply's tokens is asked for, which tells near misses apart.
    public var wantsLogProbabilities = false

    /// The settings that may be parameters, by their names in the file.
    var settings: [Binding] {
        [
            ("temperature", temperature), ("max_tokens", maximumTokens), ("top_p", topP), ("seed", seed),
            ("stop", stop),
        ].compactMap { name, expression in expression.map { Binding(name, $0) } }
    }

    var references: [Reference] {
        messages.compactMap(\.content.reference) + model.references + settings.flatMap(\.expression.references)
    }
}

/// One message of a prompt.
public struct PromptMessage: Sendable, Hashable {
    public var role: ChatMessage.Role
    public var content: PromptText
}

/// Where the text of a message comes from.
public enum PromptText: Sendable, Hashable {
    /// A text of the workflow's author.
    case fixed(PlacedTemplate)
    /// A parameter or a constant, whose text is a template.
    case template(Reference)
    /// An input or a step's result, whose text stays as it is.
    case verbatim(Reference)

    var reference: Reference? {
        switch self {
        case .fixed: nil
        case .template(let reference), .verbatim(let reference): reference
        }
    }
}

/// Which model a step asks.
public enum ModelChoice: Sendable, Hashable {
    case fixed(ModelName)
    /// Whoever plays this role in ``WorkflowFile/models`` when the workflow runs.
    case role(String)
    /// A parameter whose values are roles or models.
    case parameter(Reference)

    var references: [Reference] {
        if case .parameter(let reference) = self { [reference] } else { [] }
    }
}

/// Calling a function.
public struct CodeAction: Sendable, Hashable {
    public var source: CodeSource
}

/// Where the source of a function comes from, and how it is called.
public struct CodeSource: Sendable, Hashable {
    public enum Text: Sendable, Hashable {
        /// The author's, read from a file when `file` says so.
        case fixed(String, file: String?)
        case parameter(Reference)
    }

    public var text: Text
    public var language: String
    public var entry: EntrySignature

    var reference: Reference? {
        if case .parameter(let reference) = text { reference } else { nil }
    }
}

/// Running a program.
public struct CommandAction: Sendable, Hashable {
    /// How the program's standard output becomes the step's value.
    public enum Output: String, Sendable, Hashable, CaseIterable {
        /// As a text, without the last line break.
        case text
        /// As the JSON value it is.
        case json
        /// As a list of its lines.
        case lines
    }

    /// The program and its arguments.
    public var arguments: [PlacedTemplate]
    /// What the program reads from its standard input; nil for nothing.
    public var input: Expression?
    /// Seconds until the program and all it started are killed.
    public var timeout: Double
    public var output: Output
    /// Variables the program gets beside `PATH`, `HOME` and `LANG`: a value, or nil for the one Optrace has.
    public var environment: [String: String?]
}

/// Running a program that speaks the protocol of `docs/protocol.md`.
public struct ProgramAction: Sendable, Hashable {
    /// A parameter as the program knows it.
    public struct Parameter: Sendable, Hashable {
        /// What the program calls it.
        public var name: String
        /// What it is in the workflow.
        public var reference: Reference

        public init(_ name: String, _ reference: Reference) {
            self.name = name
            self.reference = reference
        }
    }

    /// The program and its arguments.
    public var words: [String]
    /// The parameters it is given values for.
    public var parameters: [Parameter]
    /// Variables it gets beside those every program gets: a value, or nil for the one Optrace has.
    public var environment: [String: String?]
    public var isSandboxed: Bool
    /// Examples under way at once in one process.
    public var concurrency: Int
    /// Processes at once.
    public var processes: Int
    /// Seconds that one example may take.
    public var timeout: Double
    /// Whether it is the whole workflow: what it records then stands in the graph itself and not inside a step.
    public var isWhole: Bool

    public init(
        words: [String], parameters: [Parameter], environment: [String: String?], isSandboxed: Bool,
        concurrency: Int, processes: Int, timeout: Double, isWhole: Bool
    ) {
        self.words = words
        self.parameters = parameters
        self.environment = environment
        self.isSandboxed = isSandboxed
        self.concurrency = concurrency
        self.processes = processes
        self.timeout = timeout
        self.isWhole = isWhole
    }

    /// What every program gets of Optrace's own environment.
    public static let passedOn = ["PATH", "HOME", "LANG", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV"]

    /// How it is started.
    ///
    /// - Parameters:
    ///   - folder: The folder of the workflow file.
    ///   - given: Optrace's own environment.
    public func launch(in folder: String, environment given: [String: String]) -> ProgramLaunch {
        var variables: [String: String] = [:]
        for name in Self.passedOn { variables[name] = given[name] }
        for (name, value) in environment { variables[name] = value ?? given[name] }
        return ProgramLaunch(
            words: words, folder: folder.isEmpty ? nil : folder, environment: variables, isSandboxed: isSandboxed,
            concurrency: concurrency, processes: processes, timeout: timeout)
    }
}
