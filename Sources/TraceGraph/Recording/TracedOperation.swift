/// Runs an operation and records it: its result, or its failure, as one node with `inputs` as parents.
///
/// - Parameters:
///   - name: What the operation is called; also the base of the node's name unless `node` says otherwise.
///   - node: The base of the node's name.
///   - inputs: What it reads, under argument names.
///   - documentation: What it does, for readers and optimizers.
///   - location: Where it stands, as `file:line`.
/// - Throws: What `body` throws, after recording it.
public func traced<Output: Sendable>(
    _ name: String, node: String? = nil, inputs: [TracedInput], documentation: String = "", location: String = "",
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Output
) async throws -> Traced<Output> {
    guard let context = Recording.current else {
        return Traced(try await body(), reference: nil)
    }
    let recording = context.recording
    let operation = Operation(name: name, documentation: documentation, location: location)
    let start = recording.elapsed
    let calls = CallCollector()
    let inner = Recording.Context(recording: recording, scope: context.scope, calls: calls)
    do {
        let output = try await Recording.$current.withValue(inner, operation: body, isolation: isolation)
        let reference = recording.result(
            Value(recording: output), isFailure: false, base: node ?? name, operation: operation, inputs: inputs,
            scope: context.scope, start: start, calls: calls.all)
        return Traced(output, reference: reference)
    } catch let error as CancellationError {
        calls.all.forEach(context.calls.add)
        throw error
    } catch {
        _ = recording.result(
            .text(FailureText.whole(of: error)), isFailure: true, base: node ?? name, operation: operation,
            inputs: inputs, scope: context.scope, start: start, calls: calls.all)
        throw error
    }
}

/// The same for an operation that does not wait.
public func traced<Output: Sendable>(
    _ name: String, node: String? = nil, inputs: [TracedInput], documentation: String = "", location: String = "",
    _ body: () throws -> Output
) rethrows -> Traced<Output> {
    guard let context = Recording.current else {
        return Traced(try body(), reference: nil)
    }
    let recording = context.recording
    let operation = Operation(name: name, documentation: documentation, location: location)
    let start = recording.elapsed
    do {
        let output = try body()
        let reference = recording.result(
            Value(recording: output), isFailure: false, base: node ?? name, operation: operation, inputs: inputs,
            scope: context.scope, start: start, calls: [])
        return Traced(output, reference: reference)
    } catch {
        _ = recording.result(
            .text(FailureText.whole(of: error)), isFailure: true, base: node ?? name, operation: operation,
            inputs: inputs, scope: context.scope, start: start, calls: [])
        throw error
    }
}

/// Runs `body` on the values of `inputs` and records one node: `try await traced("answer", question, context) { … }`.
///
/// The arguments are named after the nodes they come from, or as ``Traced/as(_:)`` says.
public func traced<each Input: Sendable, Output: Sendable>(
    _ name: String, _ inputs: repeat Traced<each Input>, documentation: String = "",
    isolation: isolated (any Actor)? = #isolation, _ body: (repeat each Input) async throws -> Output
) async throws -> Traced<Output> {
    var erased: [TracedInput] = []
    for input in repeat each inputs { erased.append(input.input()) }
    return try await traced(name, inputs: erased, documentation: documentation, isolation: isolation) {
        try await body(repeat (each inputs).value)
    }
}

/// The same for an operation that does not wait.
public func traced<each Input: Sendable, Output: Sendable>(
    _ name: String, _ inputs: repeat Traced<each Input>, documentation: String = "",
    _ body: (repeat each Input) throws -> Output
) rethrows -> Traced<Output> {
    var erased: [TracedInput] = []
    for input in repeat each inputs { erased.append(input.input()) }
    return try traced(name, inputs: erased, documentation: documentation) {
        try body(repeat (each inputs).value)
    }
}

/// Runs a composite operation: what `body` records belongs to its scope, and its result becomes one node that reads
/// `inputs` and the inner result, so that inner parameters still receive feedback.
public func scope<Output: Sendable>(
    _ name: String, inputs: [TracedInput] = [], documentation: String = "",
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Traced<Output>
) async throws -> Traced<Output> {
    guard let context = Recording.current else { return try await body() }
    let recording = context.recording
    let operation = Operation(name: name, documentation: documentation)
    let start = recording.elapsed
    let calls = CallCollector()
    let inner = Recording.Context(
        recording: recording, scope: recording.open(name, inside: context.scope), calls: calls)
    do {
        let output = try await Recording.$current.withValue(inner, operation: body, isolation: isolation)
        let reference = recording.result(
            Value(recording: output.value), isFailure: false, base: name, operation: operation,
            inputs: inputs + [output.input(as: "result")], scope: context.scope, start: start, calls: calls.all)
        return Traced(output.value, reference: reference)
    } catch {
        calls.all.forEach(context.calls.add)
        throw error
    }
}
