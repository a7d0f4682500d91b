import TraceGraph

/// The names of a workflow file as they are called where the file is a step: after the step's own name.
///
/// Names that only texts and functions know, those of their arguments, stay as they are.
struct Renaming {
    private let prefix: String
    private let inner: Set<String>

    /// All that the file declares, as they are called outside.
    let names: [String]

    init(namesOf file: WorkflowFile, under step: String) {
        var declared = file.inputs.map(\.name) + file.constants.map(\.name)
        declared += file.parameters.map(\.definition.name)
        for step in file.allSteps { declared += [step.name] + step.ownNames }
        prefix = "\(step)_"
        inner = Set(declared)
        names = declared.map { "\(step)_\($0)" }
    }

    func callAsFunction(_ name: String) -> String { inner.contains(name) ? prefix + name : name }

    func callAsFunction(_ reference: Reference) -> Reference {
        var reference = reference
        reference.name = self(reference.name)
        return reference
    }

    func callAsFunction(_ expression: Expression) -> Expression {
        switch expression {
        case .reference(let reference): .reference(self(reference))
        case .literal: expression
        case .template(let placed): .template(renamed(placed))
        case .list(let elements): .list(elements.map(callAsFunction))
        case .object(let fields): .object(valued(fields))
        }
    }

    /// The text keeps the names it is written with; what they stand for is said beside it.
    private func renamed(_ placed: PlacedTemplate) -> PlacedTemplate {
        var placed = placed
        for name in placed.template.names {
            let now = self(placed.meaning(of: name))
            if now != name { placed.meanings[name] = now }
        }
        return placed
    }

    /// Other values under the same names.
    private func valued(_ bindings: [Binding]) -> [Binding] {
        bindings.map { Binding($0.name, self($0.expression)) }
    }

    /// Other values under other names.
    private func named(_ bindings: [Binding]) -> [Binding] {
        bindings.map { Binding(self($0.name), self($0.expression)) }
    }

    private func callAsFunction(_ block: WorkflowBlock) -> WorkflowBlock {
        WorkflowBlock(steps: block.steps.map(callAsFunction), output: self(block.output))
    }

    private func callAsFunction(_ condition: Condition) -> Condition {
        switch condition {
        case .holds(let one): .holds(self(one))
        case .equals(let a, let b): .equals(self(a), self(b))
        case .contains(let a, let b): .contains(self(a), self(b))
        case .above(let a, let b): .above(self(a), self(b))
        case .below(let a, let b): .below(self(a), self(b))
        case .not(let inner): .not(self(inner))
        case .all(let inner): .all(inner.map(callAsFunction))
        case .any(let inner): .any(inner.map(callAsFunction))
        }
    }

    func callAsFunction(_ step: WorkflowStep) -> WorkflowStep {
        var step = step
        step.name = self(step.name)
        step.bindings = valued(step.bindings)
        step.action = self(step.action)
        return step
    }

    private func callAsFunction(_ action: WorkflowStep.Action) -> WorkflowStep.Action {
        switch action {
        case .prompt(let prompt): return .prompt(self(prompt))
        case .code(var code):
            if case .parameter(let reference) = code.source.text { code.source.text = .parameter(self(reference)) }
            return .code(code)
        case .command(var command):
            command.input = command.input.map(callAsFunction)
            return .command(command)
        case .program(var program):
            // Inside of another workflow it is one step among others.
            program.isWhole = false
            for place in program.parameters.indices {
                program.parameters[place].reference = self(program.parameters[place].reference)
            }
            return .program(program)
        case .http(var http):
            http.body = http.body.map(callAsFunction)
            return .http(http)
        case .each(var each):
            each.list = self(each.list)
            each.element = self(each.element)
            each.block = self(each.block)
            return .each(each)
        case .when(var when):
            when.condition = self(when.condition)
            when.then = self(when.then)
            when.otherwise = when.otherwise.map(callAsFunction)
            return .when(when)
        case .repeat(var action):
            action.start = named(action.start)
            action.block = self(action.block)
            action.next = named(action.next)
            action.until = action.until.map(callAsFunction)
            return .repeat(action)
        case .workflow(var workflow):
            for place in workflow.inputs.indices {
                workflow.inputs[place].name = self(workflow.inputs[place].name)
                workflow.inputs[place].value = self(workflow.inputs[place].value)
            }
            workflow.block = self(workflow.block)
            return .workflow(workflow)
        }
    }

    private func callAsFunction(_ prompt: PromptAction) -> PromptAction {
        var prompt = prompt
        for place in prompt.messages.indices {
            switch prompt.messages[place].content {
            case .fixed: break
            case .template(let reference): prompt.messages[place].content = .template(self(reference))
            case .verbatim(let reference): prompt.messages[place].content = .verbatim(self(reference))
            }
        }
        if case .parameter(let reference) = prompt.model { prompt.model = .parameter(self(reference)) }
        prompt.temperature = prompt.temperature.map(callAsFunction)
        prompt.maximumTokens = prompt.maximumTokens.map(callAsFunction)
        prompt.topP = prompt.topP.map(callAsFunction)
        prompt.seed = prompt.seed.map(callAsFunction)
        prompt.stop = prompt.stop.map(callAsFunction)
        return prompt
    }
}

extension WorkflowStep {
    /// The names that stand for something inside of it only, besides those of its steps.
    var ownNames: [String] { blocks.flatMap(\.own) }
}
