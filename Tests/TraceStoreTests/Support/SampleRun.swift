import ContentHash
import Evaluation
import LanguageModels
import Optimization
import TraceGraph

/// A small run with two steps: the seed is evaluated, c1 is rejected, c3 accepted.
enum SampleRun {
    static let instruction = ParameterDefinition(
        "instruction", kind: .text, initial: "Route it.", constraint: ParameterConstraint(keep: ["{{message}}"]))
    static let creativity = ParameterDefinition(
        "creativity", kind: .number, initial: 0.2, constraint: ParameterConstraint(range: 0...1))
    static let space = ParameterSpace([instruction, creativity])

    static let better = Candidate(
        id: Candidate.ID(3), values: ["instruction": "Route the message to one queue."], parents: [.seed],
        origin: "clearer")
    static let worse = Candidate(
        id: Candidate.ID(1), values: ["instruction": "Guess.", "creativity": 0.9], parents: [.seed], origin: "bolder")

    static func record(_ name: String = "triage-1a2b3c4d") -> RunRecord {
        RunRecord(
            name: name, workflow: "triage", optimizer: "optoprime", seed: .max,
            settings: ["models": ["task": "scripted:replies.yaml"], "steps": 1], parameters: space)
    }

    static let request = ChatRequest(
        model: ModelName(provider: "scripted", model: "task"),
        messages: [.system("Be brief."), .user("Route it.\n\nmy card is lost")], temperature: 0, maximumTokens: 16)
    static let reply = ChatReply(
        text: "cards", usage: Usage(calls: 1, promptTokens: 12, completionTokens: 1, cost: 0.001), servedBy: "task-1",
        duration: 5_000)

    static let question = ChatRequest(
        model: ModelName(provider: "scripted", model: "optimizer"), messages: [.user("Improve the instruction.")])
    static let answer = ChatReply(text: "Route the message to one queue.", usage: Usage(calls: 1, cost: nil))

    static let secondQuestion = ChatRequest(
        model: ModelName(provider: "scripted", model: "optimizer"), messages: [.user("That is no JSON. Once more.")])

    static let judgeRequest = ChatRequest(
        model: ModelName(provider: "scripted", model: "judge"), messages: [.user("Is it polite?")], temperature: 0)
    static let judgement = ChatReply(
        text: "{\"verdict\": \"yes\"}",
        usage: Usage(calls: 1, promptTokens: 6, completionTokens: 4, cost: 0.0005), duration: 7_000)

    /// A judge's call, made in scoring.
    static let judged = MetricCall(
        metric: "politeness", model: "scripted:judge", completion: judgeRequest.key.hex, usage: judgement.usage,
        wasCached: false, duration: judgement.duration)

    static func example(_ id: String) -> Example {
        Example(id: id, fields: ["message": "my card is lost", "expected": "cards"], line: 4)
    }

    /// A trace with a parameter, an input, a prompt node with a model call, and feedback on it.
    static func trace(_ candidate: Candidate, reply: String = "cards", fails: Bool = false) throws -> Trace {
        try Trace(
            nodes: [
                NodeDraft(
                    base: "instruction", ordinal: 0, kind: .parameter, operation: nil, inputs: [],
                    value: candidate["instruction"] ?? instruction.initial),
                NodeDraft(
                    base: "message", ordinal: 0, kind: .input, operation: nil, inputs: [], value: "my card is lost"),
                NodeDraft(
                    base: "reply", ordinal: 0, kind: fails ? .failure : .operation, operation: 0,
                    inputs: [
                        Node.Input(name: "instruction", node: NodeID(0)), Node.Input(name: "message", node: NodeID(1)),
                        Node.Input(name: "again", node: NodeID(1)),
                    ], value: .text(reply), start: 10, duration: 5_000),
            ],
            operations: [Operation(name: "reply", documentation: "Asks the model.", location: "triage.yaml:12")],
            parameters: [NodeID(0): instruction], candidate: candidate,
            outcome: fails ? .failed(NodeID(2)) : .completed(NodeID(2)), duration: 6_000,
            calls: [
                ModelCall(
                    node: NodeID(2), model: "scripted:task", completion: request.key.hex, usage: SampleRun.reply.usage,
                    wasCached: false, start: 11, duration: 4_000)
            ],
            feedback: [Feedback(on: NodeID(2), "expected cards, got \(reply)", scores: ["accuracy": 0])])
    }

    static func evaluation(
        _ candidate: Candidate, on id: String, score: Double?, split: String = "validation", fails: Bool = false
    ) throws -> SplitEvaluation {
        SplitEvaluation(
            split: split,
            evaluation: Evaluation(
                candidate: candidate.id, example: example(id), repetition: 0,
                scores: score.map { ["accuracy": Score($0, feedback: $0 < 1 ? "expected cards" : "")] } ?? [:],
                score: score, evidence: 0.5, calls: [judged],
                trace: try trace(candidate, reply: score == 1 ? "cards" : "loans", fails: fails)))
    }

    static func baseline() throws -> StepRecord {
        StepRecord(
            index: 0,
            events: [
                .started(
                    run: "triage-1a2b3c4d", optimizer: "optoprime", train: 1, validation: 2, holdout: 1,
                    budget: Budget(calls: 100)), .baseline(score: 0.5, examples: 2),
            ],
            candidates: [space.seed],
            evaluations: [
                try evaluation(space.seed, on: "e1", score: 1), try evaluation(space.seed, on: "e2", score: 0),
            ], notes: [], optimizer: nil, spend: Usage(calls: 2, promptTokens: 24, completionTokens: 2, cost: 0.002))
    }

    static func step() throws -> StepRecord {
        StepRecord(
            index: 1,
            events: [
                .stepStarted(step: 1, parent: .seed), .minibatch(step: 1, score: 0, failures: 1, examples: 1),
                .note(step: 1, OptimizerNote(.asked, "asked for 2 values", completion: question.key.hex)),
                .proposed(
                    step: 1, candidate: worse.id, intent: .diverge, changes: ["creativity", "instruction"],
                    rationale: "a guess may do"),
                .rejected(step: 1, candidate: worse.id, reason: "worse on the minibatch"),
                .proposed(
                    step: 1, candidate: better.id, intent: .refine, changes: ["instruction"],
                    rationale: "say it clearly"),
                .evaluated(
                    step: 1, candidate: better.id, split: "validation", score: 0.5, examples: 2, difference: 0.5,
                    halfWidth: nil), .accepted(step: 1, candidate: better.id, score: 0.5, reason: "better by 0.5"),
                .stepFinished(step: 1, best: better.id, score: 0.5, spend: Usage(calls: 7, cost: nil)),
                .stopped(reason: "all 1 steps done"),
            ],
            candidates: [worse, better],
            evaluations: [
                try evaluation(worse, on: "t1", score: nil, split: "train", fails: true),
                try evaluation(better, on: "e1", score: 1), try evaluation(better, on: "e2", score: 0),
            ],
            notes: [
                OptimizerNote(.asked, "asked for 2 values", completion: question.key.hex),
                OptimizerNote(.refused, "no JSON", completion: question.key.hex),
                OptimizerNote(.askedAgain, "asked for 2 values", completion: secondQuestion.key.hex),
            ],
            optimizer: OptimizerState(optimizer: "optoprime", content: ["memory": [1, 2]]),
            spend: Usage(calls: 7, promptTokens: 80, completionTokens: 8, cost: nil))
    }

    static func conclusion(_ verdict: Verdict? = nil) -> RunConclusion {
        RunConclusion(
            status: .finished, reason: "all 1 steps done", best: better, verdict: verdict,
            spend: Usage(calls: 7, promptTokens: 80, completionTokens: 8, cost: nil), paid: Usage(calls: 3, cost: 0.1),
            seconds: 1.5)
    }
}
