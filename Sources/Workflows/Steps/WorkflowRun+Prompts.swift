import LanguageModels
import TraceGraph

extension WorkflowRun {
    /// Asks a model: one node for the prompt as it is put together, one for the reply.
    func ask(
        _ prompt: PromptAction, in step: WorkflowStep, _ arguments: [(name: String, value: Traced<Value>)],
        _ known: Known
    ) async throws -> Traced<Value> {
        let whole = try self.messages(of: prompt, in: step, arguments, known)
        var inputs = [whole.input(as: "prompt")]
        var choice: Traced<Value>?
        if case .parameter(let reference) = prompt.model {
            let traced = try self.known(reference.name, known)
            inputs.append(traced.input(as: "model"))
            choice = traced
        }
        var settings: [(name: String, value: Value)] = []
        var literals: [String] = []
        for setting in prompt.settings {
            let traced = try value(of: setting.expression, base: step.base(setting.name), known)
            settings.append((setting.name, traced.value))
            if case .literal(let value) = setting.expression {
                literals.append("\(setting.name) \(value.plainText)")
            } else {
                inputs.append(traced.input(as: setting.name))
            }
        }
        let hint = Traced.hint(for: step.name)
        if let hint { inputs.append(hint.input(as: "hint")) }
        var wasCut = false
        let reply = try await traced(
            "call", node: step.name, inputs: inputs, documentation: documentation(of: prompt, in: step, literals)
        ) {
            var request = ChatRequest(
                model: try model(of: prompt.model, choice?.value),
                messages: try Self.messages(in: whole.value, hint, of: step), format: prompt.format,
                repetition: repetition)
            request.wantsLogProbabilities = prompt.wantsLogProbabilities
            for setting in settings { try request.set(setting.name, to: setting.value) }
            let models = try workflow.models(request.model)
                .fallingBack(to: fallbacks(of: prompt.model, choice?.value))
            let reply = try await Self.reply(to: request, from: models)
            wasCut = reply.finish == .length
            return Value.text(reply.text)
        }
        let sentence = "The reply was cut off at the token limit before it ended."
        let replied = [reply.input(as: "reply")]
        guard wasCut else {
            return answered(
                "cut", node: step.base("cut"), inputs: replied, documentation: sentence, as: Value.self) ?? reply
        }
        return traced("cut", node: step.base("cut"), inputs: replied, documentation: sentence) { reply.value }
    }

    private func model(of choice: ModelChoice, _ chosen: Value?) throws(WorkflowError) -> ModelName {
        let text: String?
        switch choice {
        case .fixed(let model): return model
        case .role(let role): text = role
        case .parameter: text = chosen?.text
        }
        guard let text, let model = workflow.file.model(named: text) else {
            throw WorkflowError(.wrongSetting, "the model cannot be \(chosen?.json ?? text ?? "nothing")")
        }
        return model
    }

    private func fallbacks(of choice: ModelChoice, _ chosen: Value?) -> [ModelName] {
        switch choice {
        case .fixed: []
        case .role(let role): workflow.file.fallbacks(of: role)
        case .parameter: chosen?.text.map(workflow.file.fallbacks) ?? []
        }
    }

    private func documentation(of prompt: PromptAction, in step: WorkflowStep, _ literals: [String]) -> String {
        let roles = prompt.messages.map(\.role.rawValue)
        let texts = roles == ["user"] ? "the prompt" : "the " + WorkflowReader.listed(roles, or: "and") + " texts"
        var sentence = "Asks the model with \(texts)"
        if !literals.isEmpty { sentence += " (\(literals.joined(separator: ", ")))" }
        switch prompt.format {
        case .text: break
        case .json: sentence += "; the reply must be a JSON object"
        case .schema: sentence += "; the reply must be JSON that fits a schema"
        }
        return (step.description.isEmpty ? "" : step.description + " ") + sentence + "."
    }

    private static func reply(to request: ChatRequest, from model: any LanguageModel) async throws -> ChatReply {
        let reply = try await model.reply(to: request)
        Recording.note(
            model: (reply.answeredBy ?? request.model).description, completion: reply.completion, usage: reply.usage,
            wasCached: reply.wasCached, duration: reply.duration)
        if reply.finish == .refusal {
            throw WorkflowError(.refused, "the model declined to answer", detail: reply.text.isEmpty ? nil : reply.text)
        }
        return reply
    }

    // MARK: The prompt

    /// The node that holds the messages.
    private func messages(
        of prompt: PromptAction, in step: WorkflowStep, _ arguments: [(name: String, value: Traced<Value>)],
        _ known: Known
    ) throws -> Traced<Value> {
        var inputs: [TracedInput] = []
        var sources: [String] = []
        for message in prompt.messages {
            if let reference = message.content.reference {
                inputs.append(try self.known(reference.name, known).input(as: reference.name))
                sources.append("the \(message.role.rawValue) message from \(reference.name)")
            } else {
                sources.append("the \(message.role.rawValue) message from a fixed text")
            }
        }
        inputs += arguments.map { $0.value.input(as: $0.name) }
        let names = arguments.map(\.name)
        let filling =
            names.isEmpty
            ? "" : " In a template, {{name}} stands for the input of that name: \(names.joined(separator: ", "))."
        return try traced(
            "format", node: step.base("prompt"), inputs: inputs,
            documentation: "Makes \(WorkflowReader.listed(sources, or: "and")).\(filling)"
        ) {
            let values = Fields(arguments.map { ($0.name, $0.value.value) })
            let messages = try prompt.messages.map { message in
                ChatMessage(message.role, try text(of: message.content, values, known))
            }
            guard let only = messages.first, messages.count == 1, only.role == .user else {
                return Value.list(messages.map { ["role": .text($0.role.rawValue), "content": .text($0.content)] })
            }
            return .text(only.content)
        }
    }

    /// The messages that the node holds, which need not have been made here, with the hint behind the last one.
    ///
    /// - Throws: ``WorkflowError/Code/wrongSetting`` when it was given a value that is no messages.
    private static func messages(
        in value: Value, _ hint: Traced<String>?, of step: WorkflowStep
    ) throws(WorkflowError) -> [ChatMessage] {
        var messages: [ChatMessage]
        if let list = value.list {
            messages = list.compactMap { one in
                guard let role = one.object?["role"]?.text.flatMap(ChatMessage.Role.init),
                    let content = one.object?["content"]?.text
                else { return nil }
                return ChatMessage(role, content)
            }
            guard messages.count == list.count else {
                throw WorkflowError(
                    .wrongSetting,
                    "the prompt of \(step.name) is a list of \(list.first?.kindName ?? "nothing")s, "
                        + "expected objects with role (system, user or assistant) and content")
            }
        } else {
            messages = [.user(value.plainText)]
        }
        if let last = messages.indices.last {
            messages[last].content = Traced.hinted(messages[last].content, with: hint)
        }
        return messages
    }

    private func text(of content: PromptText, _ values: Fields, _ known: Known) throws -> String {
        switch content {
        case .fixed(let placed): return try placed.template.rendered(with: values)
        case .verbatim(let reference):
            return try value(of: .reference(reference), base: reference.name, known).value.plainText
        case .template(let reference):
            return try Template(try self.known(reference.name, known).value.plainText).rendered(with: values)
        }
    }
}

extension ChatRequest {
    /// Sets what a workflow file calls `name`.
    ///
    /// - Throws: ``WorkflowError/Code/wrongSetting``.
    mutating func set(_ name: String, to value: Value) throws(WorkflowError) {
        if value.isNull { return }
        let isFine: Bool
        switch name {
        case "temperature":
            temperature = value.number
            isFine = temperature != nil
        case "top_p":
            topP = value.number
            isFine = topP != nil
        case "max_tokens":
            maximumTokens = value.integer
            isFine = maximumTokens ?? 0 > 0
        case "seed":
            seed = value.integer
            isFine = seed != nil
        case "stop":
            let texts = (value.list ?? [value]).map(\.text)
            stop = texts.compactMap { $0 }
            isFine = stop.count == texts.count
        default:
            throw WorkflowError(.wrongSetting, "there is no setting '\(name)'")
        }
        guard isFine else { throw WorkflowError(.wrongSetting, "\(name) cannot be \(value.json)") }
    }
}
