import Evaluation
import LanguageModels
import Testing
import TraceGraph

@testable import Workflows

/// The module `optrace.py`, used the way its users do, in a real Python.
@Suite("The Python module")
struct PythonModuleTests {
    @Test("questions to models go through Optrace: roles, settings, usage")
    func models() async throws {
        let model = ScriptedReplies(" Paris ")
        let trace = try await PythonProgram.trace(
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
            yaml: PythonProgram.yaml + "\nmodels: { task: scripted:a }"
                + "\nparameters: { rule: { kind: text, value: Answer in one word. } }", model: model)
        #expect(trace.ending == "Paris")
        let request = try #require(model.requests.first)
        #expect(request.messages.map(\.content) == ["Answer in one word.", "what is the capital of France"])
        #expect(request.temperature == 0 && request.maximumTokens == 5)
        let call = try #require(trace.calls.first)
        #expect(trace[call.node].base == "reply" && call.model == "scripted:a" && call.usage.totalTokens == 5)
        #expect(trace.inputs(of: "reply") == ["system=rule:0", "user=question:0"])
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
        #expect(try await PythonProgram.trace(app).ending == "alike")
        #expect(try await PythonProgram.byHand(app) == "alike\n")
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
        #expect(try await PythonProgram.byHand(app) == "Be kind. a-a 3 BE KIND. True\n")
    }

    @Test("classes whose values were recorded go when the program lets go of them, in a run and by hand")
    func classes() async throws {
        let app = """
            import gc, optrace, weakref
            @optrace.traced
            def made(kind): return kind()
            made_before = []
            def main(question: str):
                gc.collect()
                left = sum(kind() is not None for kind in made_before)
                for _ in range(20):
                    class Thing:
                        size = 3
                    thing = made(Thing) if optrace.is_active() else optrace.node(Thing())
                    assert isinstance(thing, Thing) and thing.size + 1 == 4
                    made_before.append(weakref.ref(Thing))
                del Thing, thing
                return "%d of %d left" % (left, len(made_before) - 20)
            optrace.serve(main)
            main("first")
            print(main("second"))
            """
        try await ProgramBench.run(["app.py": app]) { bench in
            let workflow = try bench.workflow(PythonProgram.yaml)
            var endings: [String] = []
            for question in ["first", "second"] {
                let example = Example(id: question, fields: ["question": .text(question)])
                endings.append(await workflow.run(Candidate(values: [:]), on: example, repetition: 0).ending)
            }
            #expect(endings == ["0 of 0 left", "0 of 20 left"])
        }
        #expect(try await PythonProgram.byHand(app) == "0 of 20 left\n")
    }
}
