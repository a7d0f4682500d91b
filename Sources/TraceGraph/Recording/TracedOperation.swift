/// Runs `body` on the value of `input` and records one node: `try traced("parse", reply) { … }`.
///
/// The argument is named after the node it comes from, or as ``Traced/as(_:)`` says.
///
/// - Parameters:
///   - name: What the operation and its result are called.
///   - input: What it reads. A value that is not recorded becomes a constant root.
///   - documentation: What it does, for readers and optimizers.
///   - file: Where the call stands, with `line`; both are filled in.
/// - Throws: What `body` throws, after recording it as a failure node; being cancelled is no failure.
@inlinable
public func traced<Input: Sendable, Output: Sendable>(
    _ name: String, _ input: Traced<Input>, documentation: String = "", file: String = #fileID, line: Int = #line,
    _ body: (Input) throws -> Output
) rethrows -> Traced<Output> {
    guard let context = Recording.context else { return Traced(unrecorded: try body(input.content)) }
    let operation = OperationName(name, documentation: documentation, location: file, line: line)
    let slot = context.slot(of: input)
    if context.recording.isRerun, let answer = context.answer(operation, [slot], as: Output.self) { return answer }
    let start = context.begin()
    do {
        let output = try body(input.content)
        let node = context.end(operation, start, Value(recording: output), slot)
        return Traced(output, node: node, in: context.recording)
    } catch {
        context.fail(operation, start, error, [slot])
        throw error
    }
}

/// The same for an operation with two inputs.
@inlinable
public func traced<First: Sendable, Second: Sendable, Output: Sendable>(
    _ name: String, _ first: Traced<First>, _ second: Traced<Second>, documentation: String = "",
    file: String = #fileID, line: Int = #line, _ body: (First, Second) throws -> Output
) rethrows -> Traced<Output> {
    guard let context = Recording.context else {
        return Traced(unrecorded: try body(first.content, second.content))
    }
    let operation = OperationName(name, documentation: documentation, location: file, line: line)
    let slots = (context.slot(of: first), context.slot(of: second))
    if context.recording.isRerun,
        let answer = context.answer(operation, [slots.0, slots.1], as: Output.self)
    {
        return answer
    }
    let start = context.begin()
    do {
        let output = try body(first.content, second.content)
        let node = context.end(operation, start, Value(recording: output), slots.0, slots.1)
        return Traced(output, node: node, in: context.recording)
    } catch {
        context.fail(operation, start, error, [slots.0, slots.1])
        throw error
    }
}

/// The same for an operation with any number of inputs.
@inlinable
public func traced<each Input: Sendable, Output: Sendable>(
    _ name: String, _ inputs: repeat Traced<each Input>, documentation: String = "", file: String = #fileID,
    line: Int = #line, _ body: (repeat each Input) throws -> Output
) rethrows -> Traced<Output> {
    guard let context = Recording.context else {
        return Traced(unrecorded: try body(repeat (each inputs).content))
    }
    let operation = OperationName(name, documentation: documentation, location: file, line: line)
    var slots: [InputSlot] = []
    repeat slots.append(context.slot(of: each inputs))
    if context.recording.isRerun, let answer = context.answer(operation, slots, as: Output.self) { return answer }
    let start = context.begin()
    do {
        let output = try body(repeat (each inputs).content)
        let node = context.end(operation, start, Value(recording: output), slots)
        return Traced(output, node: node, in: context.recording)
    } catch {
        context.fail(operation, start, error, slots)
        throw error
    }
}

/// The same for an operation that waits.
public func traced<each Input: Sendable, Output: Sendable>(
    _ name: String, _ inputs: repeat Traced<each Input>, documentation: String = "", file: String = #fileID,
    line: Int = #line, isolation: isolated (any Actor)? = #isolation,
    _ body: (repeat each Input) async throws -> Output
) async throws -> Traced<Output> {
    guard let context = Recording.current else {
        return Traced(unrecorded: try await body(repeat (each inputs).content))
    }
    var slots: [InputSlot] = []
    repeat slots.append(context.slot(of: each inputs))
    return try await context.run(
        OperationName(name, documentation: documentation, location: file, line: line), slots, isolation: isolation
    ) { try await body(repeat (each inputs).content) }
}

/// Runs an operation whose inputs are only known as the program runs, and records one node.
///
/// - Parameters:
///   - name: What the operation is called; also the base of the node's name unless `node` says otherwise.
///   - node: The base of the node's name.
///   - inputs: What it reads, under argument names.
///   - documentation: What it does, for readers and optimizers.
///   - location: Where it stands, as `file:line`; empty when there is no such place.
/// - Throws: What `body` throws, after recording it as a failure node; being cancelled is no failure.
public func traced<Output: Sendable>(
    _ name: String, node: String? = nil, inputs: [TracedInput], documentation: String = "", location: String = "",
    _ body: () throws -> Output
) rethrows -> Traced<Output> {
    guard let context = Recording.current else { return Traced(unrecorded: try body()) }
    let operation = OperationName(name, documentation: documentation, location: location, base: node)
    let slots = inputs.map(context.slot)
    if context.recording.isRerun, let answer = context.answer(operation, slots, as: Output.self) { return answer }
    let start = context.begin()
    do {
        let output = try body()
        let node = context.end(operation, start, Value(recording: output), slots)
        return Traced(output, node: node, in: context.recording)
    } catch {
        context.fail(operation, start, error, slots)
        throw error
    }
}

/// The same for an operation that waits.
public func traced<Output: Sendable>(
    _ name: String, node: String? = nil, inputs: [TracedInput], documentation: String = "", location: String = "",
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Output
) async throws -> Traced<Output> {
    guard let context = Recording.current else { return Traced(unrecorded: try await body()) }
    let operation = OperationName(name, documentation: documentation, location: location, base: node)
    return try await context.run(operation, inputs.map(context.slot), isolation: isolation, body)
}

/// Runs a composite operation: what `body` records belongs to its scope, and its result becomes one node that reads
/// `inputs` and the inner result, so that inner parameters still receive feedback.
///
/// - Parameter location: Where it stands; nil for where the call does.
/// - Throws: What `body` throws, after recording it as a failure of the composite operation that reads the inner one.
public func scope<Output: Sendable>(
    _ name: String, inputs: [TracedInput] = [], documentation: String = "", location: String? = nil,
    file: String = #fileID, line: Int = #line, isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Traced<Output>
) async throws -> Traced<Output> {
    guard let context = Recording.current else { return try await body() }
    let operation = OperationName(
        name, documentation: documentation, location: location ?? file, line: location == nil ? line : 0)
    return try await context.open(operation, inputs.map(context.slot), isolation: isolation, body)
}

/// The same for a composite operation that does not wait.
// Disfavored, so that programs that wait for a scope may do so whatever happens inside.
@_disfavoredOverload
public func scope<Output: Sendable>(
    _ name: String, inputs: [TracedInput] = [], documentation: String = "", location: String? = nil,
    file: String = #fileID, line: Int = #line, _ body: () throws -> Traced<Output>
) rethrows -> Traced<Output> {
    guard let context = Recording.current else { return try body() }
    let operation = OperationName(
        name, documentation: documentation, location: location ?? file, line: location == nil ? line : 0)
    return try context.open(operation, inputs.map(context.slot), body)
}
