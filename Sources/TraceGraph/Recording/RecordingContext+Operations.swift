import CTraceFrames

// Operations that do not wait: they begin and end on one thread, so what they read is noted in a frame of the thread.
extension Recording.Context {
    /// Opens an operation; what the clock counts now.
    @usableFromInline
    func begin() -> Int64 {
        optrace_frame_open(Unmanaged.passUnretained(recording).toOpaque())
        return recording.counted
    }

    /// Closes it with its result, and records that.
    @usableFromInline
    func end(_ operation: OperationName, _ start: Int64, _ value: Value, _ input: InputSlot) -> UInt32 {
        recording.append(
            operation, isFailure: false, value: value, scope: scope, start: start,
            hidden: closeFrame { $0 == input.node }
        ) { $0.take(input) }
    }

    @usableFromInline
    func end(
        _ operation: OperationName, _ start: Int64, _ value: Value, _ first: InputSlot, _ second: InputSlot
    ) -> UInt32 {
        recording.append(
            operation, isFailure: false, value: value, scope: scope, start: start,
            hidden: closeFrame { $0 == first.node || $0 == second.node }
        ) { writer in
            writer.take(first)
            writer.take(second)
        }
    }

    @usableFromInline
    func end(_ operation: OperationName, _ start: Int64, _ value: Value, _ inputs: [InputSlot]) -> UInt32 {
        recording.append(
            operation, isFailure: false, value: value, scope: scope, start: start,
            hidden: closeFrame { node in inputs.contains { $0.node == node } }
        ) { writer in
            for input in inputs { writer.take(input) }
        }
    }

    /// Closes it with an error, and records that unless the operation was merely cancelled.
    @usableFromInline
    func fail(_ operation: OperationName, _ start: Int64, _ error: any Error, _ inputs: [InputSlot]) {
        let hidden = closeFrame { node in inputs.contains { $0.node == node } }
        guard !(error is CancellationError) else { return }
        _ = recording.append(
            operation, isFailure: true, value: .text(FailureText.whole(of: error)), scope: scope, start: start,
            hidden: hidden
        ) { writer in
            for input in inputs { writer.take(input) }
        }
    }

    @inline(__always)
    private func closeFrame(isInput: (UInt32) -> Bool) -> [UInt32] {
        let count = Int(optrace_frame_close())
        if count == 0 { return [] }
        return (0..<count).map { optrace_frame_closed(UInt32($0)) }.filter { !isInput($0) }
    }
}

// Operations that wait: what they read and the models they call are noted in a context of their own.
extension Recording.Context {
    func run<Output: Sendable>(
        _ operation: OperationName, _ inputs: [InputSlot], isolation: isolated (any Actor)?,
        _ body: () async throws -> Output
    ) async throws -> Traced<Output> {
        if recording.isRerun, let answer = answer(operation, inputs, as: Output.self) { return answer }
        let inner = Recording.Context(recording: recording, scope: scope, isOperation: true)
        let start = recording.counted
        do {
            let output = try await Recording.$current.withValue(inner, operation: body, isolation: isolation)
            let node = end(operation, inner, start, Value(recording: output), isFailure: false, inputs)
            return Traced(output, node: node, in: recording)
        } catch let error as CancellationError {
            inner.calls.forEach(add)
            throw error
        } catch {
            _ = end(operation, inner, start, .text(FailureText.whole(of: error)), isFailure: true, inputs)
            throw error
        }
    }

    /// Runs the inside of a composite operation, in a scope of its own.
    func open<Output: Sendable>(
        _ operation: OperationName, _ inputs: [InputSlot], isolation: isolated (any Actor)?,
        _ body: () async throws -> Traced<Output>
    ) async throws -> Traced<Output> {
        try await run(
            in: recording.open(operation.name, inside: scope), operation, inputs, isolation: isolation, body)
    }

    /// Runs the inside of a composite operation in a scope that is open already.
    func run<Output: Sendable>(
        in scope: UInt32, _ operation: OperationName, _ inputs: [InputSlot], isolation: isolated (any Actor)?,
        _ body: () async throws -> Traced<Output>
    ) async throws -> Traced<Output> {
        let inner = Recording.Context(recording: recording, scope: scope, isOperation: false)
        let start = recording.counted
        do {
            let output = try await Recording.$current.withValue(inner, operation: body, isolation: isolation)
            return close(operation, inner, start, output, inputs)
        } catch {
            fail(operation, inner, start, error, inputs)
            throw error
        }
    }

    /// The same for an inside that does not wait.
    func open<Output: Sendable>(
        _ operation: OperationName, _ inputs: [InputSlot], _ body: () throws -> Traced<Output>
    ) rethrows -> Traced<Output> {
        let inner = Recording.Context(
            recording: recording, scope: recording.open(operation.name, inside: scope), isOperation: false)
        let start = recording.counted
        do {
            let output = try Recording.$current.withValue(inner, operation: body)
            return close(operation, inner, start, output, inputs)
        } catch {
            fail(operation, inner, start, error, inputs)
            throw error
        }
    }

    /// Ends a composite operation with the result of its inside.
    private func close<Output: Sendable>(
        _ operation: OperationName, _ inner: Recording.Context, _ start: Int64, _ output: Traced<Output>,
        _ inputs: [InputSlot]
    ) -> Traced<Output> {
        let node = end(
            operation, inner, start, Value(recording: output.content), isFailure: false,
            inputs + [inner.slot(of: output.as("result"))])
        return Traced(output.content, node: node, in: recording)
    }

    /// Ends it with an error, unless it was merely cancelled.
    private func fail(
        _ operation: OperationName, _ inner: Recording.Context, _ start: Int64, _ error: any Error,
        _ inputs: [InputSlot]
    ) {
        if error is CancellationError { return inner.calls.forEach(add) }
        let cause =
            recording.failure(of: error, inside: inner.scope).map { [InputSlot(node: $0, name: "failure")] } ?? []
        _ = end(operation, inner, start, .text(FailureText.whole(of: error)), isFailure: true, inputs + cause)
    }

    private func end(
        _ operation: OperationName, _ inner: Recording.Context, _ start: Int64, _ value: Value, isFailure: Bool,
        _ inputs: [InputSlot]
    ) -> UInt32 {
        let node = recording.append(
            operation, isFailure: isFailure, value: value, scope: scope, start: start, calls: inner.calls,
            hidden: inner.reads.filter { node in !inputs.contains { $0.node == node } }
        ) { writer in
            for input in inputs { writer.take(input) }
        }
        if inner.isCached { recording.noteCached(node) }
        return node
    }
}
