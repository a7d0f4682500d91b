import ContentHash
public import Evaluation
public import LanguageModels
public import TraceGraph

/// A workflow file made ready to run.
public struct Workflow: Optimizable {
    public internal(set) var file: WorkflowFile
    /// What may be changed: the file's parameters but for those that were fixed.
    public private(set) var parameters: ParameterSpace
    /// Who answers for a model.
    let models: @Sendable (ModelName) throws -> any LanguageModel
    /// By language.
    let runtimes: [String: any CodeRuntime]
    /// What runs the programs of the protocol.
    let programs: ProgramPool
    /// What programs may be given of Optrace's own environment.
    let environment: [String: String]
    /// Whether programs may be given code that a model wrote.
    let allowsUnsandboxed: Bool
    /// What carries the requests of steps.
    let transport: StepTransport
    /// Asked after each step, with its name and result, whether the execution is to be given up; nil for never.
    private(set) var givesUp: (@Sendable (_ step: String, _ result: Value) -> Bool)?
    /// What the code parameters decide.
    let reach: CodeReach
    /// What may answer code, requests and programs; nil when nothing is kept.
    let nodes: CachedNodes?
    /// The failures of steps that a run which is made again meets again; nil where none is.
    let lost: LostCalls?
    /// What ends the programs of commands when this process is killed.
    let warden = Warden()
    /// What the programs of commands are known by.
    let digests = ProgramDigests()
    /// What decides the nodes of each base beside their inputs: digests.
    private let versions: [String: String]
    /// Where the nodes of a trace belong, by the base of their names.
    private let ranks: [String: Int]

    /// - Parameters:
    ///   - models: The model to ask for a name. Called once for each request: whoever gives it keeps what is costly.
    ///   - runtimes: What calls code, one for each language the file uses.
    ///   - programs: What keeps the programs of the protocol running; whoever gives it closes it.
    ///   - environment: What commands may be given; they get `PATH`, `HOME`, `LANG` and what their `env` lists.
    ///   - nodes: Where results of code, of requests, and of programs that say so are kept.
    ///   - lost: Where failures of steps that are a matter of chance are noted, and met again: see ``LostCalls``.
    ///   - allowsUnsandboxed: Whether commands, which run outside of any sandbox, may be given code that a model wrote.
    ///   - transport: What carries the requests of steps; a ``CurlTransport`` when nil.
    /// - Throws: ``WorkflowError/Code/noRuntime``.
    public init(
        file: WorkflowFile, models: @escaping @Sendable (ModelName) throws -> any LanguageModel,
        runtimes: [any CodeRuntime] = [], programs: ProgramPool = ProgramPool(), environment: [String: String] = [:],
        nodes: CachedNodes? = nil, lost: LostCalls? = nil, allowsUnsandboxed: Bool = false,
        transport: (any HTTPTransport)? = nil
    ) throws(WorkflowError) {
        self.file = file
        self.models = models
        self.runtimes = Dictionary(runtimes.map { ($0.language, $0) }, uniquingKeysWith: { first, _ in first })
        self.programs = programs
        self.environment = environment
        self.nodes = nodes
        self.lost = lost
        self.versions = Self.versions(of: file)
        self.allowsUnsandboxed = allowsUnsandboxed
        self.transport = StepTransport(transport, environment: environment)
        self.parameters = ParameterSpace(file.parameters.map(\.definition))
        self.reach = CodeReach(in: file)
        self.ranks = Self.ranks(of: file)
        for source in file.codeSources where self.runtimes[source.language] == nil {
            throw WorkflowError(
                .noRuntime, "'\(source.entry.name)' is written in \(source.language), which nothing here can run")
        }
    }

    /// Runs `candidate` on `example` and records it.
    ///
    /// Every step starts as soon as what it reads is there. When one fails, the steps that need it are not run, the
    /// others are, and the trace ends at the failure of the first of them in the file. The nodes of the trace stand in
    /// the order of the file, however the steps overlapped.
    public func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        let altered = file.alteredCode(in: candidate)
        let trace = await Trace.record(candidate) {
            let run = WorkflowRun(
                workflow: self, altered: altered, repetition: repetition, requestRepetition: repetition,
                candidate: candidate, example: example)
            guard let place = file.generation(of: example) else { return try await run.output() }
            return try await run.again(place, in: "generation").output()
        }
        var arranged = arranged(trace)
        arranged.versions = versions
        return arranged
    }

    /// As every ``Optimizable`` does, but that steps whose text in the file, code, settings or model are not what they were
    /// when the trace was recorded run again.
    public func rerun(
        _ trace: Trace, _ candidate: Candidate, on example: Example, with intervention: Intervention, repetition: Int
    ) async throws(TraceError) -> Trace {
        var intervention = intervention
        for (base, version) in versions where trace.versions[base] != version { intervention.outdated.insert(base) }
        return try await trace.rerunning(with: intervention) {
            await run(candidate, on: example, repetition: repetition)
        }
    }

    /// The nodes in the order of the file.
    private func arranged(_ trace: Trace) -> Trace {
        guard !trace.scopes.isEmpty else { return trace.arranged { ranks[$0.base] ?? Int.max } }
        let places = NodePlaces(of: trace, ranks: ranks)
        return trace.arranged { places.ranks[$0.id.index] }
    }

    /// This workflow with the parameters `names` left as the file has them and taken out of ``parameters``.
    public func fixing(_ names: some Sequence<String>) -> Workflow {
        let fixed = Set(names)
        var workflow = self
        workflow.parameters = ParameterSpace(parameters.definitions.filter { !fixed.contains($0.name) })
        return workflow
    }

    /// This workflow, whose executions end as failed after a step of which `isDoomed` says so: what comes after it would be
    /// paid for nothing.
    public func givingUp(when isDoomed: @escaping @Sendable (_ step: String, _ result: Value) -> Bool) -> Workflow {
        var workflow = self
        workflow.givesUp = isDoomed
        return workflow
    }

    private static func versions(of file: WorkflowFile) -> [String: String] {
        var versions: [String: String] = [:]
        for step in file.allSteps {
            let version = String(ContentHash(of: step.meaning(in: file).canonicalJSON).hex.prefix(32))
            for base in step.innerBases + [step.name] { versions[base] = version }
        }
        versions["output"] = String(ContentHash(of: file.output.meaning.canonicalJSON).hex.prefix(32))
        return versions
    }

    private static func ranks(of file: WorkflowFile) -> [String: Int] {
        var ranks: [String: Int] = [:]
        func place(_ base: String) {
            if ranks[base] == nil { ranks[base] = ranks.count }
        }
        file.inputs.forEach { place($0.name) }
        file.constants.forEach { place($0.name) }
        file.parameters.forEach { place($0.definition.name) }
        for step in file.allSteps { ranks[step.name] = nil }
        for step in file.allSteps {
            let rank = ranks.count
            ranks[step.name] = rank
            for base in step.innerBases { ranks[base] = rank }
        }
        place("output")
        return ranks
    }
}

extension WorkflowStep {
    /// The bases of the nodes that running the step records beside its result.
    var innerBases: [String] {
        var names = bindings.map(\.name)
        switch action {
        case .prompt(let prompt): names += ["prompt", "hint", "cut"] + prompt.settings.map(\.name)
        case .code: break
        case .command: names.append("stdin")
        case .program: break
        case .http: names.append("body")
        case .each(let action):
            names += ["list", "item", "all", "result"]
            return names.map(base) + [action.element]
        case .when: names += ["condition_value", "condition", "result", "nothing"]
        case .repeat(let action):
            names +=
                ["turn", "result", "until_value", "until", "nothing"] + action.start.map(\.name)
                + action.next.map(\.name)
        case .workflow(let action): return names.map(base) + [base("result")] + action.inputs.map(\.name)
        }
        return names.map(base)
    }

    /// The base of the node that stands for a part of the step.
    func base(_ part: String) -> String { "\(name)_\(part)" }
}

extension WorkflowFile {
    /// Why the workflow cannot be run; nil when it can.
    public var refusalToRun: WorkflowError? {
        guard isObserved else { return nil }
        return WorkflowError(
            .noSteps,
            "\(path) has 'bindings' and no steps: it reads traces that were recorded elsewhere and cannot be run; "
                + "improve it from such traces with: optrace propose \(path)")
    }

    /// Every function the workflow and its metrics call.
    var codeSources: [CodeSource] {
        let steps = allSteps.compactMap { step -> CodeSource? in
            if case .code(let code) = step.action { code.source } else { nil }
        }
        return steps + metrics.compactMap(\.code)
    }

    /// The model a role or a name stands for.
    public func model(named text: String) -> ModelName? {
        models.first { $0.role == text }?.model ?? ModelName(text)
    }

    /// Who may answer where the model of a role fails; nobody for what is no role.
    public func fallbacks(of role: String) -> [ModelName] { models.first { $0.role == role }?.fallbacks ?? [] }
}
