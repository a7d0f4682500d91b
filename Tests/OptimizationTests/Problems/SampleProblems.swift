import TraceGraph

@testable import Optimization

/// Problems as real workflows pose them, for the snapshots.
enum SampleProblems {
    static let instruction = ParameterDefinition(
        "instruction", kind: .text, initial: "Route the customer's message to the right queue.",
        constraint: ParameterConstraint(keep: ["{{message}}"]), documentation: "What the task model is told.")
    static let temperature = ParameterDefinition(
        "temperature", kind: .number, initial: 0.7, constraint: ParameterConstraint(range: 0...1))

    struct Timeout: Error, CustomStringConvertible {
        var description: String { "the model did not answer within 30 s" }
    }

    // MARK: A prompt pipeline

    /// `prompt = format(…)`, `reply = ask(…)`, `queue = normalise(…)` on one message; the reply is missing where the
    /// call failed.
    static func routed(
        _ message: String, reply: String?, expected: String, instruction: String? = nil
    ) async throws -> Observation {
        let candidate = Candidate(values: instruction.map { ["instruction": .text($0)] } ?? [:])
        let trace = await Trace.record(candidate) {
            let instruction = Traced<Value>.parameter(Self.instruction)
            let temperature = Traced<Value>.parameter(Self.temperature)
            let message = Traced(message, name: "message")
            let prompt = traced(
                "format", node: "prompt", inputs: [instruction.input(), message.input()],
                documentation: "Puts values into a text."
            ) { "\(instruction.value.plainText)\n\nMessage: \(message.value)" }
            let answer = try traced(
                "ask", node: "reply", inputs: [prompt.input(as: "user"), temperature.input()],
                documentation: "Asks the task model and gives its reply."
            ) { () throws -> String in
                guard let reply else { throw Timeout() }
                return reply
            }
            return traced(
                "normalise", node: "queue", inputs: [answer.input(as: "text")],
                documentation: "Lower case, without blanks and full stops around it."
            ) { answer.value.lowercased().filter { $0 != "." } }
        }
        guard let result = trace.result else { return Observation(trace) }
        let isRight = result.value == .text(expected)
        let text = isRight ? "Correct." : "Expected \"\(expected)\", got \"\(result.value.plainText)\"."
        return Observation(
            try trace.feedback(text, on: result.id, scores: ["accuracy": isRight ? 1 : 0]), score: isRight ? 1 : 0)
    }

    static func pipeline() async throws -> Problem {
        try Problem(
            [
                try await routed("Where is my parcel? It was due on Monday.", reply: "Shipping.", expected: "shipping"),
                try await routed(
                    "You charged me twice for order 4417.", reply: "The message is about billing.", expected: "billing"),
                try await routed("The app closes when I tap \"Pay\".", reply: nil, expected: "technical"),
            ], parameters: ParameterSpace([instruction, temperature]),
            candidate: ParameterSpace([instruction, temperature]).seed,
            instruction: "Change the variables so that the feedback gets better.")
    }

    /// Eight messages, most of them long, in two of which the reply is chatter.
    static func batch(
        of count: Int, words: Int = 12, parameters: [ParameterDefinition] = [instruction, temperature]
    ) async throws -> Problem {
        let queues = ["shipping", "billing", "technical", "sales"]
        var observations: [Observation] = []
        for index in 0..<count {
            let message = (0..<words).map { "word\(index + 1)-\($0)" }.joined(separator: " ")
            let queue = queues[index % queues.count]
            let reply = index % 3 == 1 ? "Certainly! This one belongs to \(queue)." : queue
            observations.append(
                try await routed(message, reply: index == 4 ? nil : reply, expected: queue))
        }
        return try Problem(
            observations, parameters: ParameterSpace(parameters), candidate: ParameterSpace(parameters).seed,
            instruction: "Change the variables so that the feedback gets better.")
    }

    // MARK: Loops and maps

    /// A draft that is criticised and revised 37 times.
    static func loop() async throws -> Problem {
        let style = ParameterDefinition("style", kind: .text, initial: "Plain words, short sentences.")
        let trace = await Trace.record {
            let style = Traced<Value>.parameter(style)
            let topic = Traced("Why the sky is blue", name: "topic")
            var draft = traced("write", node: "draft", inputs: [topic.input()], documentation: "Writes a first draft.")
            {
                "The sky is blue because of the way in which light is scattered by the air."
            }
            for turn in 1...37 {
                let notes = traced(
                    "criticise", node: "notes", inputs: [draft.input(as: "text"), style.input()],
                    documentation: "Says what is against the style."
                ) { turn < 37 ? "Sentence \(turn) is too long." : "Nothing to mend." }
                draft = traced(
                    "revise", node: "draft", inputs: [draft.input(as: "text"), notes.input()],
                    documentation: "Mends a text by notes on it."
                ) { "Air scatters blue light most. Draft \(turn)." }
            }
            return draft
        }
        return try asked(
            try trace.feedback(
                "Too dry: a child would not read on.", on: try result(of: trace), scores: ["readability": 0.4]),
            [style], score: 0.4)
    }

    /// 37 reviews, of which one could not be judged; the summary counts it out.
    static func map() throws -> Problem {
        let rubric = ParameterDefinition("rubric", kind: .text, initial: "Is the review positive? Answer yes or no.")
        var nodes = [draft("rubric", .parameter, rubric.initial)]
        var votes: [Node.Input] = []
        for index in 0..<37 {
            nodes.append(draft("review", .input, .text("Review \(index + 1): arrived on day \(index % 9 + 1)."), index))
            let review = NodeID(nodes.count - 1)
            let isFailure = index == 22
            let answer: Value = isFailure ? "(RateLimited) too many requests" : index % 5 == 4 ? "no" : "yes"
            nodes.append(
                draft(
                    "vote", isFailure ? .failure : .operation, answer, index, operation: 0,
                    reads: [("rubric", NodeID(0)), ("review", review)]))
            votes.append(Node.Input(name: "vote\(index)", node: NodeID(nodes.count - 1)))
        }
        nodes.append(draft("summary", .operation, "29 yes, 7 no, 1 unknown", 0, operation: 1, reads: []))
        nodes[nodes.count - 1].inputs = votes
        let last = NodeID(nodes.count - 1)
        let trace = try Trace(
            nodes: nodes,
            operations: [
                Operation(name: "judge", documentation: "Asks the model for one word."),
                Operation(name: "count", documentation: "Counts the votes."),
            ], parameters: [NodeID(0): rubric], candidate: Candidate(values: [:]), outcome: .completed(last),
            duration: 0,
            feedback: [Feedback(on: last, "Expected 30 yes, 7 no.", scores: ["exact": 0])])
        return try asked(trace, [rubric], score: 0)
    }

    static func draft(
        _ base: String, _ kind: Node.Kind, _ value: Value, _ ordinal: Int = 0, operation: Int? = nil,
        reads: [(String, NodeID)] = []
    ) -> NodeDraft {
        NodeDraft(
            base: base, ordinal: ordinal, kind: kind, operation: operation,
            inputs: reads.map { Node.Input(name: $0.0, node: $0.1) }, value: value)
    }

    /// An agent that looks things up until it can answer: runs of different lengths, one of which ends in an error.
    static func agent() async throws -> Problem {
        let policy = ParameterDefinition("policy", kind: .text, initial: "Look things up, then answer.")
        let space = ParameterSpace([policy])
        var observations: [Observation] = []
        let cases = [("Capital of Peru?", 4, false), ("Height of K2?", 6, true), ("2 + 2?", 1, false)]
        for (question, turns, fails) in cases {
            let trace = await Trace.record {
                let policy = Traced<Value>.parameter(policy)
                let question = Traced(question, name: "question")
                var notes = traced("begin", node: "notes", inputs: [question.input()]) { "Nothing known." }
                for turn in 1...turns {
                    let action = traced("decide", node: "action", inputs: [policy.input(), notes.input()]) {
                        "search \(turn)"
                    }
                    notes = try traced("search", node: "notes", inputs: [action.input(as: "query"), notes.input()]) {
                        if fails, turn == turns { throw Timeout() }
                        return "Known after \(turn) searches."
                    }
                }
                return traced("answer", inputs: [notes.input(), policy.input()]) { "It is so." }
            }
            observations.append(
                Observation(
                    try trace.feedback(
                        fails ? "No answer came." : "Right.", on: try result(of: trace),
                        scores: ["correct": fails ? 0 : 1]), score: fails ? 0 : 1))
        }
        return try Problem(
            observations, parameters: space, candidate: space.seed,
            instruction: "Change the variable so that the feedback gets better.")
    }

    // MARK: Parts

    static func asked(
        _ trace: Trace, _ definitions: [ParameterDefinition], score: Double?
    ) throws -> Problem {
        let space = ParameterSpace(definitions)
        return try Problem(
            [Observation(trace, score: score)], parameters: space, candidate: space.seed,
            instruction: definitions.count == 1
                ? "Change the variable so that the feedback gets better."
                : "Change the variables so that the feedback gets better.")
    }

    struct NoSuchNode: Error {}

    static func result(of trace: Trace, named name: String? = nil) throws -> NodeID {
        guard let node = name.map({ trace.node(named: $0) }) ?? trace.result else { throw NoSuchNode() }
        return node.id
    }
}
