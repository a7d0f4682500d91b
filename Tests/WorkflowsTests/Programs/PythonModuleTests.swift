import Evaluation
import Foundation
import LanguageModels
import Testing
import TraceGraph

@testable import Workflows

/// The module `optrace.py`, used the way its users do, in a real Python.
@Suite("The Python module")
struct PythonModuleTests {
    private static let yaml = """
        name: w
        inputs: { question: text }
        program: [python3, app.py]
        """

    private func trace(
        _ app: String, yaml: String = Self.yaml, _ question: String = "what is the capital of France",
        candidate: [String: Value] = [:], model: any LanguageModel = ScriptedReplies("ok"), unsandboxed: Bool = false
    ) async throws -> Trace {
        try await ProgramBench.run(["app.py": app]) { bench in
            try await bench.trace(
                yaml, ["question": .text(question)], candidate: candidate, model: model, allowsUnsandboxed: unsandboxed)
        }
    }

    @Test("texts that recorded values are put into know it: f-strings, format, joins, +")
    func texts() async throws {
        let trace = try await trace(
            """
            import optrace
            TONE = optrace.parameter("tone", "Be brief and kind.")
            @optrace.traced
            def shout(text): return text.upper()
            @optrace.traced
            def find(question): return ["Paris is a city.", "Lyon is a town."]
            def main(question: str):
                found = find(question)
                a = shout(f"{TONE} {found[0]}")
                b = shout("{} / {}".format(TONE, question))
                c = shout("\\n".join(found))
                d = shout(TONE + " " + question)
                return optrace.record("all", [a, b, c, d], {"a": a, "b": b, "c": c, "d": d})
            optrace.serve(main)
            """, yaml: Self.yaml + "\nparameters: { tone: { kind: text, value: Be brief and kind. } }")
        #expect(trace.outcome.name == "completed", "\(trace.ending)")
        #expect(trace.inputs(of: "all") == ["a=shout:0", "b=shout:1", "c=shout:2", "d=shout:3"])
        let shouts = trace.nodes.filter { $0.base == "shout" }
        let sources = try shouts.map { shout in
            Set(try Set(roots(of: shout.id, in: trace)).map { trace[$0].base })
        }
        #expect(sources[0].isSuperset(of: ["tone", "question"]))
        #expect(sources[1].isSuperset(of: ["tone", "question"]))
        #expect(sources[2].contains("question"))
        #expect(sources[3].isSuperset(of: ["tone", "question"]))
    }

    private func roots(of node: NodeID, in trace: Trace) throws -> [NodeID] {
        let parents = trace[node].parents
        return parents.isEmpty ? [node] : try parents.flatMap { try roots(of: $0, in: trace) }
    }

    @Test("items, attributes and arithmetic are recorded as they are used, and only then")
    func derived() async throws {
        let trace = try await trace(
            """
            import dataclasses, optrace
            K = optrace.parameter("k", 2, range=(1, 5))
            @dataclasses.dataclass
            class Found:
                title: str
                score: float
            @optrace.traced
            def find(question, k): return [Found("t%d" % i, i / 2) for i in range(k)]
            @optrace.traced
            def end(title, score): return "%s %s" % (title, score)
            def main(question: str):
                found = find(question, K + 1)
                unused = found[0].score * 100
                return end(found[2].title, found[2].score + 1)
            optrace.serve(main)
            """, yaml: Self.yaml + "\nparameters: { k: { kind: integer, value: 2, range: [1, 5] } }")
        #expect(trace.ending == "t2 2.0")
        #expect(trace.inputs(of: "find") == ["question=question:0", "k=add:0"])
        #expect(trace.inputs(of: "end") == ["title=title:0", "score=add:1"] || trace.inputs(of: "end").count == 2)
        let attribute = try #require(trace.nodes.first { $0.operation?.name == "attribute" })
        #expect(trace[attribute.parents[0]].operation?.name == "item")
        #expect(!trace.nodes.contains { $0.operation?.name == "mul" })
        #expect(trace.parameters.map { trace[$0].base } == ["k"])
    }

    @Test("recorded functions inside one another are its inside, and what they read reaches the parameters")
    func nesting() async throws {
        let trace = try await trace(
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
            """, yaml: Self.yaml + "\nparameters: { rule: { kind: text, value: 'Only facts, please.' } }")
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
            let workflow = try bench.workflow(Self.yaml)
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
        let trace = try await trace(
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

    @Test("a trainable function's source is a code parameter; node(…) with trainable is one too")
    func bundles() async throws {
        let app = """
            from optrace import bundle, node, serve
            greeting = node("Hello", name="greeting", trainable=True, constraint="one word")
            @bundle("[tidy] Makes it nice.", trainable=True)
            def tidy(text):
                return text.strip()
            @bundle()
            def join(a, b):
                "Joins."
                return a + " " + b
            def main(question):
                return tidy(join(greeting, node(question)))
            serve(main)
            """
        let yaml =
            Self.yaml.replacing("program: [python3, app.py]", with: "") + """

                program: { command: [python3, app.py], sandbox: SANDBOX }
                parameters:
                  greeting: { kind: text, value: Hello }
                  tidy: { kind: code, value: "def tidy(text):\\n    return text.strip()\\n", entry: tidy(text) }
                """
        let plain = yaml.replacing("SANDBOX", with: "false")
        let trace = try await trace(app, yaml: plain, "you ")
        #expect(trace.ending == "Hello you")
        #expect(trace.inputs(of: "tidy:1").sorted() == ["code=tidy:0", "text=join:0"])
        let better: [String: Value] = ["tidy": "def tidy(text):\n    return text.strip().upper()\n", "greeting": "Bye"]
        let refused = try await self.trace(app, yaml: plain, "you ", candidate: better)
        #expect(refused.ending.contains("Code cannot be run safely"), "\(refused.ending)")
        let changed = try await self.trace(app, yaml: plain, "you ", candidate: better, unsandboxed: true)
        #expect(changed.ending == "BYE YOU")
        let broken = try await self.trace(
            app, yaml: plain, "you ", candidate: ["tidy": "def tidy(text):\n    x = 1\n    return text.nothing\n"],
            unsandboxed: true)
        #expect(broken.ending.contains("AttributeError") && broken.ending.contains("> 3 |     return text.nothing"))
        if (try? await Sandbox.probe()) != nil {
            let held = try await self.trace(
                app, yaml: yaml.replacing("SANDBOX", with: "true"), "you ", candidate: better)
            #expect(held.ending == "BYE YOU", "\(held.ending)")
        }
    }

    /// The values are those that `opto.trace` computes for the same lines.
    @Test("programs in the style of node and bundle compute by hand and in a run what they compute with Trace")
    func style() async throws {
        let app = """
            from optrace import node, bundle, model, serve
            x = node(-1.0, trainable=True, name="x")
            n, t, b = node(5), node("some text here"), node(True)
            d, l = node({"a": 1, "b": [1, 2]}), node([3, 1, 2])
            @bundle()
            def add(a, b): return a + b
            @bundle("[check] Is it positive.")
            def positive(a): return a > 0
            @bundle(trainable=True)
            def rule(a):
                "Applies the rule."
                return a * 2
            @bundle()
            def nothing(a): return None
            @bundle()
            def two(a): return a, a + 1
            @model
            class Agent:
                def __init__(self): self.instruction = node("be kind", trainable=True, name="instruction")
                @bundle(trainable=True)
                def act(self, text): return text.upper()
                def __call__(self, text): return self.act(self.instruction + ": " + text)
            agent = Agent()
            CHECKS = '''
            x.data == -1.0 and (x + n).data == 4.0 and x.name.split(":")[0] == "x"
            ((n * 2).data, (2 * n).data, (-n).data, (n // 2).data) == (10, 10, -5, 2)
            ((t + "!").data, t[0:4].data, t.split().data) == ("some text here!", "some", ["some", "text", "here"])
            (d["a"].data, d["b"][1].data, l[0].data, [i.data for i in l]) == (1, 2, 3, [3, 1, 2])
            n > 3 and b and b.data is True and "some" in t and len(t) == 14 and n.data == 5
            (add(n, 3).data, positive(n).data, rule(n).data, nothing(n).data) == (8, True, 10, None)
            (two(n)[1].data, [part.data for part in two(n)]) == (6, [5, 6])
            (agent("hi").data, node(n).data, node("{} x").format("y").data) == ("BE KIND: HI", 5, "y x")
            '''
            def main(question):
                wrong = []
                for check in CHECKS.strip().splitlines():
                    try:
                        if not eval(check): wrong.append(check)
                    except Exception as error:
                        wrong.append("%s: %r" % (check, error))
                try:
                    n.backward("better")
                except Exception as error:
                    if "optrace optimize" not in str(error): wrong.append(str(error))
                return " | ".join(wrong) or "as Trace"
            serve(main)
            print(main("a"))
            """
        #expect(try await trace(app).ending == "as Trace")
        try await ProgramBench.run(["app.py": app]) { bench in
            let output = try await Command(
                words: ["python3", bench.folder.appending(path: "app.py").path], input: "", timeout: .seconds(60),
                environment: ProgramBench.environment
            ).output()
            #expect(output == "as Trace\n")
        }
    }

    @Test("a declaration that Optrace would refuse is refused where it stands")
    func declarations() async throws {
        let refused = [
            #""a", 5, range=(1, 3)"#: "parameter 'a': 5 is outside its range, 1 to 3",
            #""a", "x", options=["y", "z"]"#: "parameter 'a': 'x' is none of its options, ['y', 'z']",
            #""a", "text", keep=["{q}"]"#: "parameter 'a': its text does not have what it has to keep, '{q}'",
            #""a b", 1"#: "parameter 'a b': a name is made of letters, digits, '_' and '-'",
            #""a", 1, range=(3, 1)"#: "parameter 'a': its range is (3, 1), expected (lowest, highest)",
        ]
        for (arguments, message) in refused {
            let app = """
                import optrace
                try: optrace.parameter(\(arguments))
                except optrace.OptraceError as error: print(error)
                """
            try await ProgramBench.run(["app.py": app]) { bench in
                let output = try await Command(
                    words: ["python3", bench.folder.appending(path: "app.py").path], input: "", timeout: .seconds(60),
                    environment: ProgramBench.environment
                ).output()
                #expect(output == message + "\n")
            }
        }
    }

    @Test("questions to models go through Optrace: roles, settings, usage")
    func models() async throws {
        let model = ScriptedReplies(" Paris ")
        let trace = try await trace(
            """
            import optrace
            RULE = optrace.parameter("rule", "Answer in one word.")
            def main(question: str):
                reply = optrace.ask(
                    [{"role": "system", "content": RULE}, {"role": "user", "content": question}],
                    temperature=0, max_tokens=5)
                return reply.strip()
            optrace.serve(main)
            """,
            yaml: Self.yaml + "\nmodels: { task: scripted:a }"
                + "\nparameters: { rule: { kind: text, value: Answer in one word. } }", model: model)
        #expect(trace.ending == "Paris")
        let request = try #require(model.requests.first)
        #expect(request.messages.map(\.content) == ["Answer in one word.", "what is the capital of France"])
        #expect(request.temperature == 0 && request.maximumTokens == 5)
        let call = try #require(trace.calls.first)
        #expect(trace[call.node].base == "reply" && call.model == "scripted:a" && call.usage.totalTokens == 5)
        #expect(trace.inputs(of: "reply") == ["system=rule:0", "user=question:0"])
    }

    @Test("threads that a run starts, and pools of threads, belong to it")
    func threads() async throws {
        let trace = try await trace(
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
            #expect(try Set(roots(of: work.id, in: trace)).contains { trace[$0].base == "question" })
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
        let trace = try await trace(app)
        #expect(trace.ending == "THE FIRST FACT ON IT; AFTER FIRST; no more")
        #expect(trace.nodes.filter { $0.base == "facts" }.map(\.kind.name) == ["operation", "operation", "failure"])
        #expect(trace.inputs(of: "facts:2") == ["question=question:0"])
        #expect(trace.inputs(of: "louder:1").contains { $0.hasSuffix("=facts:1") })
    }

    @Test("methods of all kinds are recorded, under decorators of the program's own too")
    func methods() async throws {
        let trace = try await trace(
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

    @Test("what a reply says is where calls of tools come from; a parameter that steers a loop is read by the output")
    func tools() async throws {
        let model = ScriptedReplies { request in
            ChatReply(text: request.messages.count == 1 ? "Action: lookup(height of the tower)" : "It is 324 m.")
        }
        let trace = try await trace(
            """
            import optrace, re
            TURNS = optrace.parameter("turns", 3, range=(1, 5))
            @optrace.traced
            def lookup(word): return "324"
            def main(question: str):
                messages = [{"role": "user", "content": question}]
                for turn in range(TURNS):
                    reply = optrace.ask(messages)
                    called = re.findall(r"lookup[(](.*)[)]", reply)
                    if not called: return reply
                    seen = "lookup gave %s" % lookup(called[0])
                    messages += [{"role": "assistant", "content": reply}, {"role": "user", "content": seen}]
            optrace.serve(main)
            """,
            yaml: Self.yaml + "\nmodels: { task: scripted:a }\nparameters: { turns: { kind: integer, value: 3 } }",
            model: model)
        #expect(trace.ending == "It is 324 m.")
        #expect(trace.inputs(of: "lookup") == ["word=part:0"] && trace.inputs(of: "part") == ["text=reply:0"])
        let seen = trace.inputs(of: "reply:1")
        #expect(seen.prefix(2) == ["user=question:0", "assistant=reply:0"] && seen.count == 3)
        let said = try #require(trace.node(named: "reply:1")?.inputs.last)
        #expect(said.name == "user_2" && trace[said.node].inputs.contains { trace[$0.node].base == "lookup" })
        #expect(trace.inputs(of: "output") == ["result=reply:1", "turns=turns:0"])
    }

    @Test("recorded values do what the plain ones do, and parameters what their values do, in a run and by hand alike")
    func likeness() async throws {
        let app = """
            import collections, copy, dataclasses, datetime, json, math, optrace, os, pathlib, pickle, re
            RULE = optrace.parameter("rule", "Be kind and brief.")
            STYLE = optrace.parameter("style", "brief", options=["brief", "long"])
            K = optrace.parameter("k", 3, range=(1, 9))
            HEAT = optrace.parameter("heat", 0.5, range=(0, 1))
            SHOTS = optrace.parameter("shots", [{"q": "a"}])
            @dataclasses.dataclass
            class Doc:
                title: str
                score: float = 0.5
                data: str = "own"
            Pair = collections.namedtuple("Pair", "a b")
            class Door:
                def __enter__(self): return "open"
                def __exit__(self, *what): return False
            VALUES = {
                "text": lambda: "a quick brown fox", "lists": lambda: ["alpha one", "beta two"], "whole": lambda: 7,
                "real": lambda: 2.5, "dicts": lambda: {"n": 42, "deep": {"x": [1, 2]}}, "doc": lambda: Doc("a title"),
                "sets": lambda: {"a", "b"}, "pair": lambda: Pair(1, 2), "path": lambda: pathlib.Path("/tmp"),
                "day": lambda: datetime.date(2020, 1, 31), "iterator": lambda: iter([1, 2]), "door": Door,
                "counter": lambda: collections.Counter("aab"), "row": lambda: ("first", 2),
            }
            @optrace.traced
            def made(kind): return VALUES[kind]()
            CHECKS = '''
            doc == Doc("a title") and Doc("a title") == doc
            dataclasses.asdict(doc) == {"title": "a title", "score": 0.5, "data": "own"}
            dataclasses.is_dataclass(doc) and dataclasses.replace(doc, title="b").title == "b"
            doc.data == "own" and isinstance(doc, Doc)
            pickle.loads(pickle.dumps([text, lists, whole, dicts, sets, doc])) == [text, lists, whole, dicts, sets, doc]
            copy.deepcopy(doc).title == "a title" and copy.copy(dicts) == dicts
            sets | {"c"} == {"a", "b", "c"} and {"c"} | sets == {"a", "b", "c"} and sets & {"a"} == {"a"} and "a" in sets
            sorted(sets) == ["a", "b"] and len(sets) == 2 and not callable(sets) and not hasattr(type(sets), "__next__")
            next(iterator) == 1 and list(iterator) == [2]
            (path / "x").name == "x" and os.fspath(path) == "/tmp"
            day + datetime.timedelta(1) == datetime.date(2020, 2, 1) and day < datetime.date(2021, 1, 1)
            pair.a + pair[1] == 3 and counter["a"] == 2 and counter + counter == collections.Counter("aaaabb")
            divmod(whole, 2) == (3, 1) and whole & 3 == 3 and whole << 1 == 14 and ~whole == -8 and +whole == 7
            json.loads(json.dumps([text, lists, dicts, whole, real])) == [text, lists, dicts, whole, real]
            {text: 1}["a quick brown fox"] == 1 and {7: 1}[whole] == 1 and "fox" in text and text[2:7] == "quick"
            f"{text!r:>22}|{whole:03d}|{real:.2f}" == "   'a quick brown fox'|007|2.50"
            [*row] == ["first", 2] and row[1:] == (2,) and sorted(lists, reverse=True)[0] == "beta two"
            {**dicts}["n"] == 42 and (dicts | {"z": 1})["z"] == 1 and list(dicts) == ["n", "deep"] and "n" in dicts
            "Say: " + RULE == "Say: Be kind and brief." and RULE + "!" == "Be kind and brief.!" and "kind" in RULE
            {"brief": 1}[STYLE] == 1 and STYLE in {"brief", "x"} and STYLE == "brief" and hash(STYLE) == hash("brief")
            divmod(K, 2) == (1, 1) and 7 // K == 2 and K & 1 == 1 and -K == -3 and +K == 3 and 2 ** K == 8 and K % 2 == 1
            math.floor(HEAT) == 0 and 1 - HEAT == 0.5 and round(HEAT) == 0 and [1, 2, 3, 4][:K] == [1, 2, 3]
            pickle.loads(pickle.dumps(RULE)) == "Be kind and brief." and copy.deepcopy({"k": K})["k"] == 3
            list(reversed(SHOTS)) == [{"q": "a"}] and (SHOTS + [1])[1] == 1 and [*SHOTS][0]["q"] == "a"
            '''
            def main(question: str):
                values = {kind: made(kind) for kind in VALUES}
                wrong = []
                for check in CHECKS.strip().splitlines():
                    try:
                        if not eval(check, globals(), values): wrong.append(check)
                    except Exception as error:
                        wrong.append("%s: %r" % (check, error))
                with values["door"] as state:
                    if state != "open": wrong.append("door")
                return " | ".join(wrong) or "alike"
            optrace.serve(main)
            print(main("a"))
            """
        #expect(try await trace(app).ending == "alike")
        try await ProgramBench.run(["app.py": app]) { bench in
            let output = try await Command(
                words: ["python3", bench.folder.appending(path: "app.py").path], input: "", timeout: .seconds(60),
                environment: ProgramBench.environment
            ).output()
            #expect(output == "alike\n")
        }
    }

    @Test("started by hand, the program runs as if the module were not there")
    func byHand() async throws {
        let app = """
            import optrace
            K = optrace.parameter("k", 2)
            RULE = optrace.parameter("rule", "Be kind.")
            @optrace.traced
            def f(x, k): return [x] * k
            @optrace.bundle(trainable=True)
            def g(items): return "-".join(items)
            def main(question): return f"{RULE} {g(f(question, K))} {K + 1} {RULE.upper()} {RULE == 'Be kind.'}"
            optrace.serve(main)
            print(main("a"))
            """
        try await ProgramBench.run(["app.py": app]) { bench in
            let output = try await Command(
                words: ["python3", bench.folder.appending(path: "app.py").path], input: "", timeout: .seconds(60),
                environment: ProgramBench.environment
            ).output()
            #expect(output == "Be kind. a-a 3 BE KIND. True\n")
        }
    }
}
