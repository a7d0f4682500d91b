import Evaluation
import LanguageModels
import Synchronization
import TraceGraph

@testable import Optimization

/// Small workflows and contexts for the tests.
enum Fixtures {
    static let instruction = ParameterDefinition(
        "instruction", kind: .text, initial: "Route the message.", documentation: "What the model is told.")

    /// `prompt = format(instruction, message)`, `queue = classify(prompt)`, as a trace with feedback.
    static func routed(
        _ message: String, as queue: String, expected: String, instruction: String? = nil
    ) async throws -> Trace {
        let candidate = Candidate(values: instruction.map { ["instruction": .text($0)] } ?? [:])
        let trace = await Trace.record(candidate) {
            let instruction = Traced<Value>.parameter(Self.instruction)
            let message = Traced(message, name: "message")
            let prompt = traced("format", instruction, message, documentation: "Puts values into a text.") {
                "\($0)\n\n\($1)"
            }
            return try traced("classify", node: "queue", inputs: [prompt.input(as: "text")]) {
                if queue.isEmpty { throw Unavailable() }
                return queue
            }
        }
        guard let output = trace.result?.id else { return trace }
        let isRight = queue == expected
        return try trace.feedback(
            isRight ? "Correct." : "Expected \"\(expected)\", got \"\(queue)\".", on: output,
            scores: ["accuracy": isRight ? 1 : 0])
    }

    struct Unavailable: Error {}

    static func evaluation(
        _ message: String, as queue: String, expected: String, instruction: String? = nil
    ) async throws -> Evaluation {
        let trace = try await routed(message, as: queue, expected: expected, instruction: instruction)
        let score: Double = queue == expected ? 1 : 0
        return Evaluation(
            candidate: .seed,
            example: Example(id: message, fields: ["message": .text(message), "expected": .text(expected)]),
            repetition: 0, scores: [:], score: score, evidence: score, trace: trace)
    }

    static func context(
        _ parameters: [ParameterDefinition], evaluations: [Evaluation] = [], model: any LanguageModel = Scripted([]),
        siblings: Int = 1, step: Int = 1, parent: [String: Value]? = nil, history: [TriedCandidate] = [],
        expectations: ExpectationSummary? = nil, objective: String = "", modelName: String = "openai:test",
        seed: UInt64 = 1,
        notes: Notes = Notes(),
        objection: @escaping @Sendable (Value, ParameterDefinition) async throws -> String? = { _, _ in nil }
    ) -> ProposalContext {
        let space = ParameterSpace(parameters)
        return ProposalContext(
            step: step, parameters: space, objective: objective,
            parent: parent.map { Candidate(id: Candidate.ID(7), values: $0) } ?? space.seed, evaluations: evaluations,
            parentScore: 0, expectations: expectations, history: history, siblings: siblings, model: model,
            modelName: ModelName(modelName) ?? ModelName(provider: "openai", model: "test"),
            random: SeededGenerator(seed: seed), objection: objection, report: notes.add)
    }
}

/// Keeps what an optimizer reports.
final class Notes: Sendable {
    private let kept = Mutex<[OptimizerNote]>([])

    var all: [OptimizerNote] { kept.withLock { $0 } }
    var kinds: [OptimizerNote.Kind] { all.map(\.kind) }

    @Sendable func add(_ note: OptimizerNote) { kept.withLock { $0.append(note) } }
}

/// Answers with given replies, one after another, and keeps the requests.
final class Scripted: LanguageModel {
    private let left: Mutex<[Result<ChatReply, ModelError>]>
    private let asked = Mutex<[ChatRequest]>([])

    init(_ replies: [Result<ChatReply, ModelError>]) { left = Mutex(replies) }

    convenience init(texts: [String]) { self.init(texts.map { .success(ChatReply(text: $0)) }) }

    var requests: [ChatRequest] { asked.withLock { $0 } }

    func reply(to request: ChatRequest) async throws -> ChatReply {
        asked.withLock { $0.append(request) }
        let next = left.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        guard let next else { throw ModelError(.script, "no reply is left") }
        return try next.get()
    }
}

/// Answers by a function of the request.
struct Answering: LanguageModel {
    let answer: @Sendable (ChatRequest) throws -> String
    func reply(to request: ChatRequest) async throws -> ChatReply { ChatReply(text: try answer(request)) }
}

/// Keeps prompts by the name of the form they ask for.
final class AskedByForm: Sendable {
    private let kept = Mutex<[String: [String]]>([:])

    var prompts: [String: [String]] { kept.withLock { $0 } }

    func add(_ prompt: String, to form: String) { kept.withLock { $0[form, default: []].append(prompt) } }
}
