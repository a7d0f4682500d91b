import Synchronization
import Testing
@testable import TraceGraph

struct Triage: Sendable {
    @Parameter("instruction", constraint: "keep {message}") var instruction = "Route the message."
    @Parameter("creativity", in: 0...1) var creativity = 0.2

    func run(_ message: Traced<String>) async throws -> Traced<String> {
        let prompt: Traced<String> = "\($instruction)\n\n\(message)"
        let reply = try await traced("reply", prompt, $creativity) { prompt, creativity in
            await Task { "\(prompt.count) \(creativity)" }.value
        }
        return traced("normalise", reply) { $0.uppercased() }
    }
}

struct NoMessage: Error {}

@Suite("Recording")
struct RecordingTests {
    let triage = Triage()

    @Test("operations, interpolation and parameters become nodes with their inputs by name")
    func graph() async throws {
        let trace = await Trace.record { try await triage.run(Traced("Hello", name: "message")) }
        #expect(
            trace.nodes.map(\.name) == [
                "message:0", "instruction:0", "format:0", "creativity:0", "reply:0", "normalise:0",
            ])
        let format = try #require(trace.node(named: "format"))
        #expect(format.value == "Route the message.\n\nHello")
        #expect(format.inputs.map { trace[$0.node].name } == ["instruction:0", "message:0"])
        let reply = try #require(trace.node(named: "reply"))
        #expect(reply.inputs.map(\.name) == ["format", "creativity"])
        #expect(trace.nodes.map(\.level) == [0, 0, 1, 0, 2, 3])
        #expect(trace.result?.name == "normalise:0")
        #expect(trace.parameters.map { trace[$0].name } == ["instruction:0", "creativity:0"])
    }

    @Test("recording does not change results, and nothing is recorded outside")
    func transparent() async throws {
        let plain = try await triage.run(Traced("Hello"))
        let trace = await Trace.record { try await triage.run(Traced("Hello")) }
        #expect(trace.result?.value == .text(plain.value))
        #expect(plain.node == nil)
        #expect(!Recording.isActive)
    }

    @Test("a candidate is bound for its run alone, any number at once")
    func candidates() async throws {
        let traces = await withTaskGroup(of: (Int, Trace).self) { group in
            for number in 0..<64 {
                group.addTask {
                    let candidate = Candidate(values: ["instruction": .text("i\(number)")])
                    return (
                        number,
                        await Trace.record(candidate) { try await triage.run(Traced("m\(number)", name: "message")) }
                    )
                }
            }
            var all: [(Int, Trace)] = []
            for await one in group { all.append(one) }
            return all
        }
        #expect(traces.count == 64)
        for (number, trace) in traces {
            #expect(trace.node(named: "format")?.value == .text("i\(number)\n\nm\(number)"))
            #expect(trace.nodes.count == 6)
        }
        #expect(triage.instruction == "Route the message.")
    }

    @Test("a parameter is recorded once however often it is read")
    func onceRead() async {
        let trace = await Trace.record {
            let a: Traced<String> = "\(triage.$instruction)"
            let b: Traced<String> = "\(triage.$instruction)"
            return traced("join", a, b) { $0 + $1 }
        }
        #expect(trace.parameters.count == 1)
    }

    @Test("the same node under two arguments is one parent with two named inputs")
    func sameTwice() async {
        let trace = await Trace.record {
            let x = Traced(3, name: "x")
            return traced("add", x.as("left"), x.as("right")) { $0 + $1 }
        }
        #expect(trace.result?.inputs == [.init(name: "left", node: NodeID(0)), .init(name: "right", node: NodeID(0))])
        #expect(trace.result?.value == 6)
    }

    @Test("arguments are called after their nodes, with their position where that is not clear, and never the same")
    func argumentNames() async {
        let trace = await Trace.record {
            let x = Traced(1, name: "x"), again = Traced(2, name: "x"), counted = Traced(3, name: "x1")
            return traced("join", x, again, counted, Traced(4, name: "y")) { $0 + $1 + $2 + $3 }
        }
        #expect(trace.result?.inputs.map(\.name) == ["x0", "x1_", "x1", "y"])
    }

    @Test("literals become constants, and values of another recording come in as constants")
    func constants() async {
        let outside = Traced("free", name: "word")
        let trace = await Trace.record { traced("join", outside, Traced.constant("lit", name: "suffix")) { $0 + $1 } }
        #expect(trace.nodes.map(\.kind) == [.constant, .constant, .operation])
        #expect(trace.nodes.map(\.name) == ["word:0", "suffix:0", "join:0"])
    }

    @Test("a failure is a node with its inputs, also when the error says nothing")
    func failure() async throws {
        let trace = await Trace.record {
            let x = Traced("in", name: "x")
            return try traced("parse", x) { _ -> Int in throw NoMessage() }
        }
        let failure = try #require(trace.result)
        #expect(trace.outcome == .failed(failure.id))
        #expect(failure.kind == .failure)
        #expect(failure.value.text?.hasPrefix("(NoMessage)") == true)
        #expect(failure.inputs.map(\.node) == [NodeID(0)])
        #expect(trace.error is NoMessage)
    }

    @Test("an error outside any operation still ends the trace at a failure node")
    func strayFailure() async {
        let trace = await Trace.record { () async throws -> Traced<Int> in throw NoMessage() }
        #expect(trace.result?.kind == .failure)
    }

    @Test("a cancelled task leaves the part that was recorded")
    func cancelled() async {
        let (stream, started) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            await Trace.record {
                let x = Traced(1, name: "x")
                return try await traced("wait", traced("double", x) { $0 * 2 }) { number in
                    started.yield()
                    while true {
                        try Task.checkCancellation()
                        await Task.yield()
                    }
                    return number
                }
            }
        }
        for await _ in stream { break }
        task.cancel()
        let trace = await task.value
        #expect(trace.outcome == .cancelled)
        #expect(trace.nodes.map(\.name) == ["x:0", "double:0"])
    }

    @Test("child tasks write to the recording of their parent, inputs always before what reads them")
    func childTasks() async {
        let trace = await Trace.record {
            async let left = traced("left", Traced(1, name: "a")) { number in await Task { number + 1 }.value }
            async let right = traced("right", Traced(2, name: "b")) { number in await Task { number + 1 }.value }
            return try await traced("sum", left, right) { $0 + $1 }
        }
        #expect(trace.result?.value == 5)
        #expect(Set(trace.nodes.map(\.name)) == ["a:0", "b:0", "left:0", "right:0", "sum:0"])
        for node in trace.nodes { #expect(node.inputs.allSatisfy { $0.node < node.id }) }
    }

    @Test("what a composite operation records is in its scope and stays connected")
    func scopes() async throws {
        let trace = await Trace.record {
            let x = Traced("q", name: "question")
            return try await scope("agent", inputs: [x.input()]) {
                let prompt: Traced<String> = "\(triage.$instruction) \(x)"
                return traced("act", prompt) { $0 + "!" }
            }
        }
        #expect(trace.scopes == [Scope(name: "agent", parent: nil)])
        #expect(trace.node(named: "act")?.scope == 0)
        #expect(trace.node(named: "agent")?.scope == nil)
        let output = try #require(trace.result)
        #expect(
            try trace.subgraph(from: [output.id]).nodes.map { trace[$0].base } == [
                "instruction", "format", "act", "agent",
            ])
    }

    @Test("a candidate's value of the wrong kind fails the trace instead of being ignored")
    func wrongKind() async {
        let trace = await Trace.record(Candidate(values: ["creativity": "high"])) { try await triage.run(Traced("m")) }
        #expect(trace.outcome.name == "failed")
        #expect(trace.result?.value.text?.contains("creativity") == true)
    }

    @Test("model calls are noted in the operation that made them")
    func calls() async throws {
        let trace = await Trace.record {
            try await traced("outer", Traced(1)) { number in
                await Task.yield()
                Recording.note(
                    model: "scripted:x", completion: nil, usage: Usage(calls: 1, promptTokens: 5), wasCached: false,
                    duration: 0)
                return number
            }
        }
        #expect(trace.calls.map { trace[$0.node].name } == ["outer:0"])
        #expect(trace.usage.promptTokens == 5)
    }

    @Test("a composite operation that fails is a failure that reads the inner one")
    func failingScope() async throws {
        let trace = await Trace.record {
            let x = Traced("q", name: "question")
            return try await scope("agent", inputs: [x.input()]) {
                try traced("act", x) { _ -> String in throw NoMessage() }
            }
        }
        let agent = try #require(trace.node(named: "agent"))
        #expect(trace.outcome == .failed(agent.id))
        #expect(agent.kind == .failure)
        #expect(agent.inputs.map(\.name) == ["question", "failure"])
        #expect(agent.inputs.map { trace[$0.node].base } == ["question", "act"])
    }

    @Test("composite operations that do not wait are the same as those that do, nested and failing ones too")
    func plainScopes() async throws {
        func agent(_ x: Traced<String>) throws -> Traced<String> {
            try scope("agent", inputs: [x.input()]) {
                let plan = scope("plan") { traced("think", x, triage.$instruction) { "\($0) \($1)" } }
                return try traced("act", plan) { plan in
                    if plan.hasPrefix("fail") { throw NoMessage() }
                    return plan
                }
            }
        }
        #expect(try agent(Traced("q")).value == "q Route the message.")
        let trace = await Trace.record { try agent(Traced("q", name: "question")) }
        #expect(trace.scopes == [Scope(name: "agent", parent: nil), Scope(name: "plan", parent: 0)])
        #expect(trace.node(named: "think")?.scope == 1 && trace.node(named: "plan")?.scope == 0)
        #expect(trace.result?.inputs.map(\.name) == ["question", "result"])
        let output = try #require(trace.result?.id)
        #expect(try trace.subgraph(from: [output]).nodes.contains { trace[$0].base == "instruction" })
        let failed = await Trace.record { try agent(Traced("fail", name: "question")) }
        let end = try #require(failed.result)
        #expect(failed.outcome == .failed(end.id) && end.base == "agent")
        #expect(end.inputs.map { failed[$0.node].base } == ["question", "act"])
    }

    @Test("a value that an operation takes from its surroundings is reported, one it receives is not")
    func hiddenInputs() async throws {
        let trace = await Trace.record {
            let x = Traced(1, name: "x")
            let y = Traced(2, name: "y")
            let sum = traced("sum", x) { $0 + y.value + x.value }
            return try await traced("late", sum) { sum in
                await Task.yield()
                return sum + y.value + triage.instruction.count
            }
        }
        let sum = try #require(trace.node(named: "sum")).id
        let late = try #require(trace.node(named: "late")).id
        let y = try #require(trace.node(named: "y")).id
        let instruction = try #require(trace.node(named: "instruction")).id
        #expect(
            trace.hiddenInputs == [
                HiddenInput(reader: sum, node: y), HiddenInput(reader: late, node: y),
                HiddenInput(reader: late, node: instruction),
            ])
        #expect(trace.parameters == [instruction])
    }

    @Test("a parameter read by its plain name is reported even outside operations")
    func plainParameter() async throws {
        let trace = await Trace.record {
            let loud = triage.creativity > 0.1
            return traced("say", Traced("hi", name: "text")) { loud ? $0.uppercased() : $0 }
        }
        let creativity = try #require(trace.node(named: "creativity")).id
        #expect(trace.hiddenInputs == [HiddenInput(reader: nil, node: creativity)])
        let clean = await Trace.record { try await triage.run(Traced("m", name: "message")) }
        #expect(clean.hiddenInputs.isEmpty)
    }

    @Test("what concurrent operations read is not mixed up")
    func concurrentReads() async throws {
        let trace = await Trace.record {
            let values = (0..<64).map { Traced($0, name: "value") }
            let hidden = Traced(1, name: "hidden")
            let sums = await withTaskGroup(of: Traced<Int>.self) { group in
                for value in values {
                    group.addTask { traced("sum", value) { $0.isMultiple(of: 2) ? $0 + hidden.value : $0 } }
                }
                var sums: [Traced<Int>] = []
                for await sum in group { sums.append(sum) }
                return sums
            }
            return traced("total", inputs: sums.map { $0.input() }) { sums.map(\.value).reduce(0, +) }
        }
        let readers = trace.hiddenInputs.compactMap(\.reader)
        #expect(readers.count == 32)
        for reader in readers {
            #expect(trace[reader].base == "sum")
            #expect(trace[trace[reader].parents[0]].value.integer?.isMultiple(of: 2) == true)
        }
    }

    @Test("a task that outlives its recording neither changes the trace nor disturbs anything")
    func lateTask() async {
        let (stream, go) = AsyncStream.makeStream(of: Void.self)
        let late = Guarded<Task<Traced<Int>, Never>?>(nil)
        let trace = await Trace.record {
            let x = Traced(1, name: "x")
            late.withLock {
                $0 = Task {
                    for await _ in stream { break }
                    let y = traced("late", x, Traced(7, name: "new")) { $0 + $1 }
                    return traced("later", y, triage.$creativity) { number, _ in number }
                }
            }
            return x
        }
        go.yield()
        let result = await late.withLock { $0 }?.value
        #expect(result?.value == 8)
        #expect(trace.nodes.map(\.name) == ["x:0"])
    }

    @Test("an error of its own with which a cancelled task ends does not make the trace a failed one")
    func cancelledOtherwise() async {
        let (stream, started) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            await Trace.record {
                try await traced("fetch", Traced(1, name: "x")) { _ -> Int in
                    started.yield()
                    while !Task.isCancelled { await Task.yield() }
                    throw NoMessage()
                }
            }
        }
        for await _ in stream { break }
        task.cancel()
        let trace = await task.value
        #expect(trace.outcome == .cancelled && trace.error == nil)
        #expect(trace.nodes.map(\.kind) == [.input, .failure])
    }

    @Test("operations say where they stand, those of the module itself do not")
    func locations() async throws {
        let line = #line
        let trace = await Trace.record {
            let x = Traced(1.0, name: "x")
            let y = traced("step", x) { $0 + 1 }
            let z = traced("step", y, x) { $0 + $1 }
            let all = traced("all", x, y, z) { $0 + $1 + $2 }
            let waited = try await traced("wait", all) { number in
                await Task.yield()
                return number
            }
            return try await scope("agent", inputs: [waited.input()]) { waited + 1 }
        }
        func location(_ base: String) -> String? { trace.node(named: base)?.operation?.location }
        let file = #fileID
        #expect(location("step:0") == "\(file):\(line + 3)")
        #expect(location("step:1") == "\(file):\(line + 4)")
        #expect(location("all") == "\(file):\(line + 5)")
        #expect(location("wait") == "\(file):\(line + 6)")
        #expect(location("agent") == "\(file):\(line + 10)")
        #expect(location("add") == "")
        // One line is one operation, however often it runs.
        let looped = await Trace.record {
            var x = Traced(1, name: "x")
            for _ in 0..<10 { x = traced("step", x) { $0 + 1 } }
            return x
        }
        #expect(looped.operations.count == 1)
    }

    @Test("all parameters of a structure are found by reflection, in order")
    func reflection() {
        struct Outer { let inner = Triage(); @Parameter("depth") var depth = 3 }
        let space = ParameterSpace(of: Outer())
        #expect(space.definitions.map(\.name) == ["instruction", "creativity", "depth"])
        #expect(space["creativity"]?.constraint.range == 0...1)
        #expect(space.seed["depth"] == 3)
    }

    @Test("so are those of structures in arrays, tuples and optionals, and what has one name is one")
    func reflectionInside() {
        struct Expert: Sendable {
            @Parameter<String> var prompt: String
            init(_ name: String) { _prompt = Parameter(wrappedValue: "You are \(name).", name, kind: .text) }
        }
        struct Team {
            let experts = [Expert("lawyer"), Expert("clerk"), Expert("lawyer")]
            let pair = (first: Expert("judge"), second: Expert("clerk"))
            let spare: Expert? = Expert("witness")
            let missing: Expert? = nil
        }
        let space = ParameterSpace(of: Team())
        #expect(space.definitions.map(\.name) == ["lawyer", "clerk", "judge", "witness"])
        #expect(space.seed["judge"] == "You are judge.")
    }
}
