import LanguageModels
import Synchronization
import TraceGraph

extension WorkflowRun {
    /// Has a program of the protocol work on the arguments, and records what it reports as a part of the graph.
    func run(
        _ program: ProgramAction, in step: WorkflowStep, _ arguments: [(name: String, value: Traced<Value>)]
    ) async throws -> Traced<Value> {
        guard let intake = NodeIntake() else {
            throw ProgramError(.notStarted, "a program is only run inside of a recording")
        }
        if !program.isSandboxed { try refuseCode(in: step) }
        try Asking.require()
        let file = workflow.file
        let given = program.parameters.compactMap { parameter in
            file.definition(of: parameter.reference.name).map { (told: parameter.name, definition: $0) }
        }
        let candidate = candidate
        let request = ProgramRequest(
            inputs: Fields(arguments.map { ($0.name, $0.value.value) }),
            parameters: Fields(
                given.map { ($0.told, candidate[$0.definition.name] ?? $0.definition.initial) }),
            repetition: repetition)
        let told = given.map { parameter in
            var definition = parameter.definition
            definition.name = parameter.told
            return definition
        }
        let answered = Mutex<[Int: ModelCall]>([:])
        let start = intake.elapsed
        let host = workflow.programs.host(
            of: program.launch(in: SourceFiles.folder(of: step.location.file), environment: workflow.environment))
        let models = ProgramModels(request: { try self.request(of: $0) }) { request, call in
            let reply = try await self.reply(to: request, of: call)
            answered.withLock { answered in
                answered[call.number] = ModelCall(
                    node: NodeID(0), model: reply.model.description, completion: reply.reply.completion,
                    usage: reply.reply.usage, wasCached: reply.reply.wasCached,
                    start: max(0, intake.elapsed - reply.reply.duration), duration: reply.reply.duration)
            }
            return reply.reply
        }
        let report: ProgramReport
        do {
            report = try await host.run(
                request, check: { greeting throws(ProgramError) in try greeting.check(told) }, models: models)
        } catch let error as CancellationError {
            throw error
        } catch {
            let name = (error as? any NamedFailure)?.failureName ?? String(describing: type(of: error))
            let failure = ProgramFailure(
                type: name, message: (error as? any NamedFailure)?.failureMessage ?? "\(error)",
                marked: (error as? any NamedFailure)?.failureDetail)
            _ = intake.operation(
                Self.operation(of: step), base: step.name,
                inputs: arguments.map { Node.Input(name: $0.name, node: intake.node(of: $0.value)) },
                value: .text(FailureWords.whole(failure)), isFailure: true, start: start,
                duration: intake.elapsed - start,
                calls: answered.withLock { $0 }.sorted { $0.key < $1.key }.map(\.value))
            throw error
        }
        let record = ProgramRecord(
            inputs: Dictionary(arguments.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }),
            parameters: Dictionary(given.map { ($0.told, $0.definition) }, uniquingKeysWith: { first, _ in first }),
            calls: answered.withLock { $0 }, start: start)
        let scope = program.isWhole ? nil : intake.open(step.name)
        let nodes = record.write(report, to: intake, inside: scope)
        return try end(report, nodes, of: program, in: step, arguments, intake, start)
    }

    /// The step's own node, unless the program is the whole workflow; its failure as an error.
    private func end(
        _ report: ProgramReport, _ nodes: [NodeID], of program: ProgramAction, in step: WorkflowStep,
        _ arguments: [(name: String, value: Traced<Value>)], _ intake: NodeIntake, _ start: Int64
    ) throws -> Traced<Value> {
        let operation = Self.operation(of: step)
        let given = arguments.map { Node.Input(name: $0.name, node: intake.node(of: $0.value)) }
        switch report.end {
        case .output(let number):
            let value = report.nodes[number].value
            guard !program.isWhole else { return intake.traced(value, at: nodes[number]) }
            let node = intake.operation(
                operation, base: step.name, inputs: given + [Node.Input(name: "result", node: nodes[number])],
                value: value, start: start, duration: intake.elapsed - start)
            return intake.traced(value, at: node)
        case .failed(let number, let failure):
            let inputs = program.isWhole ? [] : given
            let cause = number.map { [Node.Input(name: "failure", node: nodes[$0])] } ?? []
            if number == nil || !program.isWhole {
                _ = intake.operation(
                    operation, base: step.name, inputs: inputs + cause, value: .text(FailureWords.whole(failure)),
                    isFailure: true, start: start, duration: intake.elapsed - start)
            }
            throw failure.error
        case nil:
            throw ProgramError(.violation, "the program ended a run without an output")
        }
    }

    private static func operation(of step: WorkflowStep) -> Operation {
        Operation(name: step.name, documentation: step.description.isEmpty ? "Runs a program." : step.description)
    }

    private func request(of call: ProgramCall) throws -> ChatRequest {
        guard let model = workflow.file.model(named: call.model) else {
            let roles = workflow.file.models.map(\.role)
            throw WorkflowError(
                .wrongSetting,
                "the program asks '\(call.model)', which is neither provider:model nor a role of 'models'"
                    + (roles.isEmpty ? "" : "; roles: \(roles.joined(separator: ", "))"))
        }
        var request = ChatRequest(model: model, messages: call.messages, repetition: repetition)
        for (name, value) in call.settings {
            switch name {
            case "json": if value.flag == true { request.format = .json }
            case "schema": request.format = .schema(name: "reply", value)
            default: try request.set(name, to: value)
            }
        }
        return request
    }

    private func reply(
        to request: ChatRequest, of call: ProgramCall
    ) async throws -> (model: ModelName, reply: ChatReply) {
        let reply = try await workflow.models(request.model)
            .fallingBack(to: workflow.file.fallbacks(of: call.model)).reply(to: request)
        if reply.finish == .refusal {
            throw WorkflowError(.refused, "the model declined to answer", detail: reply.text.isEmpty ? nil : reply.text)
        }
        return (reply.answeredBy ?? request.model, reply)
    }
}
