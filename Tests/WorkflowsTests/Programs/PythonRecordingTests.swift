import Evaluation
import Testing
import TraceGraph

@testable import Workflows

/// What `optrace.py` records of the functions a program calls.
@Suite("What Python programs record")
struct PythonRecordingTests {
    @Test("recorded functions inside one another are its inside, and what they read reaches the parameters")
    func nesting() async throws {
        let trace = try await PythonProgram.trace(
            """
            import optrace
            RULE = optrace.parameter("rule", "Only facts, please.")
            @optrace.traced
            def look(question): return ["a fact about it"]
            @optrace.traced
            def answer(question):
                facts = look(question)
                return f"{RULE} {facts[0]}"
            optrace.serve(answer)
            def main(question): return answer(question)
            """, yaml: PythonProgram.yaml + "\nparameters: { rule: { kind: text, value: 'Only facts, please.' } }")
        #expect(trace.outcome.name == "completed", "\(trace.ending)")
        #expect(trace.scopes.map(\.name).contains("answer"))
        let answer = try #require(trace.node(named: "answer"))
        #expect(answer.inputs.map(\.name).contains("rule"))
        #expect(answer.inputs.last?.name == "result")
        #expect(trace.node(named: "look")?.scope == 0)
    }

    @Test("async programs work on many examples at once, and their functions are recorded alike")
    func async() async throws {
        let app = """
            import asyncio, optrace
            @optrace.traced
            async def slow(question):
                await asyncio.sleep(0.01)
                return question[::-1]
            async def main(question: str):
                one, two = await asyncio.gather(slow(question), slow(question + "!"))
                return one + two
            optrace.serve(main)
            """
        try await ProgramBench.run(["app.py": app]) { bench in
            let workflow = try bench.workflow(PythonProgram.yaml)
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        let text = "question number \(number)"
                        let trace = await workflow.run(
                            Candidate(values: [:]), on: Example(id: "\(number)", fields: ["question": .text(text)]),
                            repetition: 0)
                        let back = String(text.reversed())
                        #expect(trace.ending == back + "!" + back)
                        #expect(trace.inputs(of: "add:1") == ["left=slow:0", "right=slow:1"])
                    }
                }
            }
        }
    }

    @Test("an exception is a failure node with the line marked, whatever was recorded before is kept")
    func exceptions() async throws {
        let trace = try await PythonProgram.trace(
            """
            import optrace
            @optrace.traced
            def look(question): return {"facts": []}
            @optrace.traced
            def first(facts):
                count = len(facts)
                return facts[count]
            def main(question: str): return first(look(question)["facts"])
            optrace.serve(main)
            """)
        let failure = try #require(trace.result)
        #expect(failure.kind == .failure && failure.base == "first")
        #expect(failure.value.plainText.hasPrefix("(IndexError) list index out of range"))
        #expect(failure.value.plainText.contains("> 4 |     return facts[count]"), "\(failure.value)")
        #expect(trace.node(named: "look") != nil)
    }

    @Test("threads that a run starts, and pools of threads, belong to it")
    func threads() async throws {
        let trace = try await PythonProgram.trace(
            """
            import optrace, threading
            from concurrent.futures import ThreadPoolExecutor
            pool = ThreadPoolExecutor(2)
            @optrace.traced
            def work(text, place): return "%s worked %d" % (text, place)
            @optrace.traced
            def all(parts): return " | ".join(parts)
            def main(question: str):
                results = list(pool.map(lambda place: work(question, place), range(3)))
                def last(): results.append(work("in a thread: " + question, 9))
                thread = threading.Thread(target=last)
                thread.start()
                thread.join()
                return all(results)
            optrace.serve(main)
            """)
        #expect(trace.nodes.count { $0.base == "work" } == 4)
        let all = try #require(trace.node(named: "all"))
        #expect(all.inputs.map(\.name) == (0..<4).map { "parts_\($0)" })
        #expect(all.inputs.allSatisfy { trace[$0.node].base == "work" })
        for work in trace.nodes where work.base == "work" {
            #expect(try Set(trace.roots(of: work.id)).contains { trace[$0].base == "question" })
        }
    }

    @Test("of a generator each item is an operation, made when it is asked for; async ones too; failures keep the rest")
    func generators() async throws {
        let app = """
            import asyncio, optrace
            @optrace.traced
            def facts(question):
                "Finds facts."
                told = yield "the first fact on it"
                yield "after %s" % told
                raise ValueError("no more")
            @optrace.traced
            async def louder(items):
                for item in items:
                    await asyncio.sleep(0)
                    yield item.upper()
            async def main(question: str):
                found = facts(question)
                first = next(found)
                second = found.send(first[4:9])
                seen = []
                try:
                    for item in found: seen.append(item)
                except ValueError as error:
                    seen.append(str(error))
                loud = [item async for item in louder([first, second])]
                return "; ".join([*loud, *seen])
            optrace.serve(main)
            """
        let trace = try await PythonProgram.trace(app)
        #expect(trace.ending == "THE FIRST FACT ON IT; AFTER FIRST; no more")
        #expect(trace.nodes.filter { $0.base == "facts" }.map(\.kind.name) == ["operation", "operation", "failure"])
        #expect(trace.inputs(of: "facts:2") == ["question=question:0"])
        #expect(trace.inputs(of: "louder:1").contains { $0.hasSuffix("=facts:1") })
    }

    @Test("methods of all kinds are recorded, under decorators of the program's own too")
    func methods() async throws {
        let trace = try await PythonProgram.trace(
            """
            import functools, optrace
            def patient(function):
                @functools.wraps(function)
                async def again(*arguments):
                    try: return await function(*arguments)
                    except ValueError: return await function(*arguments)
                return again
            class Store:
                tries = 0
                @optrace.traced
                def plain(self, text): return "plain " + text
                @optrace.traced
                @staticmethod
                def fixed(text): return "fixed " + text
                @classmethod
                @optrace.traced
                def ofClass(cls, text): return cls.__name__ + " " + text
                @patient
                @optrace.traced
                async def flaky(self, text):
                    Store.tries += 1
                    if Store.tries == 1: raise ValueError("not yet") from KeyError("of the server")
                    return "at last " + text
                @optrace.traced
                @patient
                async def outer(self, text): return "outer " + text
            async def main(question: str):
                store = Store()
                return await store.outer(await store.flaky(store.ofClass(Store.fixed(store.plain(question)))))
            optrace.serve(main)
            """, "q")
        #expect(trace.ending == "outer at last Store fixed plain q")
        let names = ["question:0", "plain:0", "fixed:0", "ofClass:0", "flaky:0", "flaky:1", "outer:0"]
        #expect(trace.nodes.filter { $0.scope == nil }.map(\.name) == names)
        #expect(
            trace.inputs(of: "outer").first == "text=flaky:1" && trace.inputs(of: "ofClass").first == "text=fixed:0")
        let failure = try #require(trace.nodes.first { $0.kind == .failure })
        #expect(failure.value.plainText.hasPrefix("(ValueError) not yet\nfrom KeyError: 'of the server'\n"))
    }
}
