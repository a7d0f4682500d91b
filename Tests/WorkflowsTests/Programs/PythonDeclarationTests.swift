import Testing
import TraceGraph

@testable import Workflows

/// What `optrace.py` lets a program declare, and what it refuses.
@Suite("What Python programs declare")
struct PythonDeclarationTests {
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
            PythonProgram.yaml.replacing("timeout: 300s }", with: "timeout: 300s, sandbox: SANDBOX }") + """

                parameters:
                  greeting: { kind: text, value: Hello }
                  tidy: { kind: code, value: "def tidy(text):\\n    return text.strip()\\n", entry: tidy(text) }
                """
        let plain = yaml.replacing("SANDBOX", with: "false")
        let trace = try await PythonProgram.trace(app, yaml: plain, "you ")
        #expect(trace.ending == "Hello you")
        #expect(trace.inputs(of: "tidy:1").sorted() == ["code=tidy:0", "text=join:0"])
        let better: [String: Value] = ["tidy": "def tidy(text):\n    return text.strip().upper()\n", "greeting": "Bye"]
        let refused = try await PythonProgram.trace(app, yaml: plain, "you ", candidate: better)
        #expect(refused.ending.contains("Code cannot be run safely"), "\(refused.ending)")
        let changed = try await PythonProgram.trace(app, yaml: plain, "you ", candidate: better, unsandboxed: true)
        #expect(changed.ending == "BYE YOU")
        let broken = try await PythonProgram.trace(
            app, yaml: plain, "you ", candidate: ["tidy": "def tidy(text):\n    x = 1\n    return text.nothing\n"],
            unsandboxed: true)
        #expect(broken.ending.contains("AttributeError") && broken.ending.contains("> 3 |     return text.nothing"))
        if (try? await Sandbox.probe()) != nil {
            let held = try await PythonProgram.trace(
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
        #expect(try await PythonProgram.trace(app).ending == "as Trace")
        #expect(try await PythonProgram.byHand(app) == "as Trace\n")
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
            #expect(try await PythonProgram.byHand(app) == message + "\n")
        }
    }
}
