public import Foundation
public import LanguageModels
public import TraceGraph

/// A trace with what is known about it besides: what exports and pages are made from.
public struct RecordedTrace: Sendable {
    /// Its number in the database; nil for one that is not stored.
    public var number: Int?
    public var trace: Trace
    public var workflow: String
    /// `name#attempt`; nil outside runs.
    public var run: String?
    public var step: Int?
    public var example: String?
    /// What the example holds; nil where that is not known.
    public var exampleFields: Fields?
    public var split: String?
    public var repetition: Int
    public var score: Double?
    /// When it ended.
    public var recorded: Date
    /// Requests and replies by ``ModelCall/completion``, as far as they were kept.
    public var exchanges: [String: ModelExchange]

    public init(
        number: Int? = nil, trace: Trace, workflow: String, run: String? = nil, step: Int? = nil,
        example: String? = nil, split: String? = nil, repetition: Int = 0, score: Double? = nil, recorded: Date,
        exampleFields: Fields? = nil, exchanges: [String: ModelExchange] = [:]
    ) {
        self.number = number
        self.trace = trace
        self.workflow = workflow
        self.run = run
        self.step = step
        self.example = example
        self.exampleFields = exampleFields
        self.split = split
        self.repetition = repetition
        self.score = score
        self.recorded = recorded
        self.exchanges = exchanges
    }

    /// What to call it: `triage, trace 12`.
    public var title: String { number.map { "\(workflow), trace \($0)" } ?? workflow }
}

/// What a model was sent and what it answered.
public struct ModelExchange: Sendable {
    /// As ``ChatRequest/recorded`` writes it.
    public var request: Value
    public var reply: ChatReply

    public init(request: Value, reply: ChatReply) {
        self.request = request
        self.reply = reply
    }
}
