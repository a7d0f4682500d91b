import LanguageModels
import Synchronization
import TraceGraph

/// One process of a program, and the runs under way in it.
final class ProgramChild: Sendable {
    /// What happens to a run.
    enum Event: Sendable {
        case call(ProgramCall)
        case ended(ProgramReport)
        /// The process is gone, with what had been reported so far.
        case lost(Loss)
        /// Optrace will not see it through.
        case givenUp(any Error)
    }

    /// A process that is gone.
    struct Loss: Error, Sendable {
        var error: ProgramError
        /// Whether it was ended because of another run than the one that is told.
        var isOthersFault: Bool
    }

    private struct Run {
        var report = ProgramReport()
        let events: AsyncStream<Event>.Continuation
    }

    private struct State {
        var greeting: Result<ProgramGreeting, ProgramError>?
        var awaiting: [CheckedContinuation<Result<ProgramGreeting, ProgramError>, Never>] = []
        var runs: [Int: Run] = [:]
        var nextRun = 1
        /// The run because of which the process is being ended.
        var culprit: Int?
        var pipes: ProgramPipes?
        var isOver = false
        var awaitingEnd: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let name: String

    /// Starts the process.
    init(_ launch: ChildLaunch, named name: String) {
        self.name = name
        let pipes = ProgramPipes(
            launch, line: { [weak self] bytes throws(ProgramError) in try self?.take(bytes) },
            over: { [weak self] ending in self?.end(ending) })
        state.withLock { state in
            if !state.isOver { state.pipes = pipes }
        }
    }

    deinit {
        state.withLock { $0.pipes }?.kill(ProgramError(.closed, "nobody needs the program any more"))
    }

    /// Whether runs can be given to it.
    var isAlive: Bool { state.withLock { !$0.isOver && $0.culprit == nil } }
    /// Runs under way.
    var load: Int { state.withLock { $0.runs.count } }

    /// What the program says of itself, once it has.
    ///
    /// - Throws: ``ProgramError`` when it ends or breaks the rules before, or is not ready within `seconds`.
    func greeting(within seconds: Double) async throws -> ProgramGreeting {
        try await withThrowingTaskGroup(of: ProgramGreeting?.self) { group in
            group.addTask { try await self.greeting().get() }
            group.addTask {
                try await Task.sleep(for: .seconds(seconds))
                return nil
            }
            defer { group.cancelAll() }
            if let greeting = try await group.next() ?? nil { return greeting }
            try Task.checkCancellation()
            kill(
                ProgramError(
                    .silent,
                    "\(name) did not say 'hello' within \(Self.spelled(seconds)): does it reach optrace.serve(…), or "
                        + "another speaker of the protocol (docs/protocol.md)?"))
            // The thread ends the wait with what was printed.
            return try await greeting().get()
        }
    }

    private func greeting() async -> Result<ProgramGreeting, ProgramError> {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state in
                if state.greeting == nil { state.awaiting.append(continuation) }
                return state.greeting
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// Starts a run: its number and what happens to it.
    func start(_ request: ProgramRequest) -> (run: Int, events: AsyncStream<Event>) {
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        let (run, pipes) = state.withLock { state -> (Int, ProgramPipes?) in
            let run = state.nextRun
            state.nextRun += 1
            if !state.isOver { state.runs[run] = Run(events: continuation) }
            return (run, state.isOver ? nil : state.pipes)
        }
        if let pipes {
            pipes.send(request.line(run: run))
        } else {
            continuation.yield(.lost(Loss(error: gone(nil), isOthersFault: true)))
            continuation.finish()
        }
        return (run, events)
    }

    func send(_ line: [UInt8]) { state.withLock { $0.pipes }?.send(line) }

    /// Tells the program that nobody waits for the run any more, and forgets it.
    func abandon(_ run: Int) {
        let isKnown = state.withLock { $0.runs.removeValue(forKey: run) != nil }
        if isKnown { send(ProgramRequest.cancel(run: run)) }
    }

    /// Ends the run from here, for `error`.
    func giveUp(_ run: Int, _ error: any Error) {
        state.withLock { $0.runs[run]?.events }?.yield(.givenUp(error))
    }

    /// Kills the process because of `run`, or of none.
    func kill(_ reason: ProgramError, becauseOf run: Int? = nil) {
        let pipes = state.withLock { state in
            state.culprit = state.culprit ?? run ?? 0
            return state.pipes
        }
        pipes?.kill(reason)
    }

    /// Kills the process and waits until all of it is gone.
    func close() async {
        kill(ProgramError(.closed, "the program was closed"))
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.isOver { state.awaitingEnd.append(continuation) }
                return state.isOver
            }
            if isOver { continuation.resume() }
        }
    }

    // MARK: On the thread of the pipes

    private func take(_ bytes: [UInt8]) throws(ProgramError) {
        let message: Value
        do {
            message = try Value(json: bytes)
        } catch {
            let text = String(decoding: bytes.prefix(80), as: UTF8.self)
            throw ProgramError(
                .violation, "the program does not keep to the protocol: \(error.message) in '\(text)'")
        }
        guard state.withLock({ $0.greeting != nil }) else {
            return greet(.success(try ProgramGreeting(message)))
        }
        do throws(ProgramMessage.Fault) {
            try apply(try ProgramMessage(message))
        } catch {
            throw ProgramError(.violation, "the program does not keep to the protocol: \(error.what)")
        }
    }

    private func apply(_ message: ProgramMessage) throws(ProgramMessage.Fault) {
        switch message {
        case .node(let run, let node, _):
            try change(run) { report throws(ProgramMessage.Fault) in try report.take(node) }
        case .scope(let run, let number, let name, let parent):
            try change(run) { report throws(ProgramMessage.Fault) in
                try report.open(number, name: name, parent: parent)
            }
        case .call(let run, let call):
            _ = state.withLock { $0.runs[run]?.events }?.yield(.call(call))
        case .output(let run, let node): try finish(run, .output(node: node))
        case .failed(let run, let node, let failure): try finish(run, .failed(node: node, failure))
        }
    }

    /// Nothing for a run that was abandoned.
    private func change(
        _ run: Int, _ body: (inout ProgramReport) throws(ProgramMessage.Fault) -> Void
    ) throws(ProgramMessage.Fault) {
        try state.withLock { state throws(ProgramMessage.Fault) in
            // Taken out, so that it is changed in place.
            guard var entry = state.runs.removeValue(forKey: run) else { return }
            defer { state.runs[run] = entry }
            try body(&entry.report)
        }
    }

    private func finish(_ run: Int, _ end: ProgramReport.End) throws(ProgramMessage.Fault) {
        try change(run) { report throws(ProgramMessage.Fault) in try report.finish(end) }
        guard let done = state.withLock({ $0.runs.removeValue(forKey: run) }) else { return }
        done.events.yield(.ended(done.report))
        done.events.finish()
    }

    private func greet(_ greeting: Result<ProgramGreeting, ProgramError>) {
        let awaiting = state.withLock { state in
            state.greeting = state.greeting ?? greeting
            defer { state.awaiting = [] }
            return state.awaiting
        }
        for continuation in awaiting { continuation.resume(returning: greeting) }
    }

    private func end(_ ending: ProgramPipes.Ending) {
        let (error, runs, culprit, waiting) = state.withLock { state in
            state.isOver = true
            state.pipes = nil
            defer {
                state.runs = [:]
                state.awaitingEnd = []
            }
            return (
                Self.error(of: ending, named: name, hasGreeted: state.greeting != nil), state.runs, state.culprit,
                state.awaitingEnd
            )
        }
        greet(.failure(error))
        for (number, run) in runs {
            let isOthers = culprit.map { $0 != number } ?? false
            run.events.yield(.lost(Loss(error: error, isOthersFault: isOthers)))
            run.events.finish()
        }
        for continuation in waiting { continuation.resume() }
    }

    private func gone(_ printed: String?) -> ProgramError {
        ProgramError(.crashed, "\(name) is gone", detail: printed)
    }

    private static func error(
        of ending: ProgramPipes.Ending, named name: String, hasGreeted: Bool
    ) -> ProgramError {
        let printed = ending.printed.isEmpty ? nil : ending.printed
        if let reason = ending.reason {
            return ProgramError(
                reason.code, reason.message, typeName: reason.typeName, detail: reason.detail ?? printed)
        }
        let status = ending.exitCode ?? -1
        let how = status > 128 ? "was ended by signal \(status - 128)" : "ended with status \(status)"
        guard hasGreeted else {
            let said = printed.map { ": \(lastLine(of: $0))" } ?? ""
            let hint =
                status == 0
                ? "; a program has to call optrace.serve(…), or speak the protocol itself (docs/protocol.md)" : ""
            return ProgramError(
                .notStarted, "\(name) \(how) before it said 'hello'\(said)\(hint)", detail: printed)
        }
        return ProgramError(.crashed, "\(name) \(how)", detail: printed)
    }

    private static func lastLine(of text: String) -> String {
        text.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    }

    private static func spelled(_ seconds: Double) -> String {
        Int(exactly: seconds).map { "\($0) s" } ?? "\(seconds) s"
    }
}
