import Evaluation
import Foundation
import HTTPTypes
import LanguageModels
import Synchronization
import Testing
import TraceGraph

@testable import Workflows

@Suite("Kinds of steps")
struct StepKindTests {
    private func workflow(
        _ yaml: String, model: any LanguageModel = ScriptedReplies("ok"), environment: [String: String] = [:],
        transport: (any HTTPTransport)? = nil
    ) throws -> Workflow {
        let environment = ["PATH": "/usr/bin:/bin"].merging(environment) { _, new in new }
        return try Workflow(
            file: WorkflowFixture.read("name: w\n" + yaml, environment: environment), models: { _ in model },
            environment: environment, transport: transport)
    }

    private func run(_ workflow: Workflow, _ fields: Fields) async -> Trace {
        await workflow.run(Candidate(values: [:]), on: Example(id: "a", fields: fields), repetition: 0)
    }

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

    // MARK: http

    private static let http = """
        inputs: { city: text, day: integer }
        steps:
          weather:
            http: "https://weather.test/v1/{{city}}?units=c"
            headers: { Authorization: "Bearer ${WEATHER_KEY}" }
            body: { day: $day }
            retries: 1
        output: $weather.sky
        """

    @Test("http: values are escaped, the body is JSON, secrets stay out of trace, file and errors")
    func http() async throws {
        let transport = StubTransport { _ in (200, #"{"sky": "grey"}"#) }
        let workflow = try workflow(Self.http, environment: ["WEATHER_KEY": "s3cret-key"], transport: transport)
        let trace = await run(workflow, ["city": "São Paulo/x", "day": 3])
        #expect(trace.result?.value == "grey")
        let request = try #require(transport.requests.first)
        #expect(request.address.path == "/v1/S%C3%A3o%20Paulo%2Fx")
        #expect(request.method == .post && request.body == Array(#"{"day":3}"#.utf8))
        #expect(request.fields[.authorization] == "Bearer s3cret-key")
        #expect(trace.inputs(of: "weather") == ["city=city:0", "body=weather_body:0"])
        for node in trace.nodes {
            #expect(!node.value.json.contains("s3cret") && node.operation?.documentation.contains("s3cret") != true)
        }
        #expect(!workflow.file.fingerprint.json.contains("s3cret"))
        #expect(
            WorkflowFixture.problems("name: w\n" + Self.http).first
                == "6:31: the environment variable WEATHER_KEY is not set; set it or write ${WEATHER_KEY:-default}")
    }

    @Test("http: variables of the address that are named like a secret are filled in for the request alone")
    func httpSecretAddress() async throws {
        let transport = StubTransport { _ in (200, #"{"sky": "s3cret-key"}"#) }
        let yaml = Self.http.replacing("?units=c", with: "?units=${UNITS:-c}&key=${WEATHER_KEY}&plain=$${X_KEY}")
        let workflow = try workflow(yaml, environment: ["WEATHER_KEY": "s3cret-key"], transport: transport)
        let trace = await run(workflow, ["city": "${WEATHER_KEY}", "day": 3])
        #expect(trace.result?.value == "[hidden]")
        // What an example brings is escaped and names no variable.
        #expect(transport.requests.first?.address.path == "/v1/%24%7BWEATHER_KEY%7D")
        for node in trace.nodes {
            #expect(!node.value.json.contains("s3cret") && node.operation?.documentation.contains("s3cret") != true)
        }
        #expect(!workflow.file.fingerprint.json.contains("s3cret"))
        #expect(!workflow.file.variables.keys.contains("WEATHER_KEY"))
        #expect(WorkflowFixture.problems("name: w\n" + yaml).contains { $0.contains("WEATHER_KEY is not set") })
    }

    @Test("http: a secret that the server repeats is hidden in its answer", arguments: ["json", "text"])
    func httpEcho(_ output: String) async throws {
        let key = #"s3cret/"key"#
        let transport = StubTransport { _ in
            (200, #"{"sky": "grey", "sent": ["Bearer s3cret\/\"key", {"s3cret/\"key": 1}], "raw": "s3cret/\"key"}"#)
        }
        let yaml = Self.http.replacing("retries: 1", with: "output: \(output)").replacing(
            "$weather.sky", with: "$weather")
        let trace = await run(
            try workflow(yaml, environment: ["WEATHER_KEY": key], transport: transport), ["city": "a", "day": 1])
        let answer = try #require(trace.result?.value)
        if output == "json" {
            #expect(answer == ["sky": "grey", "sent": ["Bearer [hidden]", ["[hidden]": 1]], "raw": "[hidden]"])
        } else {
            #expect(answer.plainText.contains(#""raw": "[hidden]""#) && !answer.plainText.contains("s3cret"))
        }
    }

    @Test("http: a failure shows no part of a secret, however often and in whatever spelling the server repeats it")
    func httpRefusalEcho() async throws {
        let key = "s3cret/key-4712-never-shown-anywhere-at-all"
        let spellings = [key, key.replacing("/", with: #"\/"#), key.replacing("/", with: "%2F")]
        for shift in 0..<key.count {
            let transport = StubTransport { _ in
                let page = String(repeating: ".", count: shift) + String(repeating: spellings.joined(), count: 40)
                return (500, page)
            }
            let trace = await run(
                try workflow(
                    Self.http.replacing("retries: 1", with: "retries: 0"), environment: ["WEATHER_KEY": key],
                    transport: transport), ["city": "a", "day": 1])
            let told = try #require(trace.result?.value.plainText)
            #expect(told.contains("500") && told.contains("[hidden]"), "\(told)")
            for part in ["s3cret", "key-4712", "4712", "never", "anywhere"] { #expect(!told.contains(part), "\(told)") }
        }
    }

    @Test("http: what a header says that is no secret is left in an answer, and hidden in a failure")
    func httpPlainHeaders() async throws {
        let environment = [
            "TENANT": "northwind-traders", "SIGN": "sign-4712-never", "DOOR": "door-4712-never",
            "SESSION": "crumbs-4712-never", "SHOP_TOKEN": "shop-4712-never",
        ]
        let told = "northwind-traders sign-4712-never door-4712-never crumbs-4712-never shop-4712-never"
        let headers = """
            headers: { X-Tenant: "${TENANT}", x-api-key: "${SIGN}", Proxy-Authorization: "Basic ${DOOR}", \
            Cookie: "s=${SESSION}", X-Shop: "${SHOP_TOKEN}" }
            """
        let yaml = Self.http.replacing(#"headers: { Authorization: "Bearer ${WEATHER_KEY}" }"#, with: headers)
        for status in [200, 403] {
            let transport = StubTransport { _ in (status, #"{"sky": "\#(told)"}"#) }
            let trace = await run(
                try workflow(yaml, environment: environment, transport: transport), ["city": "a", "day": 1])
            let result = trace.result?.value.plainText ?? ""
            if status == 200 {
                #expect(result == "northwind-traders [hidden] [hidden] [hidden] [hidden]")
            } else {
                #expect(result.hasSuffix(#"{"sky": "[hidden] [hidden] [hidden] [hidden] [hidden]"}"#), "\(result)")
            }
        }
    }

    @Test("http: a request is made once, unless it says otherwise; in mode only none is made")
    func httpCached() async throws {
        let transport = StubTransport { number in number == 1 ? (503, "busy") : (200, #"{"sky": "\#(number)"}"#) }
        let cache = MemoryNodeCache()
        func run(_ yaml: String, _ mode: CacheMode = .use, city: String = "a", repetition: Int = 0) async throws
            -> Trace
        {
            let workflow = try Workflow(
                file: WorkflowFixture.read("name: w\n" + yaml, environment: ["WEATHER_KEY": "s3cret-key"]),
                models: { _ in ScriptedReplies("ok") }, environment: ["WEATHER_KEY": "s3cret-key"],
                nodes: CachedNodes(cache, mode: mode), transport: transport)
            return await workflow.run(
                Candidate(values: [:]), on: Example(id: "a", fields: ["city": .text(city), "day": 1]),
                repetition: repetition)
        }
        let cached = Self.http
        let uncached = Self.http.replacing("retries: 1", with: "retries: 1\n    cache: false")
        // The first try is refused, the second answered; what is kept answers the first.
        #expect(try await run(cached).result?.value == "2" && transport.requests.count == 2)
        #expect(try await run(cached).result?.value == "2" && transport.requests.count == 2)
        #expect(try await run(cached, .only).result?.value == "2" && transport.requests.count == 2)
        #expect(try await run(cached, repetition: 1).result?.value == "3")
        #expect(try await run(cached, city: "b").result?.value == "4")
        #expect(try await run(uncached).result?.value == "5")
        #expect(try await run(cached, .refresh).result?.value == "6")
        for (yaml, city) in [(cached, "c"), (uncached, "a")] {
            let refused = try await run(yaml, .only, city: city)
            #expect(refused.ending.contains("cache mode `only`"), "\(refused.ending)")
        }
        #expect(transport.requests.count == 6)
    }

    @Test("http: a busy server is asked again, a refusal is a failure that shows what it said")
    func httpFailing() async throws {
        let environment = ["WEATHER_KEY": "s3cret-key"]
        let busy = StubTransport { $0 == 1 ? (503, "busy") : (200, #"{"sky": "blue"}"#) }
        let trace = await run(
            try workflow(Self.http, environment: environment, transport: busy), ["city": "a", "day": 1])
        #expect(trace.result?.value == "blue" && busy.requests.count == 2)
        #expect(trace.node(named: "weather:0")?.kind == .failure)
        let refusing = StubTransport { _ in (401, "bad key s3cret-key") }
        let refused = await run(
            try workflow(Self.http, environment: environment, transport: refusing), ["city": "a", "day": 1])
        let text = refused.result?.value.plainText ?? ""
        #expect(text == "(serverRefused) the server answered 401\nbad key [hidden]")
    }

    private static let around = [
        """
            each: [a, a, b]
            as: city
            retries: 1
            steps:
        """,
        """
            repeat: 3
            start: { city: $word }
            next: { city: $city }
            retries: 1
            steps:
        """,
        """
            when: $word
            retries: 1
            then:
              steps:
        """,
    ]

    @Test(
        "http: what was answered stands when a step around it is tried again; models are asked afresh",
        arguments: around.indices)
    func httpRetriedAround(_ kind: Int) async throws {
        let city = kind == 2 ? "word" : "city"
        let yaml = """
            name: w
            inputs: { word: text }
            models: { task: scripted:a }
            steps:
              all:
            \(Self.around[kind])
                    said: { prompt: "Where is {{\(city)}}?" }
                    booked: { http: "https://shop.test/{{\(city)}}", method: post }
                    checked: { http: "https://shop.test/check", body: [$said, $booked] }
            output: $all
            """
        // The first check is refused, and everything around it is done once more.
        let checks = Mutex(0)
        let transport = StubTransport(answering: { request, number in
            guard request.address.path == "/check" else { return (200, "\(number)") }
            let isFirst = checks.withLock { checks in
                checks += 1
                return checks == 1
            }
            return isFirst ? (404, "no") : (200, String(decoding: request.body, as: UTF8.self))
        })
        let model = ScriptedReplies("there")
        let workflow = try Workflow(
            file: WorkflowFixture.read(yaml), models: { _ in model }, nodes: CachedNodes(MemoryNodeCache()),
            transport: transport)
        let trace = await run(workflow, ["word": "a"])
        #expect(trace.outcome.name == "completed", "\(trace.ending)")
        let times = kind == 2 ? 1 : 3
        #expect(transport.requests.count { $0.address.path != "/check" } == times, "each is booked once")
        #expect(Set(model.requests.map(\.repetition)).count >= 2, "the model is asked afresh")
        #expect(model.requests.count > times)
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
