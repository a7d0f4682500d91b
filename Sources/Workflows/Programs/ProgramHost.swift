import LanguageModels
import Synchronization
import TraceGraph

/// A program of the protocol, kept running: gives examples to its processes and sees to it that none is lost.
///
/// When a process dies, the examples it was working on run again, each alone in a process kept for that, so that the one
/// that kills its process is found and the others come to their end. What a dead process had reported is not kept.
final class ProgramHost: Sendable {
    /// How often an example may end the process it is alone in.
    private static let lonelyAttempts = 2
    /// How often an example may lose its process through no fault of its own.
    private static let innocentAttempts = 100

    private struct State {
        var children: [ProgramChild] = []
        var quarantine: ProgramChild?
        var greeting: ProgramGreeting?
        /// Why the program cannot be used at all; known once it failed before any process was ever ready.
        var defect: ProgramError?
        var isClosed = false
    }

    let launch: ProgramLaunch
    private let command: @Sendable () async throws(ProgramError) -> ChildLaunch
    private let state = Mutex(State())
    private let places: Turnstile
    /// Starting a process: one at a time, so that nobody starts more than are wanted.
    private let starting = Turnstile(1)
    private let alone = Turnstile(1)

    /// - Parameter command: How a process is started, in the sandbox where one is wanted.
    init(_ launch: ProgramLaunch, command: @escaping @Sendable () async throws(ProgramError) -> ChildLaunch) {
        self.launch = launch
        self.command = command
        places = Turnstile(launch.concurrency * launch.processes)
    }

    private var name: String { launch.words.joined(separator: " ") }

    /// What the program says of itself; starts a process when none runs.
    ///
    /// - Throws: ``ProgramError``; `CancellationError`.
    func greeting() async throws -> ProgramGreeting {
        if let known = state.withLock({ $0.greeting }) { return known }
        return try await child().greeting
    }

    /// Runs one example to its end.
    ///
    /// - Parameters:
    ///   - check: Asked about the program before the example is given to it.
    ///   - models: Answers its questions to models.
    /// - Throws: ``ProgramError`` when the program cannot be used or the example ends its process; what `models` throws
    ///   when that ``ModelError/endsRun``; `CancellationError`.
    func run(
        _ request: ProgramRequest, check: (ProgramGreeting) throws(ProgramError) -> Void,
        models: ProgramModels
    ) async throws -> ProgramReport {
        try await places.pass {
            for _ in 0..<Self.innocentAttempts {
                let (child, greeting) = try await self.child()
                try check(greeting)
                do {
                    return try await attempt(request, in: child, models: models)
                } catch let loss as ProgramChild.Loss {
                    if loss.isOthersFault { continue }
                    if [.hung, .closed].contains(loss.error.code) { throw loss.error }
                    return try await runAlone(request, models: models)
                }
            }
            throw ProgramError(.crashed, "\(name) was ended \(Self.innocentAttempts) times by other examples")
        }
    }

    private func runAlone(
        _ request: ProgramRequest, models: ProgramModels
    ) async throws -> ProgramReport {
        try await alone.pass {
            var last = ProgramError(.crashed, "\(name) ended")
            for _ in 0..<Self.lonelyAttempts {
                do {
                    return try await attempt(request, in: try await quarantine(), models: models)
                } catch let loss as ProgramChild.Loss {
                    if loss.error.code == .hung { throw loss.error }
                    last = loss.error
                }
            }
            throw ProgramError(
                last.code, last.message + " while it worked on this example alone", typeName: last.typeName,
                detail: last.detail)
        }
    }

    /// - Throws: ``ProgramChild/Loss`` when the process is gone before the end.
    private func attempt(
        _ request: ProgramRequest, in child: ProgramChild,
        models: ProgramModels
    ) async throws -> ProgramReport {
        let (run, events) = child.start(request)
        defer { child.abandon(run) }
        return try await withThrowingTaskGroup(of: ProgramReport?.self) { group in
            let time = WorkingTime(limit: .seconds(launch.timeout))
            group.addTask { try await Self.follow(run, events, in: child, time, models: models) }
            group.addTask {
                try await time.end()
                return nil
            }
            defer { group.cancelAll() }
            if let report = try await group.next() ?? nil { return report }
            child.kill(
                ProgramError(
                    .hung, "\(name) worked on one example for more than \(launch.timeout) s and was killed"),
                becauseOf: run)
            // The loss of the process, or the end that came after all.
            while let report = try await group.next() { if let report { return report } }
            throw CancellationError()
        }
    }

    private static func follow(
        _ run: Int, _ events: AsyncStream<ProgramChild.Event>, in child: ProgramChild, _ time: WorkingTime,
        models: ProgramModels
    ) async throws -> ProgramReport {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            var asked = ProgramModels.Asked(models)
            for await event in events {
                switch event {
                case .ended(let report): return report
                case .lost(let loss): throw loss
                case .givenUp(let error): throw error
                case .call(let call):
                    time.pause()
                    let request = Result { try asked.request(for: call) }
                    group.addTask {
                        defer { time.goOn() }
                        do {
                            let reply = try await models.reply(try request.get(), call)
                            child.send(ProgramRequest.answer(run: run, call: call.number, .success(reply)))
                        } catch is CancellationError {
                            return
                        } catch {
                            // The program may go on without the reply; a run whose budget is spent may not.
                            if error.isEndOfRun { return child.giveUp(run, error) }
                            child.send(ProgramRequest.answer(run: run, call: call.number, .failure(error)))
                        }
                    }
                }
            }
            try Task.checkCancellation()
            throw CancellationError()
        }
    }

    // MARK: Processes

    /// The process with the least to do; starts one while there are fewer than wanted.
    private func child() async throws -> (child: ProgramChild, greeting: ProgramGreeting) {
        if let child = try freest(), let greeting = state.withLock({ $0.greeting }) { return (child, greeting) }
        return try await starting.pass {
            // Another task may have started one meanwhile.
            if let child = try freest(), let greeting = state.withLock({ $0.greeting }) { return (child, greeting) }
            let (child, greeting) = try await started()
            let isClosed = state.withLock { state in
                if !state.isClosed { state.children.append(child) }
                return state.isClosed
            }
            if isClosed {
                await child.close()
                throw closed
            }
            return (child, greeting)
        }
    }

    private var closed: ProgramError { ProgramError(.closed, "\(name) was closed") }

    /// A running process, unless another should be started first.
    private func freest() throws -> ProgramChild? {
        let (child, count, defect) = state.withLock { state in
            state.children.removeAll { !$0.isAlive }
            return (
                state.children.min { $0.load < $1.load }, state.children.count,
                state.isClosed ? closed : state.defect
            )
        }
        if let defect { throw defect }
        guard let child else { return nil }
        return count >= launch.processes || child.load == 0 ? child : nil
    }

    private func started() async throws -> (ProgramChild, ProgramGreeting) {
        do {
            let child = ProgramChild(try await command(), named: name)
            let greeting: ProgramGreeting
            do {
                greeting = try await child.greeting(within: launch.startTimeout)
            } catch {
                await child.close()
                throw error
            }
            state.withLock { $0.greeting = $0.greeting ?? greeting }
            return (child, greeting)
        } catch let error as ProgramError {
            state.withLock { state in
                // One that has worked before may have been unlucky.
                if state.greeting == nil { state.defect = error }
            }
            throw error
        }
    }

    private func quarantine() async throws -> ProgramChild {
        if let child = state.withLock({ $0.quarantine }), child.isAlive { return child }
        let (child, _) = try await started()
        let isClosed = state.withLock { state in
            state.quarantine = child
            return state.isClosed
        }
        if isClosed {
            await child.close()
            throw closed
        }
        return child
    }

    /// Kills every process and waits until all are gone.
    func close() async {
        let children = state.withLock { state in
            state.isClosed = true
            defer { (state.children, state.quarantine) = ([], nil) }
            return state.children + [state.quarantine].compactMap { $0 }
        }
        for child in children { await child.close() }
    }
}
