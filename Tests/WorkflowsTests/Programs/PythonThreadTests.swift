import Evaluation
import Foundation
import LanguageModels
import Testing
import TraceGraph

@testable import Workflows

/// Threads, pools of threads and tasks of Python programs: which example they belong to, and what becomes of them with it.
@Suite("Threads of Python programs")
struct PythonThreadTests {
    /// A program that hangs fails its test.
    private static let yaml = """
        name: w
        inputs: { question: text }
        models: { task: scripted:a }
        program: { command: [python3, app.py], timeout: 300s, concurrency: 4 }
        """

    /// What runs of `app` on the questions, one after the other in one process, leave.
    private func traces(_ app: String, _ questions: [String], model: any LanguageModel) async throws -> [Trace] {
        try await ProgramBench.run(["app.py": app]) { bench in
            let workflow = try bench.workflow(Self.yaml, model: model)
            var traces: [Trace] = []
            for question in questions { traces.append(await workflow.run(on: question)) }
            return traces
        }
    }

    @Test("a thread that waits for a model when its example ends is told so")
    func unanswered() async throws {
        let app = """
            import optrace, threading
            threads, told, asked = [], [], threading.Event()
            class Word(str):
                "Its representation is asked for while the question is written, so the question is known by then."
                def __repr__(self):
                    asked.set()
                    return str.__repr__(self)
            def late():
                try: told.append(optrace.ask("are you there", stop={Word("end")}))
                except optrace.ModelError as error: told.append(str(error))
            def main(question: str):
                if question == "first":
                    threads.append(threading.Thread(target=late))
                    threads[0].start()
                    asked.wait()
                    return "done"
                threads[0].join()
                return told[0]
            optrace.serve(main)
            """
        let traces = try await traces(app, ["first", "second"], model: SilentModel())
        #expect(traces[0].ending == "done")
        #expect(traces[1].ending.hasPrefix("Cancelled: "), "\(traces[1].ending)")
    }

    @Test("a task that waits for a model when its example ends is told so")
    func tasks() async throws {
        let app = """
            import asyncio, optrace
            tasks = []
            async def main(question: str):
                if question == "first":
                    tasks.append(asyncio.ensure_future(optrace.ask_async("are you there")))
                    await asyncio.sleep(0)
                    return "done"
                try: return await tasks[0]
                except optrace.ModelError as error: return str(error)
            optrace.serve(main)
            """
        let traces = try await traces(app, ["first", "second"], model: SilentModel())
        #expect(traces[0].ending == "done")
        #expect(traces[1].ending.hasPrefix("Cancelled: "), "\(traces[1].ending)")
    }

    /// The question is begun while the example runs, and asked when it is over.
    @Test("a question that comes when its example is over is answered at once", arguments: [false, true])
    func late(isCancelled: Bool) async throws {
        let app = """
            import optrace, threading
            threads, told, begun, gate = [], [], threading.Event(), threading.Event()
            class Held(list):
                def __iter__(self):
                    begun.set()
                    gate.wait()
                    return list.__iter__(self)
            def late():
                try: told.append(optrace.ask(Held([{"role": "user", "content": "late"}])))
                except optrace.ModelError as error: told.append(str(error))
            def main(question: str):
                if question.startswith("first"):
                    threads.append(threading.Thread(target=late))
                    threads[0].start()
                    begun.wait()
                    return optrace.ask("wait") if question == "first, cancelled" else "done"
                gate.set()
                threads[0].join()
                return told[0]
            optrace.serve(main)
            """
        try await ProgramBench.run(["app.py": app]) { bench in
            let model = SilentModel()
            let workflow = try bench.workflow(Self.yaml, model: model)
            let first = Task { await workflow.run(on: isCancelled ? "first, cancelled" : "first") }
            if isCancelled {
                for await _ in model.asked.stream { break }
                first.cancel()
            }
            let outcome = await first.value.outcome.name
            #expect(outcome == (isCancelled ? "cancelled" : "completed"))
            let second = await workflow.run(on: "second")
            #expect(second.ending.hasPrefix("Cancelled: "), "\(second.ending)")
        }
    }

    /// Both replies come when the second question is asked, and by then nobody waits for the first.
    @Test("a reply to a loop of events that was closed meanwhile disturbs nobody")
    func closedLoop() async throws {
        let app = """
            import asyncio, optrace
            async def leave():
                asyncio.ensure_future(optrace.ask_async("one"))
                await asyncio.sleep(0)
            def main(question: str):
                asyncio.run(leave())
                return optrace.ask("two")
            optrace.serve(main)
            """
        let trace = try #require(try await traces(app, ["q"], model: MeetingModel()).first)
        #expect(trace.outcome.name == "completed", "\(trace.ending)")
    }

    @Test("what is given to a pool of threads of multiprocessing belongs to the example that gave it")
    func pools() async throws {
        let app = """
            import optrace
            from multiprocessing.pool import ThreadPool
            pools = []
            @optrace.traced
            def say(word): return optrace.ask("say " + word)
            def main(question: str):
                if not pools: pools.append(ThreadPool(2))
                pool, word, heard = pools[0], question.strip(), []
                said = pool.map(say, [word + " 1", word + " 2"]) + pool.starmap(say, [(word + " 3",)])
                said += pool.map_async(say, [word + " 4"]).get() + pool.starmap_async(say, [(word + " 5",)]).get()
                said += list(pool.imap(say, (optrace.ask(text) for text in [word + " 6"])))
                said += list(pool.imap_unordered(say, [word + " 7"])) + [pool.apply(say, (word + " 8",))]
                pool.apply_async(say, [word + " 9"], callback=lambda text: heard.append(optrace.ask(text))).get()
                return "; ".join(said + heard)
            optrace.serve(main)
            """
        let model = ScriptedReplies { ChatReply(text: ($0.messages.last?.content ?? "") + "!") }
        let traces = try await traces(app, ["the first", "the second"], model: model)
        for (trace, word) in zip(traces, ["the first", "the second"]) {
            let said = (1...8).map { "say \(word) \($0)\($0 == 6 ? "!!" : "!")" } + ["say \(word) 9!!"]
            #expect(trace.ending == said.joined(separator: "; "))
            #expect(trace.nodes.count { $0.base == "say" } == 9)
            #expect(trace.calls.count == 11)
        }
    }

    /// Eight threads begin each step together, and the interpreter changes between them as often as it can.
    @Test("what several threads read at once is reported once")
    func shared() async throws {
        let app = """
            import optrace, sys, threading
            sys.setswitchinterval(1e-6)
            RULES = [optrace.parameter("rule%d" % place, "rule number %d" % place) for place in range(40)]
            @optrace.traced
            def find(question): return ["the fact number %d of it" % place for place in range(40)]
            @optrace.traced
            def use(rule, fact): return "used"
            def main(question: str):
                facts = [fact + "!" for fact in find(question)]
                together = threading.Barrier(8)
                def work():
                    for rule, fact in zip(RULES, facts):
                        together.wait()
                        use(rule, fact)
                threads = [threading.Thread(target=work) for _ in range(8)]
                for thread in threads: thread.start()
                for thread in threads: thread.join()
                return question
            optrace.serve(main)
            """
        let parameters = (0..<40).map { "  rule\($0): { kind: text, value: rule number \($0) }" }
        let trace = try await PythonProgram.trace(
            app, yaml: PythonProgram.yaml + "\nparameters:\n" + parameters.joined(separator: "\n"))
        #expect(trace.outcome.name == "completed", "\(trace.ending)")
        let counts = Dictionary(grouping: trace.nodes, by: \.base).mapValues(\.count)
        for number in 0..<40 { #expect(counts["rule\(number)"] == 1) }
        #expect(counts["item"] == 40 && counts["add"] == 40 && counts["use"] == 320, "\(counts)")
    }
}

extension Workflow {
    /// What one run on `question` leaves.
    fileprivate func run(on question: String) async -> Trace {
        await run(
            Candidate(values: [:]), on: Example(id: question, fields: ["question": .text(question)]), repetition: 0)
    }
}

/// A model that tells when it is asked, and answers nobody.
private struct SilentModel: LanguageModel {
    let asked = AsyncStream<Void>.makeStream()

    func reply(to request: ChatRequest) async throws -> ChatReply {
        asked.continuation.yield()
        let never = AsyncStream<Void>.makeStream()
        for await _ in never.stream {}
        never.continuation.finish()
        throw CancellationError()
    }
}
