import TraceGraph
import Testing
import Workflows

@Suite("Python runtime")
struct PythonRuntimeTests {
    @Test(
        "Every value comes back as it went in",
        arguments: [
            nil, true, false, 0, -1, .integer(.max), .integer(.min), 0.5, -0.0, 1e300, .number(.leastNonzeroMagnitude),
            "", "text",
            "ü 漢字 🧑‍🚀\u{0} \u{1F}\n\r\t\"\\ \u{2028}", [], [1, "a", nil, [2.5, [true]]], [:],
            ["a": 1, "b": ["c": [nil]], "": "empty name", "🧑‍🚀": "emoji"],
        ] as [Value])
    func identity(_ value: Value) async throws {
        try await PythonBench.run { bench async throws in
            #expect(try await bench.call("def f(x): return x", value) == value)
        }
    }

    @Test("Python's own kinds become the nearest value")
    func conversions() async throws {
        try await PythonBench.run { bench async throws in
            let source = """
                import collections, enum
                class Color(str, enum.Enum):
                    RED = "red"
                class Level(enum.IntEnum):
                    HIGH = 3
                Point = collections.namedtuple("Point", "x y")
                def f(x):
                    return [(1, (2,)), Color.RED, Level.HIGH, Point(1, 2), collections.Counter("aab"), 2.0]
                """
            let expected: Value = [[1, [2]], "red", 3, [1, 2], ["a": 2, "b": 1], 2.0]
            #expect(try await bench.call(source) == expected)
        }
    }

    @Test(
        "A result JSON cannot hold is an error that names it",
        arguments: [
            ("float('nan')", "nan"), ("[float('-inf')]", "-inf"), ("{1, 2}", "set"), ("object()", "object"),
            ("b'x'", "bytes"), ("2**63", "64 bits"), ("-2**63-1", "64 bits"), ("{1: 2}", "key of type int"),
            ("[{'a': {'b': 1j}}]", "complex"), ("'\\ud800'", "surrogate"), ("{'\\udfff': 1}", "surrogate"),
            ("(i for i in [1])", "generator"), ("f", "function"),
        ])
    func badResults(_ expression: String, _ named: String) async throws {
        try await PythonBench.run { bench async throws in
            let error = try await bench.failure(.badResult, "def f(x): return \(expression)")
            #expect(error.message.contains(named))
        }
    }

    @Test("Deep nesting works up to the limit and is an error beyond, as are cycles")
    func nesting() async throws {
        try await PythonBench.run { bench async throws in
            let nest = "def f(x):\n    v = []\n    for _ in range(x): v = [v]\n    return v"
            var value: Value = []
            for _ in 0..<400 { value = [value] }
            #expect(try await bench.call(nest, 400) == value)
            #expect(try await bench.call("def f(x): return x", value) == value)
            #expect(try await bench.failure(.badResult, nest, 5000).message.contains("nested deeper"))
            let cycle = "def f(x):\n    v = []\n    v.append(v)\n    return v"
            #expect(try await bench.failure(.badResult, cycle).message.contains("contains itself"))
            for _ in 0..<200 { value = [value] }
            await #expect(throws: CodeError.self) { try await bench.call("def f(x): return x", value) }
        }
    }

    @Test("An exception brings its type, its message, its line and the source with that line marked")
    func exceptions() async throws {
        try await PythonBench.run { bench async throws in
            let source = "import json\n\ndef f(x):\n    return g(x)\n\ndef g(x):\n    return json.loads(x)\n"
            let error = try await bench.failure(.raised, source, "{")
            #expect(error.typeName == "JSONDecodeError")
            #expect(error.line == 7)
            #expect(
                error.markedSource == """
                      1 | import json
                      2 |
                      3 | def f(x):
                      4 |     return g(x)
                      5 |
                      6 | def g(x):
                    > 7 |     return json.loads(x)
                    """)
            #expect(error.failureName == "JSONDecodeError")
            #expect(error.failureMessage.hasPrefix("Expecting property name"))
            #expect(error.failureDetail == error.markedSource)
        }
    }

    @Test("An exception's message may be empty, unprintable, huge or not Unicode")
    func oddMessages() async throws {
        try await PythonBench.run { bench async throws in
            let empty = try await bench.failure(.raised, "def f(x): raise ValueError()")
            #expect(
                empty.typeName == "ValueError" && empty.message.isEmpty && empty.description == "ValueError (line 1)")
            let broken = "class E(Exception):\n  def __str__(self): raise KeyError\ndef f(x): raise E"
            #expect(try await bench.failure(.raised, broken).message.isEmpty)
            let huge = try await bench.failure(.raised, "def f(x): raise ValueError('ab' * 10**7)")
            #expect(huge.message.utf8.count == 4000)
            #expect(try await bench.failure(.raised, "def f(x): raise ValueError('\\ud800')").message == "?")
        }
    }

    @Test(
        "Ordinary ways of going wrong are errors of the code",
        arguments: [
            ("def f(x): return f(x)", "RecursionError"), ("import sys\ndef f(x): sys.exit(3)", "SystemExit"),
            ("def f(x): exit()", "SystemExit"), ("import no_such_module\ndef f(x): pass", "ModuleNotFoundError"),
            ("1/0\ndef f(x): pass", "ZeroDivisionError"), ("def f(y): pass", "TypeError"),
            ("def f(x): raise KeyboardInterrupt", "KeyboardInterrupt"),
        ])
    func raised(_ source: String, _ name: String) async throws {
        try await PythonBench.run { bench async throws in
            #expect(try await bench.failure(.raised, source).typeName == name)
        }
    }

    @Test("A source that does not parse names the line, when checked and when called")
    func syntaxErrors() async throws {
        try await PythonBench.run { bench async throws in
            let source = "def f(x):\n    y = (1\n    return y\n"
            for error in [
                try await bench.failure(.syntax, source), try await bench.checkFailure(.syntax, source),
            ] {
                #expect(error.typeName == "SyntaxError")
                #expect(error.line.map { (2...3).contains($0) } == true)
                #expect(error.markedSource?.contains("> ") == true)
            }
            try await bench.checkFailure(.syntax, "return 1")
            try await bench.checkFailure(.syntax, "def f(x):\npass")
            try await bench.checkFailure(.syntax, String(repeating: "(", count: 100_000))
            try await bench.checkFailure(.syntax, "def f(x): pass\u{0}")
        }
    }

    @Test("A missing entry point says what there is instead")
    func missingEntry() async throws {
        try await PythonBench.run { bench async throws in
            let source = "def g(x): pass\nclass A:\n    def f(self, x): pass\n"
            for error in [
                try await bench.failure(.missingEntry, source), try await bench.checkFailure(.missingEntry, source),
            ] {
                #expect(error.message.contains("does not define 'f'; it defines g"))
            }
            try await bench.checkFailure(.missingEntry, "")
            try await bench.failure(.missingEntry, "f = 3")
        }
    }

    @Test(
        "Parameters that do not fit are found without running anything",
        arguments: [
            "def f(y): pass", "def f(x, y): pass", "def f(): pass", "def f(x, /): pass", "def f(x, *, y): pass",
            "async def f(x): pass", "class f: pass", "f = 3", "f = lambda y: y", "if True:\n    def f(y): pass",
            "def f(x): pass\ndef f(y): pass",
        ])
    func wrongParameters(_ source: String) async throws {
        try await PythonBench.run { bench async throws in
            let error = try await bench.checkFailure(.wrongParameters, source)
            #expect(error.message.contains("must be callable as f(x)"))
            #expect(error.line != nil)
        }
    }

    @Test(
        "Parameters that fit are accepted without running anything",
        arguments: [
            "def f(x): pass", "def f(x, y=1): pass", "def f(*, x): pass", "def f(**all): pass", "def f(x, *rest): pass",
            "f = lambda x: x", "from os.path import basename as f", "@decorated\ndef f(*a): pass",
            "try:\n    import numpy\nexcept ImportError:\n    def f(x): pass", "def g(x): pass\nf = g",
            "raise SystemExit\ndef f(x): pass", "while True: pass\ndef f(x): pass", "from m import *",
            "with a:\n    for i in b:\n        def f(x): pass",
        ])
    func goodParameters(_ source: String) async throws {
        try await PythonBench.run { bench async throws in try await bench.runtime.check(bench.function(source)) }
    }

    @Test("A default in the signature asks for one in the code")
    func defaults() async throws {
        try await PythonBench.run { bench async throws in
            try await bench.checkFailure(.wrongParameters, "def f(x, y): pass", entry: "f(x, y=1)")
            let function = try bench.function("def f(x, y=2): return x + y", entry: "f(x, y=2)")
            try await bench.runtime.check(function)
            #expect(try await bench.runtime.call(function, arguments: ["x": 1]) == 3)
            #expect(try await bench.runtime.call(function, arguments: ["y": 3, "x": 1]) == 4)
        }
    }

    @Test("Arguments that do not fit the signature, or cannot be passed, are refused before anything runs")
    func wrongArguments() async throws {
        try await PythonBench.run { bench async throws in
            let function = try bench.function("def f(x): return x")
            for arguments: Fields in [
                [:], ["y": 1], ["x": 1, "y": 2], ["x": .bytes([1])], ["x": [.opaque("file")]], ["x": .number(.nan)],
            ] {
                await #expect { try await bench.runtime.call(function, arguments: arguments) } throws: {
                    CodeError.Code.wrongArguments ~= $0
                }
            }
        }
    }

    @Test("What the code prints comes back with the result, whatever way it was printed")
    func printing() async throws {
        try await PythonBench.run { bench async throws in
            let source = """
                import os, sys
                def f(x):
                    print("one", flush=True)
                    os.write(1, b"two\\n")
                    print("three", file=sys.stderr)
                    return x
                """
            let reply = try await bench.runtime.run(bench.function(source), arguments: ["x": 1], within: nil)
            #expect(reply == CodeReply(value: 1, printed: "one\ntwo\nthree\n"))
            let quiet = try await bench.runtime.run(
                bench.function("def f(x): return x"), arguments: ["x": 1], within: nil)
            #expect(quiet.printed.isEmpty)
            let error = try await bench.failure(.raised, "def f(x):\n  print('before')\n  raise ValueError")
            #expect(error.printed == "before\n")
        }
    }

    @Test("The standard library is there, and results do not depend on the machine")
    func standardLibrary() async throws {
        try await PythonBench.run { bench async throws in
            let source = """
                import json, re, math, datetime, collections, random, itertools, functools, statistics, string
                import unicodedata, hashlib, dataclasses, typing, decimal, fractions, textwrap, difflib, csv, io, enum
                import tempfile, threading, uuid, base64, html, urllib.parse, xml.etree.ElementTree, time, sqlite3
                @dataclasses.dataclass
                class P:
                    x: int
                def f(x):
                    with tempfile.TemporaryFile() as file: file.write(b"x")
                    return [re.sub("a+", "b", x), P(1).x, list({"one", "two", "three"}), time.tzname[0]]
                """
            let first = try await bench.call(source, "caat")
            #expect(first.list?.first == "cbt")
            #expect(first.list?.last == "UTC")
            let second = try await PythonBench.run { try await $0.call(source, "caat") }
            #expect(first == second)
        }
    }

    @Test("State stays within one source")
    func state() async throws {
        try await PythonBench.run(children: 1) { bench async throws in
            let count = "n = 0\ndef f(x):\n    global n\n    n += 1\n    open('note', 'w').write('x')\n    return n"
            #expect(try await bench.call(count) == 1)
            #expect(try await bench.call(count) == 2)
            let look = """
                import os, builtins
                def f(x): return [os.listdir("."), "n" in globals(), hasattr(builtins, "mark")]
                """
            #expect(try await bench.call(look) == [[], false, false])
            #expect(try await bench.call(count) == 1)
        }
    }

    @Test("Requests and results larger than a pipe go through")
    func largeValues() async throws {
        try await PythonBench.run { bench async throws in
            let text = String(repeating: "größer ", count: 300_000)
            #expect(try await bench.call("def f(x): return x[::-1][::-1]", .text(text)) == .text(text))
        }
    }

    @Test("A thousand calls in a row give the right answers")
    func manyCalls() async throws {
        try await PythonBench.run { bench async throws in
            for number in 0..<1000 {
                #expect(try await bench.call("def f(x): return x * x", .integer(number)) == .integer(number * number))
            }
        }
    }

    @Test("Two hundred calls of several sources at once give the right answers", arguments: [1, 3])
    func concurrentCalls(_ children: Int) async throws {
        try await PythonBench.run(children: children) { bench async throws in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let factor = number % 4
                        let value = try await bench.call("def f(x): return x * \(factor)", .integer(number))
                        return value == .integer(number * factor)
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
        }
    }

    @Test("Another language is refused")
    func otherLanguage() async throws {
        try await PythonBench.run { bench async throws in
            let function = CodeFunction(
                language: "lua", source: "", entry: try EntrySignature("f(x)"), origin: .author)
            await #expect { try await bench.runtime.check(function) } throws: {
                CodeError.Code.unsupportedLanguage ~= $0
            }
        }
    }
}
