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
