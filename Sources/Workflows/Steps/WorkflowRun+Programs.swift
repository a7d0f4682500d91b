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
        let calls = Calls()
        let start = intake.elapsed
        let host = workflow.programs.host(
            of: program.launch(in: SourceFiles.folder(of: step.location.file), environment: workflow.environment))
        let models = ProgramModels(request: { try self.request(of: $0) }) { request, call in
            try await self.reply(to: request, of: call, noting: calls, in: intake)
        }
        let report: ProgramReport
        do {
            report = try await chancing(
                StepExecution(step: step, inputs: request.inputs), if: Self.isPrograms, asked: { calls.asked },
                again: { try await self.ask($0, noting: calls, in: intake) }
            ) {
                try await host.run(
                    request, check: { greeting throws(ProgramError) in try greeting.check(told) }, models: models)
            }
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
                calls: calls.answered.sorted { $0.key < $1.key }.map(\.value))
            throw error
        }
        let record = ProgramRecord(
            inputs: Dictionary(arguments.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }),
            parameters: Dictionary(given.map { ($0.told, $0.definition) }, uniquingKeysWith: { first, _ in first }),
            calls: calls.answered, start: start)
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

    /// The reply to a call, which is noted with it.
    private func reply(
        to request: ChatRequest, of call: ProgramCall, noting calls: Calls, in intake: NodeIntake
    ) async throws -> ChatReply {
        do {
            let reply = try await workflow.models(request.model)
                .fallingBack(to: workflow.file.fallbacks(of: call.model)).reply(to: request)
            if reply.finish == .refusal {
                throw WorkflowError(
                    .refused, "the model declined to answer", detail: reply.text.isEmpty ? nil : reply.text)
            }
            calls.note(
                call, of: request.repetition,
                ModelCall(
                    node: NodeID(0), model: (reply.answeredBy ?? request.model).description,
                    completion: reply.completion, usage: reply.usage, wasCached: reply.wasCached,
                    start: max(0, intake.elapsed - reply.duration), duration: reply.duration))
            return reply
        } catch let error where !error.isEndOfRun && !(error is CancellationError) {
            calls.note(call, of: request.repetition, nil)
            throw error
        }
    }

    /// Whether the process came to grief: another one may do better.
    private static func isPrograms(_ failure: any NamedFailure) -> Bool {
        [.crashed, .hung].contains((failure as? ProgramError)?.code)
    }

    /// Asks what a program had asked before it failed, as far as the replies are kept: they count as they did, and the trace
    /// has them.
    private func ask(_ asked: [Value], noting calls: Calls, in intake: NodeIntake) async throws {
        for one in asked {
            guard let (call, repetition) = Calls.read(one) else { continue }
            do {
                var request = try request(of: call)
                request.repetition = repetition
                _ = try await Asking.$isAllowed.withValue(false) { [request] in
                    try await reply(to: request, of: call, noting: calls, in: intake)
                }
            } catch  where !error.isEndOfRun {
                // It came to nothing before, or nothing is kept of it.
                try Task.checkCancellation()
            }
        }
    }
}

/// The calls of a program's run that have come to an end.
private final class Calls: Sendable {
    private let ended = Mutex<[Int: (written: Value, answer: ModelCall?)]>([:])

    /// - Parameter answer: Nil for a call that failed, and was told so.
    func note(_ call: ProgramCall, of repetition: Int, _ answer: ModelCall?) {
        let written: Value = ["call": call.written, "repetition": .integer(repetition)]
        ended.withLock { $0[call.number] = (written, answer) }
    }

    /// By the program's numbers.
    var answered: [Int: ModelCall] { ended.withLock { $0.compactMapValues(\.answer) } }

    /// In the order they were made.
    var asked: [Value] { ended.withLock { $0.sorted { $0.key < $1.key }.map(\.value.written) } }

    /// Reads one of ``asked`` back; nil for anything else.
    static func read(_ written: Value) -> (call: ProgramCall, repetition: Int)? {
        guard let call = written["call"]?.object.flatMap({ try? ProgramCall($0) }),
            let repetition = written["repetition"]?.integer
        else { return nil }
        return (call, repetition)
    }
}
