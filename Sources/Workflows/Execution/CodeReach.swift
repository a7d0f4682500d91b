import TraceGraph

/// How far the code parameters of a workflow reach.
///
/// Read off the file, so it holds for every run, whichever steps overlap.
struct CodeReach: Sendable {
    /// By the name of a parameter or step: the code parameters that it, or anything it is made from, depends on.
    private var deciding: [String: Set<String>] = [:]
    /// By the name of a parameter or step: the code parameters whose own text it may hold. A model's reply and what a
    /// parameter's function returns hold none; what another function makes of such a text may.
    private var quoted: [String: Set<String>] = [:]

    /// - Complexity: O(references) sets of code parameters.
    init(in file: WorkflowFile) {
        for name in file.codeParameters {
            deciding[name] = [name]
            quoted[name] = [name]
        }
        guard !deciding.isEmpty else { return }
        // Every step comes after those it reads.
        for step in file.steps { note(step) }
    }

    private mutating func note(_ step: WorkflowStep) {
        deciding[step.name] = Self.union(deciding, step.references)
        quoted[step.name] = Self.union(quoted, step.textReferences)
        // What goes round in a step may be made of anything that goes into it.
        for (block, own) in step.blocks {
            for name in own + block.allSteps.map(\.name) {
                deciding[name] = deciding[step.name]
                quoted[name] = quoted[step.name]
            }
        }
    }

    /// Whose code a call may end up running that is given `references`: the model's as soon as any of them depends on a
    /// code parameter in `altered`.
    func origin(of references: [Reference], altering altered: Set<String>) -> CodeFunction.Origin {
        altered.isEmpty || Self.union(deciding, references).isDisjoint(with: altered) ? .author : .model
    }

    /// The code parameters whose text `step` is given.
    func quoted(in step: WorkflowStep) -> Set<String> {
        Self.union(quoted, step.textReferences)
    }

    private static func union(_ reach: [String: Set<String>], _ references: [Reference]) -> Set<String> {
        references.reduce(into: []) { $0.formUnion(reach[$1.name] ?? []) }
    }
}

extension WorkflowStep {
    /// What a function or a program is given; nothing for a prompt.
    fileprivate var textReferences: [Reference] {
        switch action {
        case .prompt: []
        case .code: bindings.flatMap(\.expression.references)
        case .command, .program, .each, .when, .repeat, .workflow: references
        case .http: []
        }
    }
}

extension WorkflowFile {
    /// The names of the parameters that hold code.
    var codeParameters: Set<String> {
        Set(parameters.filter { $0.definition.kind == .code }.map(\.definition.name))
    }

    /// The parameter called `name`.
    func definition(of name: String) -> ParameterDefinition? {
        parameters.first { $0.definition.name == name }?.definition
    }

    /// The code parameters that `candidate` gives another value than the file does.
    func alteredCode(in candidate: Candidate) -> Set<String> {
        Set(
            parameters.map(\.definition)
                .filter { $0.kind == .code && (candidate[$0.name] ?? $0.initial) != $0.initial }.map(\.name))
    }
}
