import LanguageModels
import Testing
import TraceGraph

@testable import Workflows

/// Generators of Python programs, plain and async, in a run and by hand.
@Suite("Generators of Python programs")
struct PythonGeneratorTests {
    @Test("the failure of a generator is recorded where the generator is, and not inside of it")
    func failures() async throws {
        let trace = try await PythonProgram.trace(
            """
            import optrace
            @optrace.traced
            def look(text): return "seen: " + text
            @optrace.traced
            def facts(question):
                yield look(question)
                look(question + "?")
                raise ValueError("no more")
            @optrace.traced
            async def stream(question):
                yield look(question)
                look(question + "!")
                raise KeyError("at its end")
            async def main(question: str):
                seen = []
                try:
                    for fact in facts(question): seen.append(fact)
                except ValueError: pass
                try:
                    async for fact in stream(question): seen.append(fact)
                except KeyError: pass
                return "; ".join(seen)
            optrace.serve(main)
            """, "it")
        #expect(trace.ending == "seen: it; seen: it")
        #expect(trace.nodes.filter { $0.kind == .failure }.map(\.base) == ["facts", "stream"])
        #expect(trace.nodes.filter { ["facts", "stream"].contains($0.base) }.allSatisfy { $0.scope == nil })
        let looks = trace.nodes.filter { $0.base == "look" }
        #expect(looks.count == 4 && looks.allSatisfy { $0.scope != nil })
    }

    @Test("what is sent and thrown reaches a generator, plain and async, in a run and by hand alike")
    func sending() async throws {
        let app = """
            import asyncio, inspect, optrace
            @optrace.traced
            def plain(first):
                told = first
                while told != "end":
                    try: told = yield "plain got " + told
                    except ValueError as error: told = "the error " + str(error)
                    except KeyboardInterrupt: told = "an interrupt"
            @optrace.traced
            async def stream(first):
                told = first
                try:
                    while told != "end":
                        try: told = yield "stream got " + told
                        except ValueError as error: told = "the error " + str(error)
                        except KeyboardInterrupt: told = "an interrupt"
                finally: closed.append(told)
            closed = []
            async def talk(question):
                seen, items = [], plain(question)
                seen += [next(items), items.send("a word"), items.throw(ValueError("one"))]
                seen += [items.throw(KeyboardInterrupt()), items.send("more")]
                try: items.send("end")
                except StopIteration: seen.append("plain ended")
                items = stream(question)
                seen += [await items.__anext__(), await items.asend("a word"), await items.athrow(ValueError("two"))]
                seen += [await items.athrow(KeyboardInterrupt()), await items.asend("more")]
                try: await items.asend("end")
                except StopAsyncIteration: seen.append("stream ended")
                items = stream(question)
                await items.asend(None)
                await items.aclose()
                seen += closed
                seen += [str(inspect.isgeneratorfunction(plain)), str(inspect.isasyncgenfunction(stream))]
                closed.clear()
                return "; ".join(seen)
            optrace.serve(talk)
            print(asyncio.run(talk("it")))
            """
        let talk = ["it", "a word", "the error", "an interrupt", "more"]
        let expected =
            talk.map { "plain got \($0)\($0 == "the error" ? " one" : "")" } + ["plain ended"]
            + talk.map { "stream got \($0)\($0 == "the error" ? " two" : "")" }
            + ["stream ended", "end", "it", "True", "True"]
        let trace = try await PythonProgram.trace(app, "it")
        #expect(trace.ending == expected.joined(separator: "; "))
        #expect(trace.nodes.count { $0.base == "stream" } == 6 && !trace.nodes.contains { $0.kind == .failure })
        #expect(try await PythonProgram.byHand(app) == expected.joined(separator: "; ") + "\n")
    }

    @Test("items of a generator in the style of bundle have their data, in a run and by hand alike")
    func style() async throws {
        let app = """
            import asyncio
            from optrace import bundle, node, serve
            @bundle()
            def count(most):
                told = yield most
                yield told
                yield None
            @bundle(trainable=True)
            async def stream(most):
                told = yield most + 1
                yield told * 2
            async def main(question):
                items, flow = count(node(2)), stream(node(3))
                seen = [next(items).data, items.send(node(5)).data, next(items).data is None]
                seen += [(await flow.asend(None)).data, (await flow.asend(node(7))).data]
                return str(seen)
            serve(main)
            print(asyncio.run(main("a")))
            """
        let yaml =
            PythonProgram.yaml + """

                parameters:
                  stream:
                    kind: code
                    entry: stream(most)
                    value: "async def stream(most):\\n    told = yield most + 1\\n    yield told * 2\\n"
                """
        #expect(try await PythonProgram.trace(app, yaml: yaml).ending == "[2, 5, True, 4, 14]")
        #expect(try await PythonProgram.byHand(app) == "[2, 5, True, 4, 14]\n")
    }
}
