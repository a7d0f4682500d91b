import TraceGraph

/// Optimizations that an assistant has started, each a child of its own.
actor AssistantJobs {
    private struct Job {
        var events: [Value] = []
        /// Nil while it runs.
        var ending: (error: String, status: Int)?
        var task: Task<Void, Never>?
    }

    private let program: String
    private var jobs: [String: Job] = [:]
    private var waiting: [Int: (job: String, continuation: CheckedContinuation<Void, Never>)] = [:]
    private var tickets = 0
    private var begun = 0

    init(program: String) { self.program = program }

    /// Begins one; the word by which it is followed.
    func start(_ command: [String]) -> String {
        begun += 1
        let name = "job-\(begun)"
        jobs[name] = Job()
        jobs[name]?.task = Task { [program] in
            do {
                let ending = try await OwnProgram.run(program, command) { await self.note($0, of: name) }
                finish(name, ending.error, ending.status)
            } catch {
                finish(name, "\(error)", 1)
            }
        }
        return name
    }

    /// Begins one, and waits until it has told something of itself.
    ///
    /// - Throws: ``CommandError`` when it ends before: it can never start.
    func begin(_ command: [String]) async throws -> String {
        let name = start(command)
        while let job = jobs[name], job.events.isEmpty {
            if let ending = job.ending {
                jobs[name] = nil
                throw CommandError(AssistantTools.said(ending.error))
            }
            await news(of: name, within: 60)
        }
        return name
    }

    /// Events after the first `known`, at once when there are any, else when one comes, at the latest after `seconds`.
    func follow(_ name: String, after known: Int, waiting seconds: Double) async throws -> Value {
        guard jobs[name] != nil else { throw unknown(name) }
        if let job = jobs[name], job.events.count <= known, job.ending == nil, seconds > 0 {
            await news(of: name, within: seconds)
        }
        guard let job = jobs[name] else { throw unknown(name) }
        let new = job.events.dropFirst(max(0, known))
        var answer: Fields = [
            "job": .text(name), "running": .flag(job.ending == nil), "events": .list(Array(new)),
            "after": .integer(job.events.count),
        ]
        if let ending = job.ending {
            answer["exit_code"] = .integer(ending.status)
            if ending.status != 0 { answer["message"] = .text(String(AssistantTools.said(ending.error).suffix(4_000))) }
            answer["result"] = job.events.last { $0["event"] == "finished" } ?? .null
        }
        return .object(answer)
    }

    /// Interrupts one as Ctrl-C does, and waits for its end.
    func stop(_ name: String) async throws -> Value {
        guard let job = jobs[name] else { throw unknown(name) }
        job.task?.cancel()
        await job.task?.value
        return try await follow(name, after: jobs[name]?.events.count ?? 0, waiting: 0)
    }

    /// Interrupts all of them.
    func end() async {
        for job in jobs.values { job.task?.cancel() }
        for job in jobs.values { await job.task?.value }
    }

    private func unknown(_ name: String) -> CommandError {
        let known = jobs.keys.sorted().joined(separator: ", ")
        return CommandError("there is no job '\(name)'; \(known.isEmpty ? "none was started" : "known are: \(known)")")
    }

    private func note(_ line: String, of name: String) {
        guard let event = try? Value(json: line) else { return }
        jobs[name]?.events.append(event)
        wake(name)
    }

    private func finish(_ name: String, _ error: String, _ status: Int) {
        jobs[name]?.ending = (error, status)
        wake(name)
    }

    private func wake(_ name: String) {
        for (ticket, waiter) in waiting where waiter.job == name {
            waiting[ticket] = nil
            waiter.continuation.resume()
        }
    }

    private func news(of name: String, within seconds: Double) async {
        tickets += 1
        let ticket = tickets
        let alarm = Task {
            try? await Task.sleep(for: .seconds(seconds))
            giveUp(ticket)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiting[ticket] = (name, $0) }
        } onCancel: {
            alarm.cancel()
        }
        alarm.cancel()
    }

    private func giveUp(_ ticket: Int) { waiting.removeValue(forKey: ticket)?.continuation.resume() }
}
