import Evaluation
import Foundation
import LanguageModels
import Testing
import TraceGraph

@testable import Optimization

/// What the trace is for: find x with f(x) = y*, by a model that knows no more than it is shown.
@Suite("A numeric toy with the trace and without") struct OptoPrimeTraceTests {
    @Test(
        "is solved in one step by who reads the graph, and in more by who sees outputs alone",
        arguments: 1..<9 as Range<UInt64>)
    func steps(_ seed: UInt64) async throws {
        let open = try await stepsTaken(Toy(seed: seed, isOpen: true))
        let closed = try await stepsTaken(Toy(seed: seed, isOpen: false))
        #expect(open == 1)
        #expect(try #require(closed) > 3, "\(String(describing: closed))")
    }

    /// The step whose candidate hits, nil for none of thirty.
    private func stepsTaken(_ toy: Toy) async throws -> Int? {
        let seen = Seen()
        let metric = Nearness(target: toy.target)
        let loop = OptimizationLoop(
            evaluator: Evaluator(subject: toy, metrics: [metric], objective: Objective(metric)),
            splits: .init(
                train: [Example(id: "t", fields: [:])], validation: [Example(id: "v", fields: [:])],
                holdout: [Example(id: "h", fields: [:])]),
            plan: OptimizationPlan(steps: 30, minibatch: 1, siblings: 1, seed: 1, patience: nil), gate: Gate(metric),
            purpose: "", expectations: nil, model: Reader(), modelName: ModelName(provider: "openai", model: "test"),
            ledger: Ledger(), journal: seen)
        _ = try await loop.run(
            OptoPrime(),
            as: RunRecord(
                name: "toy-0", workflow: "toy", optimizer: OptoPrime.name, seed: 1, settings: .null,
                parameters: toy.parameters), events: { seen.note($0) })
        return seen.all.steps.first { step in
            step.index > 0 && step.candidates.contains { abs(($0["x"]?.number ?? 0) - toy.solution) < 0.01 }
        }?.index
    }
}

/// (slope · x)² + offset, as three operations or as one that shows nothing of itself.
private struct Toy: Optimizable {
    static let x = ParameterDefinition("x", kind: .number, initial: 1, constraint: .init(range: 0...1000))
    let slope: Double
    let offset: Double
    let solution: Double
    let isOpen: Bool
    var target: Double { f(solution) }

    init(seed: UInt64, isOpen: Bool) {
        var random = SeededGenerator(seed: seed)
        slope = random.uniform(in: 2...5)
        offset = random.uniform(in: -20...20)
        solution = random.uniform(in: 5...40)
        self.isOpen = isOpen
    }

    var parameters: ParameterSpace { ParameterSpace([Self.x]) }

    func f(_ x: Double) -> Double { (slope * x) * (slope * x) + offset }

    func run(_ candidate: Candidate, on example: Example, repetition: Int) async -> Trace {
        await Trace.record(candidate) {
            let x = Traced<Value>.parameter(Self.x)
            guard isOpen else {
                return traced("mystery", node: "result", inputs: [x.input(as: "x")]) { f(x.value.number ?? 0) }
            }
            let (slope, offset) = (Traced(slope, name: "slope"), Traced(offset, name: "offset"))
            let product = traced("multiply", node: "product", inputs: [x.input(as: "a"), slope.input(as: "b")]) {
                (x.value.number ?? 0) * slope.value
            }
            let square = traced("multiply", node: "square", inputs: [product.input(as: "a"), product.input(as: "b")]) {
                product.value * product.value
            }
            return traced("add", node: "result", inputs: [square.input(as: "a"), offset.input(as: "b")]) {
                square.value + offset.value
            }
        }
    }
}

/// How near the result is, and in words on which side.
private struct Nearness: Metric {
    let name = "nearness"
    let direction = MetricDirection.maximize
    let target: Double

    func score(_ subject: MetricSubject) async throws -> Score {
        let error = (subject.output?.number ?? 0) - target
        return Score(-abs(error), feedback: "The result should be \(target). It is off by \(error).")
    }
}

/// Solves for x by what the prompt shows: back through the operations where it can, else halfway between what it is told
/// was too little and too much.
private struct Reader: LanguageModel {
    func reply(to request: ChatRequest) async throws -> ChatReply {
        let prompt = request.messages.map(\.content).joined(separator: "\n")
        let x = try solved(prompt) ?? guessed(prompt)
        return ChatReply(text: #"{"reasoning": "solved", "suggestion": {"x": \#(x)}}"#)
    }

    private func solved(_ prompt: String) throws -> Double? {
        var known: [String: Double] = [:]
        for match in prompt.matches(of: /(?m)^(\w+) = (-?[0-9.e+-]+)$/) { known[String(match.1)] = Double(match.2) }
        guard var wanted = prompt.firstMatch(of: /should be (-?[0-9.]+[0-9])/).flatMap({ Double($0.1) }) else {
            return nil
        }
        var operations = prompt.matches(of: /(?m)^(\w+) = (\w+)\(a=(\w+), b=(\w+)\)$/).map {
            (result: $0.1, name: $0.2, a: $0.3, b: $0.4)
        }
        guard var place = operations.last?.result else { return nil }
        while let operation = operations.popLast() {
            guard operation.result == place else { return nil }
            if operation.a == operation.b {
                wanted = max(0, wanted).squareRoot()
            } else {
                guard let other = known[String(operation.b)] else { return nil }
                wanted = operation.name == "add" ? wanted - other : wanted / other
            }
            place = operation.a
        }
        return place == "x" ? wanted : nil
    }

    private func guessed(_ prompt: String) -> Double {
        let present = prompt.firstMatch(of: /\(number\) x = (-?[0-9.e+-]+)/).flatMap { Double($0.1) } ?? 0
        let error = prompt.firstMatch(of: /# Feedback\n(?:.|\n)*?off by (-?[0-9.e+-]+)\./).flatMap { Double($0.1) } ?? 0
        var tried = [(x: present, error: error)]
        for match in prompt.matches(of: /examples: x = (-?[0-9.e+-]+)\n  feedback: .*?off by (-?[0-9.e+-]+)\./) {
            guard let x = Double(match.1), let error = Double(match.2) else { continue }
            tried.append((x, error))
        }
        let low = tried.filter { $0.error < 0 }.map(\.x).max() ?? 0
        guard let high = tried.filter({ $0.error > 0 }).map(\.x).min() else { return 2 * max(1, low) }
        return (low + high) / 2
    }
}
