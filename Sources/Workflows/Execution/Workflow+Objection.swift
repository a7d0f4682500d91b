public import TraceGraph

extension Workflow {
    /// Why `value` cannot be run as the parameter: a template that cannot be read or names what is not there, code that
    /// does not parse, does not define its entry, or may not be run here at all.
    ///
    /// - Throws: ``CodeError`` when the code could not be checked at all.
    public func objection(to value: Value, for parameter: ParameterDefinition) async throws -> String? {
        switch parameter.kind {
        case .text, .choice: objection(toTemplate: value, for: parameter.name)
        case .code: try await objection(toCode: value, for: parameter)
        case .number, .integer, .flag, .examples: nil
        }
    }

    private func objection(toTemplate value: Value, for name: String) -> String? {
        for step in file.allSteps {
            guard case .prompt(let prompt) = step.action,
                prompt.messages.contains(where: { $0.content.isTemplate(from: name) })
            else { continue }
            do {
                let template = try Template(value.plainText)
                if let unknown = template.unknownName(among: step.bindings.map(\.name)) { return unknown.message }
            } catch {
                return error.description
            }
        }
        return nil
    }

    private func objection(toCode value: Value, for parameter: ParameterDefinition) async throws -> String? {
        var sources = file.codeSources.filter { $0.reference?.name == parameter.name }
        if sources.isEmpty, let text = parameter.constraint.entry {
            sources = [
                CodeSource(
                    text: .fixed("", file: nil), language: parameter.constraint.language ?? "python",
                    entry: try EntrySignature(text))
            ]
        }
        let origin: CodeFunction.Origin = value == parameter.initial ? .author : .model
        if origin == .model, let refusal = refusalToHandOn(parameter.name) { return refusal.description }
        for source in sources {
            guard let runtime = runtimes[source.language] else { continue }
            do {
                try await runtime.check(
                    CodeFunction(
                        language: source.language, source: value.plainText, entry: source.entry, origin: origin))
            } catch let error as CodeError where error.blamesCode || error.code == .noSandbox {
                return error.description
            }
        }
        return nil
    }
}

extension PromptText {
    /// Whether this is a template that `name` holds.
    fileprivate func isTemplate(from name: String) -> Bool {
        if case .template(let reference) = self { reference.name == name } else { false }
    }
}
