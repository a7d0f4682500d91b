import Foundation
import Logging
import Synchronization
import TraceGraph
import Testing
import Workflows

@Suite("Python runtime policy")
struct PythonRuntimePolicyTests {
    private static let noSandbox: @Sendable () async throws -> Sandbox = {
        throw CodeError(.noSandbox, "no sandbox in this test")
    }

    @Test("Code of a model does not run without a sandbox unless that is allowed")
    func modelCode() async throws {
        try await PythonBench.run(PythonRuntime(probe: Self.noSandbox)) { bench async throws in
            let function = try bench.function("def f(x): return x", origin: .model)
            for attempt in 0..<2 {
                await #expect { try await bench.runtime.call(function, arguments: ["x": .integer(attempt)]) } throws: {
                    CodeError.Code.noSandbox ~= $0
                }
            }
            await #expect { try await bench.runtime.check(function) } throws: { CodeError.Code.noSandbox ~= $0 }
        }
        try await PythonBench.run(PythonRuntime(allowsUnsandboxed: true, probe: Self.noSandbox)) { bench async throws in
            #expect(try await bench.call("def f(x): return x", 1) == 1)
        }
    }

    @Test("Code of the author runs without a sandbox, with one warning")
    func authorCode() async throws {
        let log = RecordingLog()
        let logger = Logger(label: "test") { _ in log }
        try await PythonBench.run(PythonRuntime(probe: Self.noSandbox, logger: logger)) { bench async throws in
            let function = try bench.function("def f(x): return x", origin: .author)
            try await bench.runtime.check(function)
            for number in 0..<3 {
                #expect(try await bench.runtime.call(function, arguments: ["x": .integer(number)]) == .integer(number))
            }
        }
        #expect(log.warnings.withLock { $0 }.count == 1)
    }

    @Test("Model code does not get a child that runs the author's same source unsandboxed")
    func sharedSource() async throws {
        try await PythonBench.run(PythonRuntime(probe: Self.noSandbox)) { bench async throws in
            let author = try bench.function("def f(x): return x", origin: .author)
            #expect(try await bench.runtime.call(author, arguments: ["x": 1]) == 1)
            let model = try bench.function("def f(x): return x", origin: .model)
            await #expect { try await bench.runtime.call(model, arguments: ["x": 1]) } throws: {
                CodeError.Code.noSandbox ~= $0
            }
        }
    }

    @Test("Without a sandbox the limits hold, the environment is empty and the scratch folder goes away")
    func unsandboxedLimits() async throws {
        #expect(setenv("OPTRACE_TEST_SECRET", "marked", 1) == 0)
        var limits = CodeLimits()
        limits.wallTime = .seconds(3)
        let runtime = PythonRuntime(limits: limits, allowsUnsandboxed: true, probe: Self.noSandbox)
        let scratch = try await PythonBench.run(runtime) { bench async throws in
            try await bench.failure(.timeout, "def f(x):\n    while True: pass")
            let memory = try await bench.failure(.raised, "def f(x): return len('x' * (8 << 30))")
            #expect(memory.typeName == "MemoryError")
            try await bench.failure(.raised, "import os\ndef f(x):\n    while True: os.fork()")
            try await bench.failure(.exited, "import os\ndef f(x): os.kill(os.getpid(), 9)")
            #expect(try await bench.call("import os\ndef f(x): return 'OPTRACE_TEST_SECRET' in os.environ") == false)
            return try await bench.call("import os\ndef f(x): return os.getcwd()")
        }
        let path = try #require(scratch.text)
        #expect(path.contains("optrace-code-"))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("A missing interpreter is named")
    func missingInterpreter() async throws {
        try await PythonBench.run(PythonRuntime(interpreter: "no-such-python")) { bench async throws in
            let function = try bench.function("def f(x): return x")
            await #expect { try await bench.runtime.call(function, arguments: ["x": 1]) } throws: { error in
                CodeError.Code.noInterpreter ~= error && "\(error)".contains("no-such-python")
            }
        }
    }

    @Test("A missing bubblewrap comes with its remedy")
    func missingSandbox() async throws {
        await #expect { try await Sandbox.probe(environment: ["PATH": "/nowhere"]) } throws: { error in
            CodeError.Code.noSandbox ~= error && "\(error)".contains("apt install bubblewrap")
        }
    }

    @Test("Cancelling the task ends the call, and the next call works")
    func cancellation() async throws {
        try await PythonBench.run(children: 1) { bench async throws in
            let started = try bench.function("import time\ndef f(x):\n    time.sleep(x)\n    return x")
            #expect(try await bench.runtime.call(started, arguments: ["x": 0]) == 0)
            let task = Task { try await bench.runtime.call(started, arguments: ["x": 250]) }
            let waiting = Task { try await bench.call("def f(x): return x", 5) }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await waiting.value == 5)
            #expect(try await bench.runtime.call(started, arguments: ["x": 0]) == 0)
        }
    }

    @Test("A cancelled call that waits for a child gives up its place")
    func cancelledWaiter() async throws {
        try await PythonBench.run(children: 1) { bench async throws in
            await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<50 {
                    group.addTask { _ = try await bench.call("def f(x): return x", .integer(number)) }
                }
                group.cancelAll()
                while let result = await group.nextResult() {
                    if case .failure(let error) = result { #expect(error is CancellationError) }
                }
            }
            #expect(try await bench.call("def f(x): return x", 5) == 5)
        }
    }

    @Test("Closing fails calls under way and calls to come")
    func closing() async throws {
        let runtime = PythonRuntime(limits: PythonBench.patient)
        let bench = PythonBench(runtime: runtime)
        let sleeper = try bench.function("import time\ndef f(x):\n    time.sleep(x)\n    return x")
        #expect(try await runtime.call(sleeper, arguments: ["x": 0]) == 0)
        let task = Task { try await runtime.call(sleeper, arguments: ["x": 250]) }
        await Task.yield()
        await runtime.close()
        await #expect { try await task.value } throws: { CodeError.Code.closed ~= $0 }
        await #expect { try await runtime.call(sleeper, arguments: ["x": 0]) } throws: { CodeError.Code.closed ~= $0 }
        await runtime.close()
    }

    @Test("A runtime that is let go ends its children")
    func letGo() async throws {
        let limits = ProcessTable.markedLimits()
        do {
            let bench = PythonBench(runtime: PythonRuntime(limits: limits))
            #expect(try await bench.call("def f(x): return x", 1) == 1)
            #expect(try ProcessTable.processes(marked: limits).count >= 2)
        }
        // The thread that owns the child ends it in its own time.
        while try !ProcessTable.processes(marked: limits).isEmpty { await Task.yield() }
    }
}

private struct RecordingLog: LogHandler {
    final class Warnings: Sendable {
        private let texts = Mutex<[String]>([])
        func withLock<Result: Sendable>(_ body: (inout sending [String]) -> sending Result) -> Result {
            texts.withLock(body)
        }
    }

    let warnings = Warnings()
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        if event.level >= .warning { warnings.withLock { $0.append("\(event.message)") } }
    }
}
