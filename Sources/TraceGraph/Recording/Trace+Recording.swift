extension Trace {
    /// Runs `body` with the parameters bound to `candidate` and records everything it does.
    ///
    /// Never throws: an error ends the trace at a failure node, cancelling the task leaves a usable partial trace.
    ///
    /// - Parameters:
    ///   - candidate: Values for the parameters; those it does not name keep their initial value.
    ///   - clock: Where times come from.
    public static func record<Output: Sendable>(
        _ candidate: Candidate = Candidate(values: [:]), clock: TraceClock = .live,
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Traced<Output>
    ) async -> Trace {
        guard let earlier = EarlierRun.upcoming, earlier.begin() else {
            return await record(Recording(candidate: candidate, clock: clock), isolation: isolation, body)
        }
        return await record(
            Recording(candidate: candidate, clock: clock, earlier: earlier), isolation: isolation, body)
    }

    static func record<Output: Sendable>(
        _ recording: Recording, isolation: isolated (any Actor)?, _ body: () async throws -> Traced<Output>
    ) async -> Trace {
        let context = Recording.Context(recording: recording, scope: NodeColumns.none, isOperation: false)
        let end: Recording.End
        do {
            let output = try await Recording.$current.withValue(context, operation: body, isolation: isolation)
            end = .returned(recording.place(of: output))
        } catch is CancellationError {
            end = .cancelled
        } catch {
            // What waits says so in errors of its own when its task is cancelled: a closed connection, a killed child.
            end = Task.isCancelled ? .cancelled : .thrown(error)
        }
        return recording.trace(ending: end, strayCalls: context.calls)
    }
}

extension Recording {
    /// The node of an output; one that was not recorded here becomes a constant root.
    fileprivate func place<Output>(of output: Traced<Output>) -> UInt32 {
        output.node(in: self)
            ?? root(
                .constant, Value(recording: output.content), base: output.name ?? "constant", scope: NodeColumns.none)
    }
}
