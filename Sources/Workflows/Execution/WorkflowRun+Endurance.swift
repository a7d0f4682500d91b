import LanguageModels
import TraceGraph

extension WorkflowRun {
    /// So far apart are the repeats of a step that is tried again from those of the workflow.
    static let retryStride = 1_000_000

    /// The step's result, tried again as often as it says, within its time and checked against its schema.
    ///
    /// Each try is recorded; a model is asked afresh, as for an independent repeat, and what servers have answered stands.
    func enduring(_ step: WorkflowStep, _ known: Known) async throws -> Traced<Value> {
        var attempt = 0
        while true {
            do {
                var run = self
                run.repetition += attempt * Self.retryStride
                return try await run.timed(step, known)
            } catch let error as CancellationError {
                throw error
            } catch  where error.isEndOfRun {
                throw error
            } catch {
                guard attempt < step.retries else { throw error }
                if let pause = Self.pause(after: error, attempt) { try await Task.sleep(for: pause) }
                attempt += 1
            }
        }
    }

    /// A server that is busy is given time; what went wrong for another reason need not wait.
    private static func pause(after error: any Error, _ attempt: Int) -> Duration? {
        let code = (error as? WorkflowError)?.code
        return code == .serverRefused || code == .serverUnreachable
            ? .milliseconds(min(10_000, 200 << min(attempt, 10))) : nil
    }

    private func timed(_ step: WorkflowStep, _ known: Known) async throws -> Traced<Value> {
        guard let seconds = step.timeout else { return try checked(try await result(of: step, known), step) }
        let start = NodeIntake()?.elapsed ?? 0
        var inputs = Fields(
            step.references.compactMap { reference in known[reference.name].map { (reference.name, $0.value) } })
        inputs["timeout"] = .number(seconds)
        let execution = StepExecution(step: step, inputs: inputs)
        if let failure = met(execution) {
            try await begin(step, known)
            throw late(step, failure, since: start, known)
        }
        let result = try await withThrowingTaskGroup(of: Traced<Value>?.self) { group in
            group.addTask { try await self.result(of: step, known) }
            group.addTask {
                try await Task.sleep(for: .seconds(seconds))
                return nil
            }
            defer { group.cancelAll() }
            if let result = try await group.next() ?? nil { return result }
            group.cancelAll()
            while let _ = await group.nextResult() {}
            try Task.checkCancellation()
            let failure = StepFailure(
                WorkflowError(.stepTimeout, "step '\(step.name)' took longer than \(seconds) s"))
            note(failure, of: execution)
            throw late(step, failure, since: start, known)
        }
        return try checked(result, step)
    }

    /// Does of `step` what is kept of it, for what it leaves in the trace; time ran out for the rest.
    private func begin(_ step: WorkflowStep, _ known: Known) async throws {
        do {
            try await Asking.$isAllowed.withValue(false) { _ = try await result(of: step, known) }
        } catch  where !error.isEndOfRun {
            // It ends somewhere before its end.
        }
    }

    /// Records that `step` ran out of time.
    private func late(
        _ step: WorkflowStep, _ failure: StepFailure, since start: Int64, _ known: Known
    ) -> StepFailure {
        guard let intake = NodeIntake() else { return failure }
        var inputs: [Node.Input] = []
        for reference in step.references {
            guard let value = known[reference.name], !inputs.contains(where: { $0.name == reference.name }) else {
                continue
            }
            inputs.append(Node.Input(name: reference.name, node: intake.node(of: value)))
        }
        _ = intake.operation(
            Operation(name: step.name, documentation: step.description), base: step.name, inputs: inputs,
            value: .text("(\(failure.failureName)) \(failure.failureMessage)"), isFailure: true, start: start,
            duration: intake.elapsed - start)
        return failure
    }

    /// - Throws: ``WorkflowError/Code/schemaMismatch``, as a failure that reads the result.
    private func checked(_ result: Traced<Value>, _ step: WorkflowStep) throws -> Traced<Value> {
        guard let schema = step.schema else { return result }
        var value = result.value
        if case .prompt = step.action, let text = value.text {
            // A reply is a text; its schema speaks of the JSON in it.
            value = (try? Value(json: text)) ?? .opaque(text)
        }
        let objection: String? =
            if case .opaque = value { "the reply is not JSON" } else { schema.objection(to: value) }
        guard let objection else { return result }
        return try traced(
            "check", node: step.base("check"), inputs: [result.input(as: "result")],
            documentation: "The result has to fit its schema."
        ) { throw WorkflowError(.schemaMismatch, objection) }
    }
}
