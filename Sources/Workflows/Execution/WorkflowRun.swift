import Evaluation
import LanguageModels
public import TraceGraph

/// One run of a workflow: what is known so far, and what waits for it.
struct WorkflowRun {
    let workflow: Workflow
    /// The code parameters whose values in this run are not the file's.
    let altered: Set<String>
    /// Which repeat models are asked for: each try of a step, and of one around it, is a repeat of its own.
    var repetition: Int
    /// Which repeat requests are: the one there would be if no step had been tried again. What a server has answered is not
    /// ordered, booked or paid for a second time because another request failed.
    var requestRepetition: Int
    let candidate: Candidate
    let example: Example

    typealias Known = [String: Traced<Value>]

    /// Runs everything.
    ///
    /// - Throws: What a step threw: what ends the whole optimization first, else the first in the order of the file.
    func output() async throws -> Traced<Value> {
        if let refusal = workflow.file.refusalToRun { throw refusal }
        let known = try await finished(workflow.file.steps, try roots(), mayGiveUp: true)
        return try value(of: workflow.file.output, base: "output", known)
    }

    /// The result of a block, given what is known outside of it.
    ///
    /// - Parameter sampling: The runs, which are other repeats, that steps are a part of in place of this one, by the
    ///   steps' names.
    func run(
        _ block: WorkflowBlock, _ known: Known, base: String, sampling: [String: WorkflowRun] = [:]
    ) async throws -> Traced<Value> {
        try value(of: block.output, base: base, try await finished(block.steps, known, sampling: sampling))
    }

    /// Everything that is known once all of `steps` have ended.
    ///
    /// Where executions may be given up, steps start in waves, each once all of the one before have ended: what is left
    /// undone must not hang on which of two steps ended first.
    ///
    /// - Throws: As ``output()``; ``WorkflowError/Code/givenUp``.
    func finished(
        _ steps: [WorkflowStep], _ outer: Known, mayGiveUp: Bool = false, sampling: [String: WorkflowRun] = [:]
    ) async throws -> Known {
        let watches = mayGiveUp && workflow.givesUp != nil
        var known = outer
        let names = Set(steps.map(\.name))
        var needs = steps.map { Set($0.references.map(\.name)).intersection(names) }
        var hasStarted = [Bool](repeating: false, count: steps.count)
        var failures: [(step: Int, error: any Error)] = []
        var givenUp: (any Error)?
        var wave: [(step: Int, name: String, value: Traced<Value>)] = []
        var inFlight = 0

        await withTaskGroup(of: Ending.self) { group in
            func startReady() {
                for index in steps.indices where !hasStarted[index] && needs[index].isEmpty {
                    hasStarted[index] = true
                    inFlight += 1
                    let step = steps[index]
                    let run = sampling[step.name] ?? self
                    group.addTask { [known, run] in
                        do {
                            return Ending(step: index, value: try await run.enduring(step, known), error: nil)
                        } catch {
                            return Ending(step: index, value: nil, error: error)
                        }
                    }
                }
            }
            startReady()
            for await ending in group {
                inFlight -= 1
                if let value = ending.value {
                    let name = steps[ending.step].name
                    known[name] = value
                    for other in needs.indices { needs[other].remove(name) }
                    if watches {
                        wave.append((ending.step, name, value))
                    } else if !Task.isCancelled {
                        startReady()
                    }
                } else if let error = ending.error {
                    failures.append((ending.step, error))
                    if error.isEndOfRun { group.cancelAll() }
                }
                guard watches, inFlight == 0, failures.isEmpty, !Task.isCancelled else { continue }
                givenUp = reasonToGiveUp(after: wave.sorted { $0.step < $1.step }.map { ($0.name, $0.value) })
                wave = []
                if givenUp == nil { startReady() }
            }
        }
        if let failure = failures.first(where: { $0.error.isEndOfRun }) { throw failure.error }
        try Task.checkCancellation()
        if let givenUp { throw givenUp }
        if let failure = failures.min(by: { $0.step < $1.step }) { throw failure.error }
        return known
    }

    /// The failure that giving up after one of `results` is, recorded as a node that reads it; nil where none says so.
    private func reasonToGiveUp(after results: [(step: String, result: Traced<Value>)]) -> (any Error)? {
        let last = workflow.file.steps.last?.name
        guard
            let (step, result) = results.first(where: { step, result in
                step != last && workflow.givesUp?(step, result.value) == true
            })
        else { return nil }
        do {
            _ = try traced(
                "watch", node: "given_up", inputs: [result.input(as: step)],
                documentation: "Ends executions that are as good as certain to fail."
            ) { () throws -> Value in
                throw WorkflowError(.givenUp, "given up after \(step): executions that look like this one fail")
            }
            return nil
        } catch {
            return error
        }
    }

    /// How a step ended: a class of its own, because the optimizer of Swift 6.3.1 reads a tuple of the same parts from
    /// the wrong place.
    private final class Ending: Sendable {
        let step: Int
        let value: Traced<Value>?
        let error: (any Error)?

        init(step: Int, value: Traced<Value>?, error: (any Error)?) {
            self.step = step
            self.value = value
            self.error = error
        }
    }

    /// Inputs, constants and parameters: those that something reads.
    private func roots() throws -> Known {
        var known: Known = [:]
        for input in workflow.file.inputs {
            guard let given = example.fields[input.name] else {
                let fields = example.fields.names.joined(separator: ", ")
                throw WorkflowError(
                    .missingInput,
                    "the example has no input '\(input.name)'; it has \(fields.isEmpty ? "no fields" : fields)")
            }
            guard let value = input.kind.converted(given) else {
                throw WorkflowError(
                    .wrongInput, "the input '\(input.name)' is a \(given.kindName), expected \(input.kind.rawValue)")
            }
            known[input.name] = Traced(value, name: input.name)
        }
        let read = Set((workflow.file.steps.flatMap(\.readReferences) + workflow.file.output.references).map(\.name))
        for constant in workflow.file.constants where read.contains(constant.name) {
            known[constant.name] = .sharedConstant(constant.value, name: constant.name)
        }
        for parameter in workflow.file.parameters where read.contains(parameter.definition.name) {
            known[parameter.definition.name] = .parameter(parameter.definition)
        }
        return known
    }

    func result(of step: WorkflowStep, _ known: Known) async throws -> Traced<Value> {
        var arguments: [(name: String, value: Traced<Value>)] = []
        for binding in step.bindings {
            arguments.append((binding.name, try value(of: binding.expression, base: step.base(binding.name), known)))
        }
        switch step.action {
        case .prompt(let prompt): return try await ask(prompt, in: step, arguments, known)
        case .code(let code): return try await call(code, in: step, arguments, known)
        case .command(let command): return try await run(command, in: step, arguments, known)
        case .program(let program): return try await run(program, in: step, arguments)
        case .http(let http): return try await request(http, in: step, arguments, known)
        case .each(let action): return try await every(action, in: step, known)
        case .when(let when): return try await self.when(when, in: step, known)
        case .repeat(let action): return try await repeated(action, in: step, known)
        case .workflow(let action): return try await nested(action, in: step, known)
        }
    }

    // MARK: Expressions

    /// What an expression stands for. Whatever is more than a plain reference or a literal becomes a node called `base`.
    func value(of expression: Expression, base: String, _ known: Known) throws -> Traced<Value> {
        switch expression {
        case .literal(let value): return .constant(value, name: base)
        case .reference(let reference):
            let whole = try self.known(reference.name, known)
            guard !reference.fields.isEmpty else { return whole }
            return try traced(
                "field", node: base, inputs: [whole.input(as: reference.name)],
                documentation: "Takes \(reference.fields.joined(separator: ".")) out of the object."
            ) { try Self.field(reference, of: whole.value) }
        case .template(let placed):
            // What nothing is called here is the field of an element inside of a section.
            let inputs = placed.template.names.compactMap { name in
                known[placed.meaning(of: name)].map { (name, $0) }
            }
            return try traced(
                "format", node: base, inputs: inputs.map { $1.input(as: $0) }, documentation: "Puts values into a text."
            ) {
                Value.text(try placed.template.rendered(with: Fields(inputs.map { ($0, $1.value) })))
            }
        case .list(let elements):
            let values = try elements.map { try value(of: $0, base: base, known) }
            return traced(
                "list", node: base, inputs: values.enumerated().map { $1.input(as: "element\($0)") },
                documentation: "Makes a list."
            ) { Value.list(values.map(\.value)) }
        case .object(let bindings):
            let values = try bindings.map { ($0.name, try value(of: $0.expression, base: base, known)) }
            return traced(
                "object", node: base, inputs: values.map { $1.input(as: $0) }, documentation: "Makes an object."
            ) { Value.object(Fields(values.map { ($0, $1.value) })) }
        }
    }

    func known(_ name: String, _ known: Known) throws -> Traced<Value> {
        guard let value = known[name] else {
            throw WorkflowError(.missingField, "nothing is called '\(name)'")
        }
        return value
    }

    /// The field of an object, or of a text that holds one as JSON.
    private static func field(_ reference: Reference, of whole: Value) throws(WorkflowError) -> Value {
        var value = whole
        if let text = whole.text, let parsed = try? Value(json: text) { value = parsed }
        for field in reference.fields {
            guard let fields = value.object else {
                throw WorkflowError(.missingField, "\(reference) wants the field '\(field)' of a \(value.kindName)")
            }
            guard let next = fields[field] else {
                throw WorkflowError(
                    .missingField,
                    "\(reference) wants the field '\(field)'; there is \(fields.names.joined(separator: ", "))")
            }
            value = next
        }
        return value
    }
}

extension WorkflowInput.Kind {
    /// The value as this kind of input, read from a text where a table can hold nothing else; nil when it is none.
    public func converted(_ value: Value) -> Value? {
        if accepts(value) { return value }
        guard let text = value.text else { return self == .text && value.number != nil ? .text(value.plainText) : nil }
        switch self {
        case .number: return Double(text).flatMap { $0.isFinite ? .number($0) : nil }
        case .integer: return Int(text).map(Value.integer)
        case .flag: return ["true": true, "false": false][text.lowercased()].map(Value.flag)
        case .list, .object:
            guard let parsed = try? Value(json: text), accepts(parsed) else { return nil }
            return parsed
        case .text, .any: return value
        }
    }
}
