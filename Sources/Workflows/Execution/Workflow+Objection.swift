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
        case .examples: objection(toExamples: value, for: parameter)
        case .number, .integer, .flag: nil
        }
    }

    /// Prompts name the fields of the examples they show: one without such a field would fail every execution.
    private func objection(toExamples value: Value, for parameter: ParameterDefinition) -> String? {
        for step in file.allSteps {
            guard case .prompt(let prompt) = step.action else { continue }
            let shown = step.bindings.filter { binding in
                guard case .reference(let reference) = binding.expression else { return false }
                return reference.name == parameter.name
            }.map(\.name)
            guard !shown.isEmpty else { continue }
            // Whatever else is read stands for itself: only what these examples lack counts.
            func rendered(_ examples: Value, _ template: Template) throws(TemplateError) {
                let others = step.bindings.filter { !shown.contains($0.name) }.map { ($0.name, Value.text("")) }
                _ = try template.rendered(with: Fields(others + shown.map { ($0, examples) }))
            }
            for message in prompt.messages {
                guard let template = template(of: message.content) else { continue }
                do throws(TemplateError) { try rendered([], template) } catch { continue }
                do throws(TemplateError) { try rendered(value, template) } catch { return error.message }
            }
        }
        return nil
    }

    /// Nil for what is no template, or none that can be read.
    private func template(of content: PromptText) -> Template? {
        switch content {
        case .fixed(let placed): return placed.template
        case .template(let reference):
            guard let text = parameters[reference.name]?.initial.plainText else { return nil }
            do throws(TemplateError) { return try Template(text) } catch { return nil }
        case .verbatim: return nil
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
