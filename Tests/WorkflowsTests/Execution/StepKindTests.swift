import Evaluation
import Foundation
import LanguageModels
import Testing
import TraceGraph

@testable import Workflows

@Suite("Kinds of steps")
struct StepKindTests: StepTesting {
    // MARK: each

    private static let mapping = """
        inputs: { words: list }
        models: { task: scripted:a }
        steps:
          shouted:
            each: $words
            as: word
            concurrency: 3
            steps:
              said: { prompt: "Shout {{word}}" }
            output: { word: $word, loud: $said }
        output: $shouted
        """

    @Test("each: one result for every element, in order, recorded as a scope that gathers them")
    func everyElement() async throws {
        let model = ScriptedReplies { request in
            ChatReply(text: String((request.messages.last?.content ?? "").dropFirst(6).uppercased()))
        }
        let workflow = try workflow(Self.mapping, model: model)
        let words = (0..<20).map { "word\($0)" }
        let trace = await run(workflow, ["words": .list(words.map(Value.text))])
        let results = try #require(trace.result?.value.list)
        #expect(results.map { $0["word"]?.text } == words)
        #expect(results.map { $0["loud"]?.text } == words.map { $0.uppercased() })
        #expect(trace.scopes.first?.name == "shouted")
        #expect(trace.scopes.count { $0.name == "shouted_item" && $0.parent == 0 } == 20)
        let gathered = try #require(trace.node(named: "shouted_all"))
        #expect(gathered.parents.map { trace[$0].base } == Array(repeating: "shouted_item", count: 20))
        #expect(trace.inputs(of: "shouted").map { String($0.split(separator: "=")[0]) } == ["list", "result"])
        // The same nodes in the same order, however the elements overlap.
        let again = await run(workflow, ["words": .list(words.map(Value.text))])
        #expect(again.nodes.map(\.name) == trace.nodes.map(\.name))
        #expect(again.nodes.map(\.value) == trace.nodes.map(\.value))
    }

    @Test("each: the first element that fails fails the step; an empty list gives an empty list")
    func eachFailing() async throws {
        let model = ScriptedReplies { request in
            if request.messages.last?.content == "Shout b" { throw ModelError(.badRequest, "no b") }
            return ChatReply(text: "X")
        }
        let trace = await run(try workflow(Self.mapping, model: model), ["words": ["a", "b", "c"]])
        let failure = try #require(trace.result)
        #expect(trace.outcome.name == "failed" && failure.value.plainText.contains("no b"))
        #expect(trace.nodes.contains { $0.base == "shouted" && $0.kind == .failure })
        #expect(await run(try workflow(Self.mapping), ["words": []]).result?.value == [])
        #expect(await run(try workflow(Self.mapping), ["words": "[\"a\"]"]).result?.value.list?.count == 1)
    }

    @Test(
        "each: what is asked does not depend on which element ends first; only the end of the run keeps the rest back")
    func eachGoingOn() async throws {
        let words = (0..<20).map { "word\($0)" }
        func asked(_ failure: ModelError.Code, concurrency: Int) async throws -> (asked: Set<String>, ending: String) {
            let model = ScriptedReplies { request in
                let word = String((request.messages.last?.content ?? "").dropFirst("Shout ".count))
                if word == "word1" { throw ModelError(failure, "no \(word)") }
                return ChatReply(text: "X")
            }
            let yaml = Self.mapping.replacing("concurrency: 3", with: "concurrency: \(concurrency)")
            let trace = await run(try workflow(yaml, model: model), ["words": .list(words.map(Value.text))])
            let asked = model.requests.compactMap { $0.messages.last?.content.dropFirst("Shout ".count) }
            return (Set(asked.map(String.init)), trace.result?.value.plainText ?? "cancelled")
        }
        for concurrency in [1, 3] {
            let all = try await asked(.badRequest, concurrency: concurrency)
            #expect(all.asked == Set(words) && all.ending.contains("no word1"))
        }
        let spent = try await asked(.budgetExhausted, concurrency: 1)
        #expect(spent.asked == ["word0", "word1"])
    }

    // MARK: when

    @Test(
        "when: only the branch that is taken runs",
        arguments: [("[$size, 3]", 5, "big"), ("[$size, 3]", 3, "small"), ("[$size, 3]", 1, "small")])
    func when(_ operands: String, _ size: Int, _ expected: String) async throws {
        let yaml = """
            inputs: { size: integer }
            models: { task: scripted:a }
            steps:
              kind:
                when: { above: \(operands) }
                then: { steps: { word: { prompt: "big {{size}}" } } }
                else: small
            output: $kind
            """
        let model = ScriptedReplies { _ in ChatReply(text: "big") }
        let trace = await run(try workflow(yaml, model: model), ["size": .integer(size)])
        #expect(trace.result?.value == .text(expected))
        #expect(model.requests.count == (expected == "big" ? 1 : 0))
        #expect(trace.inputs(of: "kind").first == "condition=kind_condition:0")
        #expect(trace.node(named: "kind_condition")?.value == .flag(expected == "big"))
    }

    @Test("conditions hold as they read")
    func conditions() {
        func holds(_ condition: Condition, _ values: [Value]) -> Bool {
            var values = values[...]
            defer { #expect(values.isEmpty) }
            return condition.holds(&values)
        }
        let x = Expression.literal(nil)
        for value: Value in [true, 1, "yes", [1], ["a": 1]] { #expect(holds(.holds(x), [value]), "\(value)") }
        for value: Value in [false, 0, "", "false", [], nil] { #expect(!holds(.holds(x), [value]), "\(value)") }
        #expect(holds(.equals(x, x), [2, 2.0]) && !holds(.equals(x, x), ["2", 2]))
        #expect(holds(.contains(x, x), ["hay needle", "needle"]) && holds(.contains(x, x), [[1, 2], 2]))
        #expect(
            holds(.above(x, x), ["10", 9]) && !holds(.above(x, x), ["ten", 9]) && !holds(.below(x, x), ["ten", 9]))
        #expect(holds(.all([.holds(x), .not(.holds(x))]), [true, false]))
        #expect(holds(.any([.holds(x), .holds(x), .holds(x)]), [true, false, false]))
    }

    // MARK: repeat

    private static let polish = """
        inputs: { text: text }
        models: { task: scripted:a }
        steps:
          polished:
            repeat: 5
            start: { draft: $text }
            steps:
              better: { prompt: "Improve {{draft}}" }
            until: { contains: [$better, "!!"] }
        output: $polished
        """

    @Test("repeat: hands the result to the next turn until the condition holds, and no further than it may")
    func repeated() async throws {
        let model = ScriptedReplies { request in
            ChatReply(text: String((request.messages.last?.content ?? "").dropFirst("Improve ".count)) + "!")
        }
        let trace = await run(try workflow(Self.polish, model: model), ["text": "hello"])
        #expect(trace.result?.value == "hello!!")
        #expect(trace.scopes.map(\.name) == ["polished", "polished_turn", "polished_turn"])
        #expect(trace.inputs(of: "polished") == ["draft=text:0", "result=polished_turn:1"])
        #expect(trace.inputs(of: "polished_turn:1").first == "draft=polished_turn:0")
        let bounded = try workflow(Self.polish.replacing("!!", with: "never"), model: model)
        #expect(await run(bounded, ["text": "hello"]).result?.value == "hello!!!!!")
    }

    // MARK: retries, timeout, schema

    @Test("retries: a model is asked afresh; a spent budget is not tried again")
    func retries() async throws {
        let yaml = """
            models: { task: scripted:a }
            steps: { reply: { prompt: hi, retries: 2 } }
            output: $reply
            """
        let model = ScriptedReplies { request in
            guard request.repetition >= 2_000_000 else { throw ModelError(.badRequest, "not yet") }
            return ChatReply(text: "now")
        }
        let trace = await run(try workflow(yaml, model: model), [:])
        #expect(trace.result?.value == "now" && model.requests.count == 3)
        #expect(trace.nodes.filter { $0.base == "reply" }.map(\.kind) == [.failure, .failure, .operation])
        let spent = ScriptedReplies { _ in throw ModelError(.budgetExhausted, "spent") }
        _ = await run(try workflow(yaml, model: spent), [:])
        #expect(spent.requests.count == 1)
    }

    @Test("timeout: a step that takes too long is a failure that reads what the step was given")
    func timeout() async throws {
        struct Endless: LanguageModel {
            func reply(to request: ChatRequest) async throws -> ChatReply {
                // Nothing ever comes: only the cancellation of the task ends the wait.
                let (replies, source) = AsyncStream<ChatReply>.makeStream()
                for await reply in replies { return reply }
                withExtendedLifetime(source) {}
                throw CancellationError()
            }
        }
        let yaml = """
            inputs: { x: text }
            models: { task: scripted:a }
            steps: { reply: { prompt: "{{x}}", timeout: 50ms } }
            output: $reply
            """
        let trace = await run(try workflow(yaml, model: Endless()), ["x": "a"])
        #expect(trace.result?.value == "(stepTimeout) step 'reply' took longer than 0.05 s")
        #expect(trace.inputs(of: "reply") == ["x=x:0"])
    }

    @Test(
        "schema: what does not fit is a failure that says where",
        arguments: [
            (#"{"amount": 3, "kind": "a"}"#, nil),
            (#"{"amount": "3", "kind": "a"}"#, #"$.amount: expected number, found "3""#),
            (#"{"amount": -1, "kind": "a"}"#, "$.amount: expected at least 0"),
            (#"{"amount": 1}"#, "$: the field 'kind' is missing"),
            (#"{"amount": 1, "kind": "c"}"#, #"$.kind: expected one of "a", "b", found "c""#),
            (#"{"amount": 1, "kind": "a", "more": 1}"#, "$: the field 'more' is not allowed"),
            ("I think", "the reply is not JSON"),
        ] as [(String, String?)])
    func schema(_ reply: String, _ objection: String?) async throws {
        let yaml = """
            models: { task: scripted:a }
            steps:
              facts:
                prompt: hi
                schema:
                  type: object
                  required: [amount, kind]
                  additionalProperties: false
                  properties: { amount: { type: number, minimum: 0 }, kind: { enum: [a, b] } }
            output: $facts
            """
        let trace = await run(try workflow(yaml, model: ScriptedReplies(reply)), [:])
        guard let objection else {
            #expect(trace.result?.value == .text(reply))
            return
        }
        #expect(trace.result?.value == .text("(schemaMismatch) \(objection)"))
        #expect(trace.inputs(of: "facts_check") == ["result=facts:0"])
    }

    // MARK: Files

    @Test("mistakes inside of blocks have their places")
    func mistakes() {
        func problems(_ steps: String) -> [String] {
            WorkflowFixture.problems("name: w\ninputs: { xs: list }\nmodels: { task: scripted:a }\nsteps:\n" + steps)
        }
        #expect(
            problems("  a: { each: $xs, steps: { b: { prompt: \"{{itm}}\" } } }\noutput: $a").contains {
                $0.contains("did you mean 'item'?")
            })
        #expect(
            problems("  a: { each: $xs, as: xs, steps: { b: { prompt: hi } } }\noutput: $a").contains {
                $0.contains("'xs' is already the name of an input")
            })
        #expect(
            problems("  a: { each: $xs, steps: { b: { prompt: hi } } }\noutput: $b").contains {
                $0.contains("nothing is called $b")
            })
        #expect(
            problems("  a: { when: { abov: [1, 2] }, then: 1 }\noutput: $a").contains {
                $0.contains("unknown key 'abov' in a condition, did you mean 'above'?")
            })
        #expect(
            problems("  a: { repeat: 3, start: { x: 1 }, steps: { b: { prompt: hi } }, next: { y: $b } }\noutput: $a")
                .contains { $0.contains("'next' names 'y', which 'start' does not; expected x") })
        #expect(
            problems("  a: { prompt: hi, schema: { type: object }, retries: many }\noutput: $a").contains {
                $0.contains("expected a whole number for 'retries'")
            })
        #expect(
            problems("  a: { each: $xs, steps: { b: { prompt: hi } }, schema: { pattern: x } }\noutput: $a").contains {
                $0.contains("'pattern' in the schema is not known here")
            })
    }

    @Test("code in a block that works on what altered code decides counts as a model's")
    func reach() throws {
        let file = try WorkflowFixture.read(
            """
            name: w
            inputs: { xs: list }
            parameters:
              make: { kind: code, entry: "make(xs)", value: "def make(xs): return xs" }
            steps:
              made: { code: $make, with: { xs: $xs } }
              all:
                each: $made
                steps:
                  inner: { code: "def f(item): return item", entry: f(item) }
            output: $all
            """)
        let reach = CodeReach(in: file)
        let inner = try #require(file.allSteps.first { $0.name == "inner" })
        #expect(reach.origin(of: inner.references, altering: ["make"]) == .model)
        #expect(reach.origin(of: inner.references, altering: []) == .author)
    }
}
