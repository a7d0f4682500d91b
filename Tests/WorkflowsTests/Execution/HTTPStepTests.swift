import Evaluation
import Foundation
import HTTPTypes
import LanguageModels
import Synchronization
import Testing
import TraceGraph

@testable import Workflows

@Suite("Steps that send a request")
struct HTTPStepTests: StepTesting {
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
}
