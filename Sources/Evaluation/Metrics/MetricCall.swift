public import LanguageModels
import Synchronization
public import TraceGraph

/// A model call that scoring made, such as a judge's.
public struct MetricCall: Sendable, Hashable, Codable {
    /// The metric that made it.
    public var metric: String
    /// The model, as `provider:name`.
    public var model: String
    /// The key under which request and reply are stored, 64 hex digits; nil when they were not kept.
    public var completion: String?
    /// What the call used up.
    public var usage: Usage
    /// True when a cache answered.
    public var wasCached: Bool
    /// Nanoseconds.
    public var duration: Int64

    public init(
        metric: String, model: String, completion: String?, usage: Usage, wasCached: Bool, duration: Int64
    ) {
        self.metric = metric
        self.model = model
        self.completion = completion
        self.usage = usage
        self.wasCached = wasCached
        self.duration = duration
    }

    /// Notes a call of the metric that is being scored now; nothing outside an ``Evaluator``.
    ///
    /// Every metric that asks a model says so here, as soon as it has an answer: the calls belong to the evaluation
    /// even when no score comes of them.
    public static func note(_ reply: ChatReply, of model: ModelName) {
        guard let current = MetricCalls.current else { return }
        current.add(
            MetricCall(
                metric: current.metric, model: (reply.answeredBy ?? model).description, completion: reply.completion,
                usage: reply.usage,
                wasCached: reply.wasCached, duration: reply.duration))
    }
}

/// The calls of one metric on one example, while it is being scored.
final class MetricCalls: Sendable {
    @TaskLocal static var current: MetricCalls?

    let metric: String
    private let calls = Mutex<[MetricCall]>([])

    init(of metric: String) { self.metric = metric }

    /// In the order they were answered.
    var all: [MetricCall] { calls.withLock { $0 } }

    func add(_ call: MetricCall) { calls.withLock { $0.append(call) } }
}
