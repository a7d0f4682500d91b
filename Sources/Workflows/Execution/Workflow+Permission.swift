import TraceGraph

extension Workflow {
    /// Why what a model would write in place of each code parameter could not be run here, in the order of the file; empty
    /// when all of it could be.
    ///
    /// To be asked before anything is paid for, by whoever is going to change parameters: see ``fixing(_:)``.
    ///
    /// - Throws: ``CodeError`` when not even the author's code can be run, ``CodeError/Code/noInterpreter`` for one.
    public func refusedCode() async throws -> [(parameter: String, reason: CodeError)] {
        for language in Set(file.codeSources.map(\.language)).sorted() {
            try await runtimes[language]?.admit(.author)
        }
        var refused: [(parameter: String, reason: CodeError)] = []
        for definition in parameters.definitions where definition.kind == .code {
            if let reason = try await refusal(of: definition) { refused.append((definition.name, reason)) }
        }
        return refused
    }

    private func refusal(of definition: ParameterDefinition) async throws -> CodeError? {
        if let refusal = refusalToHandOn(definition.name) { return refusal }
        do {
            try await runtimes[definition.constraint.language ?? "python"]?.admit(.model)
            return nil
        } catch let error as CodeError where error.code == .noSandbox {
            return error
        }
    }

    /// The refusal to give the code of the parameter `name` to a program, when a step would do that and may not.
    func refusalToHandOn(_ name: String) -> CodeError? {
        guard !allowsUnsandboxed else { return nil }
        let step = file.allSteps.first { step in
            step.runsUnconfined && reach.quoted(in: step).contains(name)
        }
        return step.map { CodeError(handing: [name], toProgramOf: $0.name) }
    }
}

extension WorkflowStep {
    /// Whether the step runs a program that no sandbox holds.
    var runsUnconfined: Bool {
        switch action {
        case .prompt, .code, .http, .each, .when, .repeat, .workflow: false
        case .command: true
        case .program(let program): !program.isSandboxed
        }
    }
}
