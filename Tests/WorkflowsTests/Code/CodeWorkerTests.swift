import Testing

@testable import Workflows

@Suite("A worker for code", .timeLimit(.minutes(5))) struct CodeWorkerTests {
    private func worker() throws -> CodeWorker {
        let code = CodeFunction(source: "def f(x): return x", entry: try EntrySignature("f(x)"), origin: .model)
        return CodeWorker(
            key: code.sourceHash, launch: ChildLaunch(command: ["/bin/cat"], environment: [:]),
            limits: CodeLimits())
    }

    @Test("an exchange that begins cancelled, or after an interruption, ends as interrupted", arguments: [true, false])
    func interruption(isCancelled: Bool) async throws {
        for _ in 0..<20 {
            let worker = try worker()
            await Task {
                if isCancelled { withUnsafeCurrentTask { $0?.cancel() } } else { worker.interrupt() }
                do throws(WorkerFailure) {
                    _ = try await worker.exchange([], within: .seconds(1))
                    Issue.record("no failure")
                } catch {
                    guard case .interrupted = error.reason else {
                        Issue.record("\(error.reason)")
                        return
                    }
                }
            }.value
        }
    }
}
