import TraceGraph

extension PythonRuntime {
    /// How much later than the child's own alarm, which knows the line, the parent stops a call.
    private static let grace: Duration = .milliseconds(150)

    /// Has a worker that holds `source` answer `request`.
    func exchange(
        _ request: PythonRequest, for source: CodeFunction, about function: CodeFunction, within limit: Duration
    ) async throws -> CodeReply {
        // Before a child is looked for: one that runs an author's same source unsandboxed must not serve a model's.
        let surroundings = try await surroundings(for: source.origin)
        var last: CodeError?
        for _ in 0..<3 {
            try Task.checkCancellation()
            let (worker, isFresh) = try await loadedWorker(for: source, in: surroundings)
            let reply: PythonReply
            do throws(AskFailure) {
                reply = try await ask(worker, request, within: limit)
            } catch {
                switch error {
                case .final(let error): throw error
                // An earlier call of the same source may be to blame. Nothing in a sandbox has effects outside of it,
                // so the call can be made again; with a fresh child the blame is its own.
                case .doubtful(let error) where isFresh || !surroundings.isSandboxed: throw error
                case .doubtful(let error): last = error
                case .stale: break
                }
                continue
            }
            await giveBack(worker, reusable: reply.leavesWorkerUsable)
            return try reply.result(in: function, limits: limits, within: limit)
        }
        throw last
            ?? CodeError(
                .protocolViolation,
                "The code ended its process or wrote into the channel right after it was loaded, three times in a row.")
    }

    private enum AskFailure: Error {
        /// The worker was gone or in doubt before anything was sent.
        case stale
        /// The child ended, or the channel was written into, during the call.
        case doubtful(CodeError)
        case final(any Error)
    }

    /// The reply of `worker`, which stays held; it is given back when this throws.
    private func ask(
        _ worker: CodeWorker, _ request: PythonRequest, within limit: Duration
    ) async throws(AskFailure) -> PythonReply {
        let id = Int.random(in: 1...Int.max)
        let answer: WorkerReply
        do throws(WorkerFailure) {
            answer = try await worker.exchange(request.line(id: id, within: limit), within: limit + Self.grace)
        } catch {
            pool.forfeit(worker)
            switch error.reason {
            case .stale: throw .stale
            case .ended, .tampered: throw .doubtful(error.error(within: limit, limits: limits))
            default: throw .final(failure(error, limit))
            }
        }
        do throws(CodeError) {
            return try PythonReply(answer, id: id)
        } catch {
            await giveBack(worker, reusable: false)
            throw .doubtful(error)
        }
    }

    private func giveBack(_ worker: CodeWorker, reusable: Bool) async {
        if reusable {
            pool.release(worker)
        } else {
            await worker.end()
            pool.forfeit(worker)
        }
    }

    private func loadedWorker(
        for source: CodeFunction, in surroundings: Surroundings
    ) async throws -> (CodeWorker, isFresh: Bool) {
        switch try await pool.acquire(source.sourceHash) {
        case .use(let worker):
            return (worker, false)
        case .start(let other):
            let worker: CodeWorker
            do {
                await other?.end()
                worker = try started(for: source, in: surroundings)
            } catch {
                pool.forfeit(nil)
                throw error
            }
            guard pool.adopt(worker) else {
                await worker.end()
                pool.forfeit(nil)
                throw WorkerPool.closedError
            }
            try await load(source, into: worker)
            return (worker, true)
        }
    }

    /// Waits for the child's greeting and hands it its source; the worker is given back when this throws.
    private func load(_ source: CodeFunction, into worker: CodeWorker) async throws {
        do throws(WorkerFailure) {
            _ = try await worker.exchange([], within: limits.startTime)
        } catch {
            pool.forfeit(worker)
            if case .interrupted = error.reason { throw failure(error, limits.startTime) }
            throw Self.startError(error)
        }
        let reply: PythonReply
        do throws(AskFailure) {
            reply = try await ask(worker, .load(source), within: limits.wallTime)
        } catch {
            switch error {
            case .final(let error): throw error
            case .doubtful(let error): throw error
            case .stale: throw CodeError(.startFailed, "The child for code was gone before the code was loaded.")
            }
        }
        do throws(CodeError) {
            _ = try reply.result(in: source, limits: limits, within: limits.wallTime)
        } catch {
            await giveBack(worker, reusable: false)
            throw error
        }
    }

    private static func startError(_ failure: WorkerFailure) -> CodeError {
        if case .notStarted(let error) = failure.reason { return error }
        let said = String(decoding: failure.printed.prefix(500), as: UTF8.self)
        return CodeError(
            .startFailed, "Python could not be started for code: \(said.isEmpty ? "it gave no reason" : said)")
    }

    private func failure(_ failure: WorkerFailure, _ limit: Duration) -> any Error {
        if case .interrupted = failure.reason {
            if Task.isCancelled { return CancellationError() }
            if pool.isClosed { return WorkerPool.closedError }
        }
        return failure.error(within: limit, limits: limits)
    }
}
