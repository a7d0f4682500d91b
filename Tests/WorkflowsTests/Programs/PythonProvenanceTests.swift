import LanguageModels
import Testing
import TraceGraph

@testable import Workflows

/// What `optrace.py` knows of where values come from.
@Suite("Where values come from in Python programs")
struct PythonProvenanceTests {
    @Test("texts that recorded values are put into know it: f-strings, format, joins, +")
    func texts() async throws {
        let trace = try await PythonProgram.trace(
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
            """, yaml: PythonProgram.yaml + "\nparameters: { tone: { kind: text, value: Be brief and kind. } }")
        #expect(trace.outcome.name == "completed", "\(trace.ending)")
        #expect(trace.inputs(of: "all") == ["a=shout:0", "b=shout:1", "c=shout:2", "d=shout:3"])
        let shouts = trace.nodes.filter { $0.base == "shout" }
        let sources = try shouts.map { shout in
            Set(try Set(trace.roots(of: shout.id)).map { trace[$0].base })
        }
        #expect(sources[0].isSuperset(of: ["tone", "question"]))
        #expect(sources[1].isSuperset(of: ["tone", "question"]))
        #expect(sources[2].contains("question"))
        #expect(sources[3].isSuperset(of: ["tone", "question"]))
    }

    @Test("items, attributes and arithmetic are recorded as they are used, and only then")
    func derived() async throws {
        let trace = try await PythonProgram.trace(
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
            """, yaml: PythonProgram.yaml + "\nparameters: { k: { kind: integer, value: 2, range: [1, 5] } }")
        #expect(trace.ending == "t2 2.0")
        #expect(trace.inputs(of: "find") == ["question=question:0", "k=add:0"])
        #expect(trace.inputs(of: "end") == ["title=title:0", "score=add:1"] || trace.inputs(of: "end").count == 2)
        let attribute = try #require(trace.nodes.first { $0.operation?.name == "attribute" })
        #expect(trace[attribute.parents[0]].operation?.name == "item")
        #expect(!trace.nodes.contains { $0.operation?.name == "mul" })
        #expect(trace.parameters.map { trace[$0].base } == ["k"])
    }

    @Test("what a reply says is where calls of tools come from; a parameter that steers a loop is read by the output")
    func tools() async throws {
        let model = ScriptedReplies { request in
            ChatReply(text: request.messages.count == 1 ? "Action: lookup(height of the tower)" : "It is 324 m.")
        }
        let trace = try await PythonProgram.trace(
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
            yaml: PythonProgram.yaml
                + "\nmodels: { task: scripted:a }\nparameters: { turns: { kind: integer, value: 3 } }",
            model: model)
        #expect(trace.ending == "It is 324 m.")
        #expect(trace.inputs(of: "lookup") == ["word=part:0"] && trace.inputs(of: "part") == ["text=reply:0"])
        let seen = trace.inputs(of: "reply:1")
        #expect(seen.prefix(2) == ["user=question:0", "assistant=reply:0"] && seen.count == 3)
        let said = try #require(trace.node(named: "reply:1")?.inputs.last)
        #expect(said.name == "user_2" && trace[said.node].inputs.contains { trace[$0.node].base == "lookup" })
        #expect(trace.inputs(of: "output") == ["result=reply:1", "turns=turns:0"])
    }

    /// Counted in how much of the recorded texts is looked through, not in time.
    @Test("the search for texts in recorded ones is bounded: once for each text, and never again in the same")
    func bounded() async throws {
        let trace = try await PythonProgram.trace(
            """
            import optrace
            class Page(str):
                "Counts how often it is searched, and through how many characters."
                times = characters = 0
                def __contains__(self, part):
                    Page.times, Page.characters = Page.times + 1, Page.characters + len(self)
                    return str.__contains__(self, part)
                def find(self, part, start=0):
                    Page.times, Page.characters = Page.times + 1, Page.characters + len(self) - start
                    return str.find(self, part, start)
            @optrace.traced
            def read(text): return Page(text)
            @optrace.traced
            def weigh(words): return len(words)
            def looked(words):
                Page.times = Page.characters = 0
                weigh(words)
                return [Page.times, Page.characters]
            def main(question: str):
                pages = [read("page %d: %s" % (number, "lorem ipsum " * 400)) for number in range(300)]
                one, all = looked(["unknown words"]), sum(map(len, pages))
                again = looked(["unknown" + " words"])
                read("another page: " + "lorem ipsum " * 400)
                news = looked(["unknown words"])
                many = looked(["unknown word %d" % number for number in range(48)])
                read("b" + "a" * 4000 + "b")
                overlapping = looked(["aaaa"])
                inside = looked(["page 299"])
                wrong = [name for name, holds in {
                    "each page once": one == [300, all], "not again": again == [0, 0], "what is new": news[0] == 1,
                    "no more than so much": many[1] < (1 << 22) + 5000, "one place after the other": overlapping[0] < 1400,
                }.items() if not holds]
                return "; ".join(wrong) or "bounded"
            optrace.serve(main)
            """)
        #expect(trace.ending == "bounded")
        #expect(trace.nodes.last { $0.base == "weigh" }.map { trace.inputs(of: $0.name) } == ["words_0=part:0"])
    }
}
